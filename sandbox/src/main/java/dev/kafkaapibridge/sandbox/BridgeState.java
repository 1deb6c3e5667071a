package dev.kafkaapibridge.sandbox;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the status of a KafkaApiBridge says; what it doesn't say is null.
 *
 * @param observed whether it speaks of the present spec
 */
public record BridgeState(
    boolean observed,
    List<Condition> conditions,
    @Nullable Long replicas,
    @Nullable Long readyReplicas,
    @Nullable Long desiredReplicas,
    @Nullable Long lag,
    @Nullable String startedAt) {

  /** One condition. */
  public record Condition(String type, String status, String reason, String message) {}

  public static BridgeState of(GenericKubernetesResource bridge) {
    var conditions = new ArrayList<Condition>();
    if (bridge.get("status", "conditions") instanceof List<?> list) {
      for (Object item : list) {
        if (item instanceof Map<?, ?> fields) {
          conditions.add(
              new Condition(
                  text(fields, "type"),
                  text(fields, "status"),
                  text(fields, "reason"),
                  text(fields, "message")));
        }
      }
    }
    Long generation = bridge.getMetadata().getGeneration();
    Object startedAt = bridge.get("status", "consumer", "startedAt");
    return new BridgeState(
        generation != null && generation.equals(number(bridge, "status", "observedGeneration")),
        List.copyOf(conditions),
        number(bridge, "status", "replicas"),
        number(bridge, "status", "readyReplicas"),
        number(bridge, "status", "desiredReplicas"),
        number(bridge, "status", "consumer", "lag"),
        startedAt == null ? null : startedAt.toString());
  }

  public Optional<Condition> condition(String type) {
    return conditions.stream().filter(condition -> condition.type().equals(type)).findFirst();
  }

  /** Whether the bridge serves its present spec. */
  public boolean ready() {
    return observed && condition("Ready").map(ready -> ready.status().equals("True")).orElse(false);
  }

  private static String text(Map<?, ?> fields, String name) {
    return String.valueOf(fields.get(name));
  }

  private static @Nullable Long number(GenericKubernetesResource bridge, Object... path) {
    return bridge.get(path) instanceof Number number ? number.longValue() : null;
  }
}
