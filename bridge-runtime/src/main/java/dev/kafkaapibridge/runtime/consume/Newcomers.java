package dev.kafkaapibridge.runtime.consume;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * Partitions that were assigned, and are not owned before the cluster has said where to go on. All
 * are asked for at once; where that fails, one after the other: one of which nothing can be learned
 * keeps none of the others. Owned by the poll loop.
 */
final class Newcomers {

  /** From a question without an answer to the next. */
  static final Duration SOON = Duration.ofSeconds(1);

  /**
   * The same after several, where other partitions are owned: a question may take ten seconds, and
   * nothing is polled meanwhile.
   */
  static final Duration LATER = Duration.ofSeconds(16);

  private final Set<TopicPartition> waiting = new LinkedHashSet<>();
  private boolean allAtOnce = true;
  private Duration pause = SOON;
  private long askAt;

  /**
   * @param now nanoseconds, as in all that follows
   */
  Newcomers(long now) {
    this.askAt = now;
  }

  void come(Collection<TopicPartition> partitions) {
    waiting.addAll(partitions);
    allAtOnce = true;
    pause = SOON;
  }

  /** They are owned, or not assigned any more. */
  void gone(Collection<TopicPartition> partitions) {
    if (waiting.removeAll(partitions)) {
      pause = SOON;
    }
  }

  Set<TopicPartition> all() {
    return waiting;
  }

  boolean areAskedFor(long now) {
    return !waiting.isEmpty() && now - askAt >= 0;
  }

  /** Those to ask for now, at least one. */
  Set<TopicPartition> next() {
    return allAtOnce
        ? Set.copyOf(waiting)
        : Set.of(waiting.iterator().next()); // whose turn was the longest ago
  }

  /**
   * Nobody could say where these go on.
   *
   * @param others whether other partitions are owned, which aren't polled while these are asked for
   */
  void failed(Collection<TopicPartition> asked, boolean others, long now) {
    waiting.removeAll(asked);
    waiting.addAll(asked); // at the end of the queue
    if (allAtOnce) {
      allAtOnce = false; // the first of them at once, after the next poll
      askAt = now;
      return;
    }
    askAt = now + pause.toNanos();
    Duration longer = pause.multipliedBy(2);
    pause = !others ? SOON : longer.compareTo(LATER) > 0 ? LATER : longer;
  }
}
