package dev.kafkaapibridge.operator.bridge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kafkaapibridge.api.report.SpecHash;
import dev.kafkaapibridge.api.v1alpha1.ConsumerStatus;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.api.validation.BridgeSchema;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The file that a pod is given: a KafkaApiBridge with what pods read of its spec, defaults filled
 * in, and when and where the bridge started first, so that a pod that starts later doesn't apply
 * {@code startFrom} again. Pure; the same bridge always gives the same text.
 */
public final class MountedBridge {

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
    file.put("spec", SortedYaml.sorted(spec));
    Map<String, Object> start = start(consumer);
    if (!start.isEmpty()) {
      file.put("status", Map.of("consumer", start));
    }
    return SortedYaml.dump(file);
  }

  /**
   * A file of a former spec with what its pods take up while they run, or must not forget: the
   * state and the start that {@code newest} has.
   */
  static String following(String former, String newest) {
    Map<?, ?> file = SortedYaml.read(former);
    Map<?, ?> with = SortedYaml.read(newest);
    if (file == null
        || with == null
        || !(file.get("spec") instanceof Map<?, ?> spec)
        || !(with.get("spec") instanceof Map<?, ?> newSpec)) {
      return former; // somebody else's writing, which no pod can read anyway
    }
    Map<Object, Object> followed = new LinkedHashMap<>(file);
    Map<Object, Object> followedSpec = new LinkedHashMap<>(spec);
    followedSpec.put("state", newSpec.get("state"));
    followed.put("spec", followedSpec);
    if (with.containsKey("status")) {
      followed.put("status", with.get("status"));
    }
    return SortedYaml.dump(followed);
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
}
