package dev.kafkaapibridge.runtime.consume;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;

/**
 * Partitions that were assigned, and are not owned before the cluster has said where to go on. One
 * of which nothing can be learned keeps none of the others. Owned by the poll loop.
 *
 * <pre>
 *   come --all at once--> owned
 *            | no answer
 *            v
 *         unanswered --one by one, whoever waits longest first--> owned
 *            ^  | no answer: a pause that grows while others are read
 *            +--+
 * </pre>
 */
final class Newcomers {

  /** From a question without an answer to the next. */
  static final Duration SOON = Duration.ofSeconds(1);

  /**
   * The same after several, where other partitions are owned: a question may take ten seconds, and
   * nothing is polled meanwhile.
   */
  static final Duration LATER = Duration.ofSeconds(16);

  private final Set<TopicPartition> neverAsked = new LinkedHashSet<>();
  private final Set<TopicPartition> unanswered = new LinkedHashSet<>();
  private Duration pause = SOON;
  private long askAt;

  /** Those are asked for at once. Times are nanoseconds, here and below. */
  void come(Collection<TopicPartition> partitions, long now) {
    unanswered.removeAll(partitions);
    neverAsked.addAll(partitions);
    askAt = now;
  }

  /** They are owned, or not assigned any more. */
  void gone(Collection<TopicPartition> partitions) {
    neverAsked.removeAll(partitions);
    if (unanswered.removeAll(partitions)) {
      pause = SOON;
    }
  }

  List<TopicPartition> all() {
    if (neverAsked.isEmpty() && unanswered.isEmpty()) {
      return List.of(); // as each turn of the poll loop asks
    }
    return Stream.concat(neverAsked.stream(), unanswered.stream()).toList();
  }

  boolean areAskedFor(long now) {
    return (!neverAsked.isEmpty() || !unanswered.isEmpty()) && now - askAt >= 0;
  }

  /** Those to ask for now, at least one. */
  List<TopicPartition> next() {
    return neverAsked.isEmpty() ? List.of(unanswered.iterator().next()) : List.copyOf(neverAsked);
  }

  /**
   * Nobody could say where these go on.
   *
   * @param others whether other partitions are owned, which aren't polled while these are asked for
   */
  void failed(Collection<TopicPartition> asked, boolean others, long now) {
    boolean first = neverAsked.removeAll(asked);
    unanswered.removeAll(asked);
    unanswered.addAll(asked); // at the end of the queue
    if (first) {
      askAt = now; // one by one, after the next poll
      return;
    }
    askAt = now + pause.toNanos();
    Duration longer = pause.multipliedBy(2);
    pause = !others ? SOON : longer.compareTo(LATER) > 0 ? LATER : longer;
  }
}
