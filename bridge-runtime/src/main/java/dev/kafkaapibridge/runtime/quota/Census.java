package dev.kafkaapibridge.runtime.quota;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;

/**
 * How many partitions a limit is shared by, as far as this process knows. Processes learn of new
 * ones at different times, so what one knows may only make shares smaller at once; what makes them
 * larger waits until every process must know. Times are microseconds. Pure but for its memory.
 */
final class Census {

  /** Who has not looked for so long sends nothing. */
  static final long STALE = 60_000_000;

  /** By then every process knows, or is stale. */
  static final long WAIT = 90_000_000;

  private record Count(long at, int partitions) {}

  /** One for all processes. */
  static final Comparator<TopicPartition> ORDER =
      Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition);

  private final Map<TopicPartition, Long> firstSeen = new HashMap<>();
  private final ArrayDeque<Count> counts = new ArrayDeque<>();
  private List<TopicPartition> present = List.of();
  private long lookedAt = Long.MIN_VALUE / 2;
  private long changedAt = Long.MIN_VALUE / 2;

  /** So much may have passed that nobody has counted: what is known is the older for it. */
  void stoodStill(long micros) {
    lookedAt -= micros;
  }

  /** The cluster was asked at {@code now}, or later. */
  void look(Collection<TopicPartition> partitions, long now) {
    List<TopicPartition> sorted = new ArrayList<>(partitions);
    sorted.sort(ORDER);
    boolean first = present.isEmpty();
    if (first ? counts.stream().anyMatch(differs(sorted)) : !sorted.equals(present)) {
      changedAt = now;
    }
    present = List.copyOf(sorted);
    firstSeen.keySet().retainAll(present);
    present.forEach(partition -> firstSeen.putIfAbsent(partition, now));
    count(present.size(), now);
    lookedAt = now;
  }

  /** An earlier owner of a partition has counted so many. */
  void inherited(long partitions, long now) {
    if (partitions > 0 && partitions != present.size()) {
      if (!present.isEmpty()) {
        changedAt = now; // else the first look will tell
      }
      count((int) Math.min(partitions, 1_000_000), now);
    }
  }

  private static Predicate<Count> differs(List<TopicPartition> seen) {
    return count -> count.partitions() != seen.size();
  }

  private void count(int partitions, long now) {
    counts.add(new Count(now, partitions));
    counts.removeIf(count -> now - count.at() > WAIT && count != counts.peekLast());
  }

  /** Whether nothing may be sent, for it isn't known how many share the limit. */
  boolean isStale(long now) {
    return now - lookedAt > STALE || present.isEmpty();
  }

  /** How many share the limit: the most that anybody may count. */
  int partitions(long now) {
    return counts.stream()
        .filter(count -> now - count.at() <= WAIT)
        .mapToInt(Count::partitions)
        .reduce(present.size(), Math::max);
  }

  /** Whether every process that sends counts the same partitions. */
  boolean isSettled(long now) {
    return now - changedAt > WAIT;
  }

  /** -1: it is not among them. */
  int index(TopicPartition partition) {
    return present.indexOf(partition);
  }

  /** Whether every process that sends has counted this partition too. */
  boolean isKnownToAll(TopicPartition partition, long now) {
    Long seen = firstSeen.get(partition);
    return seen != null && now - seen > WAIT;
  }
}
