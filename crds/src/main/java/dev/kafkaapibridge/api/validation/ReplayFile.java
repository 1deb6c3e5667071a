package dev.kafkaapibridge.api.validation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kafkaapibridge.api.expression.Declarations;
import dev.kafkaapibridge.api.expression.Expression;
import dev.kafkaapibridge.api.expression.Expression.Unsound;
import dev.kafkaapibridge.api.v1alpha1.RecordSpec;
import dev.kafkaapibridge.api.v1alpha1.replay.KafkaApiBridgeReplaySpec;
import java.util.List;
import java.util.Optional;

/**
 * From the tree of an object to a replay that is known to be sound, as {@link BridgeFile} does it
 * for bridges.
 */
public final class ReplayFile {

  /** What became of the tree. */
  public sealed interface Reading {
    /** A sound spec, and its tree with defaults. */
    record Sound(KafkaApiBridgeReplaySpec spec, JsonNode tree) implements Reading {}

    /** Never empty. */
    record Refused(List<Violation> violations) implements Reading {}
  }

  private ReplayFile() {}

  /** Reads an object's tree, which is not changed. */
  public static Reading read(JsonNode object) {
    if (!(object instanceof ObjectNode)) {
      return new Reading.Refused(List.of(new Violation("<file>", "it holds no object")));
    }
    ObjectNode tree = object.deepCopy();
    JsonNode schema = ReplaySchema.schema();
    Defaulting.apply(schema, tree);
    List<Violation> violations = StructuralCheck.of(schema, tree);
    if (violations.isEmpty()) {
      violations = CelRules.check(schema, tree, null);
    }
    if (!violations.isEmpty()) {
      return new Reading.Refused(violations);
    }
    try {
      return new Reading.Sound(
          BridgeFile.BINDING.treeToValue(tree.get("spec"), KafkaApiBridgeReplaySpec.class),
          tree.get("spec"));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "a tree that the schema accepts doesn't bind to the model: " + e.getOriginalMessage(), e);
    }
  }

  /** Reads a spec alone. */
  public static Reading spec(JsonNode spec) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("apiVersion", BridgeSchema.API_VERSION).put("kind", ReplaySchema.KIND);
    object.set("spec", spec);
    return read(object);
  }

  /** What refuses a change from one sound object to another. */
  public static List<Violation> change(JsonNode from, JsonNode to) {
    return CelRules.check(ReplaySchema.schema(), to, from);
  }

  /**
   * What is wrong with the filter, and where in it; empty: nothing, or there is none.
   *
   * @param records how the bridge reads its records
   */
  public static Optional<String> faultOfFilter(KafkaApiBridgeReplaySpec spec, RecordSpec records) {
    String filter = spec.filter();
    if (filter == null) {
      return Optional.empty();
    }
    try {
      Expression.condition(filter, Declarations.ofRecord("record.", records));
      return Optional.empty();
    } catch (Unsound e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
