package dev.kafkaapibridge.operator.strimzi;

import java.util.Optional;
import java.util.Set;

/**
 * Which {@code Kafka} resources bridges may refer to, by the operator's settings. Pure.
 *
 * @param enabled whether any
 * @param shared namespaces whose resources bridges of all others may refer to as well
 */
public record StrimziAccess(boolean enabled, Set<String> shared) {

  public static final StrimziAccess NONE = new StrimziAccess(false, Set.of());

  public StrimziAccess {
    shared = Set.copyOf(shared);
  }

  /**
   * Empty: a bridge may. Else why not, with the fix.
   *
   * @param from the bridge's namespace
   */
  Optional<Listener.Missing> forbids(String from, ClusterName cluster) {
    if (!enabled) {
      return Optional.of(
          new Listener.Missing(
              "StrimziNotEnabled",
              "The operator is not set up to read %s: strimzi.enabled of its chart does that, or write bootstrapServers (spec.kafka.strimziClusterRef)"
                  .formatted(cluster)));
    }
    return cluster.namespace().equals(from) || shared.contains(cluster.namespace())
        ? Optional.empty()
        : Optional.of(
            new Listener.Missing(
                "StrimziNotEnabled",
                "%s is in another namespace, which bridges may not refer to: strimzi.namespaces of the operator's chart names those that they may (spec.kafka.strimziClusterRef.namespace)"
                    .formatted(cluster)));
  }
}
