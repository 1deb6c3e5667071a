package dev.kafkaapibridge.runtime.deadletter;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/**
 * What is tried with writes until each of them has ended. Owns what goes once more; for one thread.
 *
 * <pre>
 *   writes ──whose assignment lasts──► a transaction ──committed──► Written
 *      ▲     └──not committed yet──► later  │
 *      │                                    ├──refused by the group──► all once more, when there is
 *      │                                    │                          another membership, or later
 *      │                                    ├──some can't be written──► the others once more; that
 *      └───────────once more────────────────┤                           one is looked for by halves
 *                                           ├──the producer broke──► all once more, by halves
 *                                           └──nobody knows────────► their partitions are owned anew
 * </pre>
 */
final class FencedRounds implements AutoCloseable {

  /** A refusal is seldom mended by asking again, and each try leaves its litter in the topic. */
  private static final Duration MEMBERSHIP_WAIT = Duration.ofSeconds(1);

  private static final Duration PRODUCER_PAUSE = Duration.ofMillis(500);

  private static final Exception NOT_COMMITTED =
      new IllegalStateException("nothing is committed of its partition yet");

  /** Neighbours of one partition are halved last: what stands in the way is often a topic's. */
  private static final Comparator<FencedWrite> BY_PARTITION =
      Comparator.comparing((FencedWrite write) -> write.record().topic())
          .thenComparing(write -> write.record().partition());

  private final Transactions transactions;
  private final Supplier<Optional<ConsumerGroupMetadata>> membership;
  private final Deque<List<FencedWrite>> onceMore = new ArrayDeque<>();
  private final List<FencedWrite> later = new ArrayList<>();

  FencedRounds(Transactions transactions, Supplier<Optional<ConsumerGroupMetadata>> membership) {
    this.transactions = transactions;
    this.membership = membership;
  }

  /** Returns when each has ended, but for those that can't begin yet: those are returned. */
  List<FencedWrite> write(List<FencedWrite> writes) throws InterruptedException {
    onceMore.push(writes);
    while (!onceMore.isEmpty()) {
      round(onceMore.pop());
    }
    var others = List.copyOf(later);
    later.clear();
    return others;
  }

  private void round(List<FencedWrite> asked) throws InterruptedException {
    // Which member we are is read first, and only then whether assignments last: a partition that
    // the poll loop hasn't given up by now was ours after that membership was known, so that is of
    // a generation before the one in which it is another's, and will be refused from then on. Read
    // the other way round, the membership could be of after the loss, and the group would agree.
    Optional<ConsumerGroupMetadata> member = membership.get();
    Map<Boolean, List<FencedWrite>> begun =
        asked.stream()
            .filter(FencedWrite::begin)
            .collect(Collectors.partitioningBy(transactions::mayBegin));
    for (FencedWrite write : begun.getOrDefault(false, List.of())) {
      write.onceMore(NOT_COMMITTED);
      later.add(write);
    }
    List<FencedWrite> writes = begun.getOrDefault(true, List.of());
    if (writes.isEmpty()) {
      return;
    }
    if (member.isEmpty()) {
      waitForAnother(member, writes, new IllegalStateException("not a member of the group"));
      return;
    }
    switch (transactions.write(writes, member.get())) {
      case Transactions.Ending.Committed ignored -> writes.forEach(FencedWrite::written);
      case Transactions.Ending.Refused(var cause) -> waitForAnother(member, writes, cause);
      case Transactions.Ending.Aborted(var failures, var cause) -> aborted(writes, failures, cause);
      case Transactions.Ending.Unknown ignored -> writes.forEach(FencedWrite::unknown);
      case Transactions.Ending.Broken(var cause) when isForAPerson(cause) ->
          writes.forEach(write -> write.notWritten(cause));
      case Transactions.Ending.Broken(var cause) -> {
        // Whatever it is that breaks producers, it must not take everybody with it again and again.
        halves(writes).forEach(half -> again(half, write -> write.onceMore(cause)));
        Thread.sleep(PRODUCER_PAUSE);
      }
    }
  }

  /** Partitions may well stay ours in a generation that isn't the one we know of. */
  private void waitForAnother(
      Optional<ConsumerGroupMetadata> refused, List<FencedWrite> writes, Exception cause)
      throws InterruptedException {
    again(writes, write -> write.onceMoreInTheNextGeneration(cause));
    long until = System.nanoTime() + MEMBERSHIP_WAIT.toNanos();
    while (membership.get().equals(refused) && System.nanoTime() < until) {
      Thread.sleep(10);
    }
  }

  private void aborted(
      List<FencedWrite> writes, Map<FencedWrite, Exception> failures, Exception cause) {
    var suspects = writes.stream().filter(failures::containsKey).sorted(BY_PARTITION).toList();
    var others = writes.stream().filter(write -> !failures.containsKey(write)).toList();
    // A partition that isn't written in time isn't written any sooner in half a round.
    if (suspects.size() == 1 || cause instanceof RetriableException) {
      failures.forEach(FencedWrite::notWritten);
    } else {
      halves(suspects).forEach(half -> again(half, write -> write.onceMore(cause)));
    }
    if (suspects.isEmpty() && isForAPerson(cause)) {
      others.forEach(write -> write.notWritten(cause));
    } else {
      again(others, write -> write.onceMore(cause));
    }
  }

  private void again(List<FencedWrite> writes, Consumer<FencedWrite> told) {
    writes.forEach(told);
    if (!writes.isEmpty()) {
      onceMore.push(writes);
    }
  }

  private static List<List<FencedWrite>> halves(List<FencedWrite> writes) {
    int middle = writes.size() / 2;
    return List.of(writes.subList(0, middle), writes.subList(middle, writes.size()));
  }

  /** It won't get better by itself, and can be said at once. */
  private static boolean isForAPerson(Exception cause) {
    return cause instanceof AuthorizationException
        || cause instanceof AuthenticationException
        || cause instanceof UnsupportedVersionException;
  }

  @Override
  public void close() {
    transactions.close();
  }
}
