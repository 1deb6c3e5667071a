package dev.kafkaapibridge.operator.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kafkaapibridge.api.report.SpecHash;
import dev.kafkaapibridge.api.v1alpha1.ConsumerStatus;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.api.validation.BridgeSchema;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/**
 * The file that a pod is given: a KafkaApiBridge with what pods read of its spec, defaults filled
 * in, and when and where the bridge started first, so that a pod that starts later doesn't apply
 * {@code startFrom} again. Pure; the same bridge always gives the same text.
 */
public final class MountedBridge {

  private static final JsonMapper SORTED =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

  private MountedBridge() {}

  /** {@code consumer} is what the status remembers; null while nothing is known. */
  public static String yaml(AcceptedBridge bridge, @Nullable ConsumerStatus consumer) {
    var file = new LinkedHashMap<String, Object>();
    file.put("apiVersion", BridgeSchema.API_VERSION);
    file.put("kind", BridgeSchema.KIND);
    var metadata = new LinkedHashMap<String, Object>();
    metadata.put("name", bridge.identity().name());
    metadata.put("namespace", bridge.identity().namespace());
    file.put("metadata", metadata);
    ObjectNode spec = SpecHash.readByPods(bridge.specTree());
    if (bridge.spec().state() == KafkaApiBridgeSpec.State.Stopped) {
      // Its pods are taken away. One that ended by itself before would be started again.
      spec.put("state", KafkaApiBridgeSpec.State.Paused.name());
    }
    file.put("spec", sorted(spec));
    Map<String, Object> start = start(consumer);
    if (!start.isEmpty()) {
      file.put("status", Map.of("consumer", start));
    }
    var options = new DumperOptions();
    options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    options.setSplitLines(false);
    return new Yaml(options).dump(file);
  }

  private static Map<String, Object> start(@Nullable ConsumerStatus consumer) {
    var start = new LinkedHashMap<String, Object>();
    if (consumer != null && consumer.startedAt() != null) {
      start.put("startedAt", consumer.startedAt().toInstant().toString());
    }
    if (consumer != null && consumer.clusterID() != null) {
      start.put("clusterID", consumer.clusterID());
    }
    return start;
  }

  private static Object sorted(JsonNode tree) {
    try {
      return SORTED.readValue(
          SORTED.writeValueAsString(SORTED.treeToValue(tree, Object.class)), Object.class);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
