package dev.kafkaapibridge.operator.bridge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kafkaapibridge.api.validation.YamlText;
import java.io.StringReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/** What lies in a bridge's ConfigMap: the same values always are the same text. Pure. */
final class SortedYaml {

  private static final JsonMapper SORTED =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

  private SortedYaml() {}

  static String of(JsonNode tree) {
    return dump(sorted(tree));
  }

  /** A tree in its own order. */
  static Map<String, Object> asItIs(ObjectNode tree) {
    return SORTED.convertValue(tree, new TypeReference<LinkedHashMap<String, Object>>() {});
  }

  /** In the order in which it is. */
  static String dump(Object tree) {
    var options = new DumperOptions();
    options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    options.setSplitLines(false);
    var loading = new LoaderOptions();
    return new Yaml(
            new SafeConstructor(loading),
            new Representer(options),
            options,
            loading,
            new AlsoShortWords())
        .dump(tree);
  }

  /** A text {@code y} is written in quotes: pods read YAML as kubectl does, where it means true. */
  private static final class AlsoShortWords extends Resolver {
    AlsoShortWords() {
      addImplicitResolver(Tag.BOOL, Pattern.compile("[yYnN]"), "yYnN");
    }
  }

  static Object sorted(JsonNode tree) {
    try {
      return SORTED.readValue(
          SORTED.writeValueAsString(SORTED.treeToValue(tree, Object.class)), Object.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * As pods read it. Empty where somebody has written what is no YAML, or no object, or has
   * aliases: with those a small text is a tree without end.
   */
  static Optional<ObjectNode> read(String text) {
    try {
      for (Event event : new Yaml().parse(new StringReader(text))) {
        if (event.is(Event.ID.Alias)) {
          return Optional.empty();
        }
      }
      List<JsonNode> documents = YamlText.documents(text);
      return documents.size() == 1 && documents.getFirst() instanceof ObjectNode object
          ? Optional.of(object)
          : Optional.empty();
    } catch (YAMLException | YamlText.Unreadable e) {
      return Optional.empty();
    }
  }
}
