package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.operator.replay.Bridges;
import io.fabric8.kubernetes.client.KubernetesClient;
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
    // Of another spec than that one nothing follows, and a replay that has ended is not begun
    // again.
    return Optional.of(
        bridges
            .memory(bridge)
            .map(memory -> memory.forReplays)
            .filter(known -> known.generation() == bridge.getMetadata().getGeneration())
            .<Seen>map(Memory.ForReplays::seen)
            .orElseGet(Seen.NotYet::new));
  }
}
