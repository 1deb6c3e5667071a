package dev.kafkaapibridge.operator.replay;

import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Collection;
import java.util.Optional;

/** The bridges, as far as replays need them. */
public interface Bridges {

  /**
   * One bridge.
   *
   * @param spec that its pods run; empty: it was refused, or not looked at yet
   * @param said what its pods say of replays
   */
  record Seen(Optional<KafkaApiBridgeSpec> spec, Collection<ReplaySeen> said) {}

  /** Empty where there is none, or it is being deleted. Asks the API server. */
  Optional<Seen> of(String namespace, String name, KubernetesClient client);
}
