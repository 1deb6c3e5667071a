package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.operator.quota.Portion;
import dev.kafkaapibridge.operator.quota.SharedLimit;
import dev.kafkaapibridge.operator.quota.Terms;
import dev.kafkaapibridge.operator.quota.Wish;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The limits that bridges share, {@code delivery.rateLimit.shared}. Owns them: one for each name in
 * each namespace. Safe for all threads: of two bridges that ask at once the second sees what the
 * first has got.
 */
final class SharedLimits {

  /** What the informers hold of one namespace. */
  interface Cluster {

    /** Names of all bridges. */
    Collection<String> bridges(String namespace);

    /** What stands on Deployments and pods that run, by the name of their bridge. */
    Map<String, List<String>> written(String namespace);
  }

  private final Map<String, SharedLimit> limits = new TreeMap<>();

  /**
   * Empty where the bridge shares no limit.
   *
   * @param served what its pods are to run; empty: it wants none
   * @param frozen somebody has asked that it be left alone
   */
  synchronized Optional<Portion> portion(
      BridgeIdentity bridge,
      Optional<AcceptedBridge> served,
      boolean frozen,
      Cluster cluster,
      Instant now) {
    Optional<Wish> wish = served.flatMap(a -> Wish.of(a.spec().delivery().rateLimit()));
    String key = bridge.namespace() + "/" + wish.map(Wish::limit).orElse("");
    limits.forEach((other, limit) -> {
      if (other.startsWith(bridge.namespace() + "/") && !other.equals(key)) {
        limit.leaves(bridge.name());
      }
    });
    limits.values().removeIf(SharedLimit::isOver);
    return wish.map(wanted -> {
      SharedLimit limit = limits.computeIfAbsent(key, k -> new SharedLimit(wanted.limit(), now));
      limit.retain(cluster.bridges(bridge.namespace()));
      limit.takesPart(bridge.name(), wanted, frozen);
      return limit.portion(
          bridge.name(), held(wanted.limit(), cluster.written(bridge.namespace())), now);
    });
  }

  private static Map<String, List<Terms>> held(String limit, Map<String, List<String>> written) {
    return written.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                e ->
                    e.getValue().stream()
                        .filter(text -> text.startsWith(limit + " "))
                        .flatMap(text -> Terms.read(text.substring(limit.length() + 1)).stream())
                        .toList()));
  }
}
