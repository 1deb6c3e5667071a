package dev.kafkaapibridge.operator.bridge.observe;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Dead letters since the bridge was created, from counters that start anew with each process. What
 * an earlier operator counted is in the status; what pods wrote while no operator ran is found
 * again by the sum of those that still run. Owned by one bridge's reconcile.
 */
final class DeadLetterCount {

  /** By the uid of the pod and its process. */
  private final Map<String, Long> counted = new HashMap<>();

  private @Nullable Long total;

  /**
   * @param known the figure in the status; null while there is none
   * @return null while nobody has said anything
   */
  @Nullable Long total(@Nullable Long known, Fleet fleet) {
    Map<String, Long> counters = fleet.deadLetters();
    if (counters.isEmpty()) {
      return total == null ? known : total;
    }
    long more = 0;
    for (var counter : counters.entrySet()) {
      more += Math.max(0, counter.getValue() - counted.getOrDefault(counter.getKey(), 0L));
    }
    total = total == null ? Math.max(known == null ? 0 : known, more) : total + more;
    counted.putAll(counters);
    Set<String> pods =
        fleet.members().stream().map(member -> member.pod().uid()).collect(Collectors.toSet());
    counted.keySet().removeIf(key -> !pods.contains(key.substring(0, key.indexOf('@'))));
    return total;
  }
}
