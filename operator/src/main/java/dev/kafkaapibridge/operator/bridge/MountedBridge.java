package dev.kafkaapibridge.operator.bridge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kafkaapibridge.api.replay.ReplayOrder;
import dev.kafkaapibridge.api.report.SpecHash;
import dev.kafkaapibridge.api.v1alpha1.ConsumerStatus;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.api.validation.BridgeSchema;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The file that a pod is given: a KafkaApiBridge with what pods read of its spec, defaults filled
 * in, and when and where the bridge started first, so that a pod that starts later doesn't apply
 * {@code startFrom} again. Pure; the same bridge always gives the same text.
 */
public final class MountedBridge {

  private MountedBridge() {}

  /**
   * @param consumer what the status remembers; null while nothing is known
   * @param replay that pods are to run now; null: none. It is an annotation, so that it changes
   *     neither the spec nor the pods
   */
  public static String yaml(
      AcceptedBridge bridge, @Nullable ConsumerStatus consumer, @Nullable ReplayOrder replay) {
    var file = new LinkedHashMap<String, Object>();
    file.put("apiVersion", BridgeSchema.API_VERSION);
    file.put("kind", BridgeSchema.KIND);
    var metadata = new LinkedHashMap<String, Object>();
    metadata.put("name", bridge.identity().name());
    metadata.put("namespace", bridge.identity().namespace());
    if (replay != null) {
      metadata.put("annotations", Map.of(ReplayOrder.ANNOTATION, replay.write()));
    }
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
   *
   * @param specHash of the former spec
   * @return empty where somebody else has written it
   */
  static Optional<String> following(String former, String specHash, String newest) {
    Optional<ObjectNode> spec = spec(former, specHash);
    Optional<ObjectNode> file = SortedYaml.read(newest);
    Optional<ObjectNode> newSpec = file.flatMap(MountedBridge::spec);
    if (spec.isEmpty() || newSpec.isEmpty()) {
      return Optional.empty();
    }
    spec.get().set("state", newSpec.get().get("state"));
    // In the order of the newest: the same file in another would be written again for nothing.
    Map<String, Object> following = SortedYaml.asItIs(file.get());
    following.put("spec", SortedYaml.sorted(spec.get()));
    return Optional.of(SortedYaml.dump(following));
  }

  /** The spec in a file; empty where somebody else has written it. */
  static Optional<ObjectNode> spec(String file, String specHash) {
    return SortedYaml.read(file)
        .flatMap(MountedBridge::spec)
        .filter(spec -> SpecHash.of(spec).equals(specHash));
  }

  private static Optional<ObjectNode> spec(ObjectNode file) {
    return file.get("spec") instanceof ObjectNode spec ? Optional.of(spec) : Optional.empty();
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
