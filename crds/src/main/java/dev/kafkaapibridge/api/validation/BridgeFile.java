package dev.kafkaapibridge.api.validation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridge;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/**
 * From the text of a file, or the tree of an object, to a bridge that is known to be sound: parse,
 * hold to the schema, fill in defaults, evaluate the rules, bind. The API server does the same in
 * the same order, so nothing passes here that it would refuse.
 */
public final class BridgeFile {

  /** What became of the text. */
  public sealed interface Reading {
    /** A sound bridge, and the tree that it was read from, with defaults. */
    record Sound(KafkaApiBridge bridge, JsonNode tree) implements Reading {}

    /**
     * All that is wrong, as far as it could be told: rules are evaluated only where the schema
     * holds. Never empty.
     */
    record Refused(List<Violation> violations) implements Reading {}
  }

  static final JsonMapper BINDING =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .addModule(
              new SimpleModule()
                  .addDeserializer(Duration.class, new Gep2257.Deserializer())
                  .addDeserializer(OffsetDateTime.class, new Instants.Deserializer()))
          .build();

  private BridgeFile() {}

  /** Reads the text of a file that holds one KafkaApiBridge. */
  public static Reading read(String yaml) {
    List<JsonNode> documents;
    try {
      documents = YamlText.documents(yaml);
    } catch (YamlText.Unreadable e) {
      return refused("<file>", "this is not YAML: " + e.getMessage(), "");
    }
    if (documents.size() != 1) {
      String fix =
          documents.isEmpty()
              ? "write a KafkaApiBridge into it"
              : "give each bridge a file of its own";
      return refused("<file>", "the file must hold one object, and holds " + documents.size(), fix);
    }
    return read(documents.getFirst());
  }

  /** Reads an object's tree, which is not changed. */
  public static Reading read(JsonNode object) {
    if (!(object instanceof ObjectNode)) {
      return refused(
          "<file>", "the file must hold an object with apiVersion, kind, metadata and spec", "");
    }
    ObjectNode tree = object.deepCopy();
    List<Violation> violations = identity(tree);
    if (!violations.isEmpty()) {
      return new Reading.Refused(violations);
    }
    JsonNode schema = BridgeSchema.schema();
    Defaulting.apply(schema, tree);
    violations = StructuralCheck.of(schema, tree);
    if (violations.isEmpty()) {
      violations = CelRules.check(schema, tree, null);
    }
    if (!violations.isEmpty()) {
      return new Reading.Refused(violations);
    }
    try {
      KafkaApiBridge bridge = BINDING.treeToValue(tree, KafkaApiBridge.class);
      violations = BeyondSchema.check(bridge);
      return violations.isEmpty()
          ? new Reading.Sound(bridge, tree)
          : new Reading.Refused(violations);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "a tree that the schema accepts doesn't bind to the model: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * What refuses a change from one sound object to another: the transition rules, among the others.
   */
  public static List<Violation> change(JsonNode from, JsonNode to) {
    return CelRules.check(BridgeSchema.schema(), to, from);
  }

  private static List<Violation> identity(ObjectNode tree) {
    var violations = new ArrayList<Violation>();
    expect(tree, "apiVersion", BridgeSchema.API_VERSION, violations);
    expect(tree, "kind", BridgeSchema.KIND, violations);
    JsonNode name = tree.at("/metadata/name");
    if (name.isMissingNode() || name.isNull() || name.asText().isEmpty()) {
      violations.add(
          new Violation(
              "metadata.name",
              "Required value: name or generateName is required",
              "write metadata: {name: my-bridge}"));
    } else if (!name.isTextual()) {
      violations.add(new Violation("metadata.name", "must be a string", "quote it"));
    }
    return violations;
  }

  private static void expect(
      ObjectNode tree, String field, String value, List<Violation> violations) {
    JsonNode actual = tree.path(field);
    if (!actual.asText().equals(value)) {
      String message = actual.isMissingNode() ? "Required value" : "is '" + actual.asText() + "'";
      violations.add(new Violation(field, message, "write " + field + ": " + value));
    }
  }

  private static Reading refused(String field, String message, String fix) {
    return new Reading.Refused(List.of(new Violation(field, message, fix)));
  }
}
