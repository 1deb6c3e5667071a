package dev.kafkaapibridge.operator.bridge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** What lies in a bridge's ConfigMap: the same values always are the same text. Pure. */
final class SortedYaml {

  private static final JsonMapper SORTED =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

  private SortedYaml() {}

  static String of(JsonNode tree) {
    return dump(sorted(tree));
  }

  /** In the order in which it is. */
  static String dump(Object tree) {
    var options = new DumperOptions();
    options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    options.setSplitLines(false);
    return new Yaml(options).dump(tree);
  }

  static Object sorted(JsonNode tree) {
    try {
      return SORTED.readValue(
          SORTED.writeValueAsString(SORTED.treeToValue(tree, Object.class)), Object.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Null where somebody has written what is no YAML, or no object. */
  static @Nullable Map<?, ?> read(String text) {
    try {
      return new Yaml(new SafeConstructor(new LoaderOptions())).load(text) instanceof Map<?, ?> map
          ? map
          : null;
    } catch (YAMLException e) {
      return null;
    }
  }
}
