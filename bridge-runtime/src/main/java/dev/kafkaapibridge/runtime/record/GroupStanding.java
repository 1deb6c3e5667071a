package dev.kafkaapibridge.runtime.record;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * What this process has committed last of each partition that it owns, as which member of the
 * group, and whose turn it is to commit. The poll loop commits what is new; a transaction commits
 * the very same once more, which the group refuses from who is no member any more, and everything
 * that was written in it with it (KIP-447). They take turns, so that the same is never older than
 * what is there. Owns the lock that they take turns by; safe for all threads.
 */
public final class GroupStanding {

  private final boolean asked;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<TopicPartition, OffsetAndMetadata> committed = new ConcurrentHashMap<>();
  private volatile Optional<ConsumerGroupMetadata> membership = Optional.empty();

  private GroupStanding(boolean asked) {
    this.asked = asked;
  }

  /** Of a loop whose records are written in transactions. */
  public static GroupStanding forTransactions() {
    return new GroupStanding(true);
  }

  /** Of a loop for which nobody asks. */
  public static GroupStanding unasked() {
    return new GroupStanding(false);
  }

  /** As it was after the latest poll; empty: not a member yet. */
  public Optional<ConsumerGroupMetadata> membership() {
    return membership;
  }

  /**
   * One of no generation, who has left or was put out, is none: the group would take what comes in
   * no member's name.
   */
  public void isMember(ConsumerGroupMetadata member) {
    if (member.generationId() <= 0) {
      membership = Optional.empty();
    } else if (!membership.equals(Optional.of(member))) {
      membership = Optional.of(member);
    }
  }

  /** One's turn to commit, until it is closed. */
  public final class Turn implements AutoCloseable {

    private Turn() {}

    /** Empty: of some of these nothing was committed here yet. */
    public Optional<Map<TopicPartition, OffsetAndMetadata>> committed(
        Collection<TopicPartition> partitions) {
      var of = new HashMap<TopicPartition, OffsetAndMetadata>();
      for (TopicPartition partition : partitions) {
        OffsetAndMetadata at = committed.get(partition);
        if (at == null) {
          return Optional.empty();
        }
        of.put(partition, at);
      }
      return Optional.of(of);
    }

    @Override
    public void close() {
      lock.unlock();
    }
  }

  /** In the poll loop's turn. */
  public void hasCommitted(Map<TopicPartition, OffsetAndMetadata> offsets) {
    committed.putAll(offsets);
  }

  /** Whether it was committed here, or nobody will ask. */
  public boolean knows(TopicPartition partition) {
    return !asked || committed.containsKey(partition);
  }

  /** These are owned no more, or nobody knows what is committed of them now. */
  public void forget(Collection<TopicPartition> partitions) {
    committed.keySet().removeAll(partitions);
  }

  /** Empty: another has it, and kept it for so long. */
  public Optional<Turn> take(Duration bound) {
    try {
      return lock.tryLock() || lock.tryLock(bound.toNanos(), TimeUnit.NANOSECONDS)
          ? Optional.of(new Turn())
          : Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
