package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.operator.replay.Bridges;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Optional;

/**
 * Bridges for their replays: whether one is there the API server says, for a cache that is not full
 * yet must not end a replay; what its pods say is what the bridge's own reconcile has heard last.
 */
public final class ReplayedBridges implements Bridges {

  private final KafkaApiBridgeReconciler bridges;

  public ReplayedBridges(KafkaApiBridgeReconciler bridges) {
    this.bridges = bridges;
  }

  @Override
  public Optional<Seen> of(String namespace, String name, KubernetesClient client) {
    Bridge bridge = client.resources(Bridge.class).inNamespace(namespace).withName(name).get();
    if (bridge == null || bridge.getMetadata().getDeletionTimestamp() != null) {
      return Optional.empty();
    }
    return Optional.of(
        bridges
            .memory(bridge)
            .map(memory -> new Seen(Optional.ofNullable(memory.runs), memory.replays))
            .orElseGet(() -> new Seen(Optional.empty(), List.of())));
  }
}
