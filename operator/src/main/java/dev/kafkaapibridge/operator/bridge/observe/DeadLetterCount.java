package dev.kafkaapibridge.operator.bridge.observe;

import dev.kafkaapibridge.operator.bridge.observe.Fleet.Member;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Dead letters since the bridge was created, from counters that start anew with each process. What
 * an earlier operator counted is in the status; what pods wrote while no operator ran is found
 * again by the sum of those that still run. Owned by one bridge's reconcile.
 */
final class DeadLetterCount {

  private record Counter(String process, long records) {}

  /** More than any bridge gets to; what says more is not believed. */
  private static final long MOST = 1_000_000_000_000_000L;

  /** The last word of each pod, by its uid. */
  private final Map<String, Counter> counted = new HashMap<>();

  private @Nullable Long total;

  /**
   * @param known the figure in the status; null while there is none
   * @return null while nobody has said anything
   */
  @Nullable Long total(@Nullable Long known, Fleet fleet) {
    boolean heard = false;
    long more = 0;
    for (Member member : fleet.members()) {
      PodReport report = member.report();
      if (report != null && report.deadLetters() != null) {
        heard = true;
        var now = new Counter(report.process(), report.deadLetters());
        Counter before = counted.put(member.pod().uid(), now);
        boolean sameProcess = before != null && before.process().equals(now.process());
        more += Math.max(0, now.records() - (sameProcess ? before.records() : 0));
      }
    }
    counted
        .keySet()
        .retainAll(
            fleet.members().stream().map(member -> member.pod().uid()).collect(Collectors.toSet()));
    if (heard) {
      long sum = total == null ? Math.max(known == null ? 0 : known, more) : total + more;
      total = Math.min(sum, MOST);
    }
    return total == null ? known : total;
  }
}
