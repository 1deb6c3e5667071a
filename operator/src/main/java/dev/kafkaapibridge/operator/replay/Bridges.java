package dev.kafkaapibridge.operator.replay;

import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Collection;
import java.util.Optional;

/** The bridges, as far as replays need them. */
public interface Bridges {

  /** One bridge. */
  sealed interface Seen {

    /** Not by this process, or not since somebody changed it: nothing is to be concluded. */
    record NotYet() implements Seen {}

    /**
     * @param spec that its pods run; empty: it was refused
     * @param said what its pods say of replays
     */
    record Looked(Optional<KafkaApiBridgeSpec> spec, Collection<ReplaySeen> said) implements Seen {}
  }

  /** Empty where there is none, or it is being deleted. Asks the API server. */
  Optional<Seen> of(String namespace, String name, KubernetesClient client);
}
