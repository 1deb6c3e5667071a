package dev.kafkaapibridge.runtime.consume;

import dev.kafkaapibridge.runtime.record.GroupStanding;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.OffsetMetadataTooLarge;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When to commit, and committing. Once a second where there is news, at once where calls wait for
 * it; once an hour where there is none, since offsets of idle partitions expire. Used by the poll
 * loop only.
 */
public final class Commits {

  private static final Logger log = LoggerFactory.getLogger(Commits.class);

  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration URGENT_INTERVAL = Duration.ofMillis(100);
  private static final Duration IDLE_INTERVAL = Duration.ofHours(1);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration LAST_CHANCE = Duration.ofSeconds(2);
  private static final Duration AGAIN_AFTER = Duration.ofMillis(100);

  /** The longest that a transaction is waited for, which has its turn: the next second comes. */
  private static final Duration TURN = Duration.ofMillis(50);

  /** Asking the group, and committing, twice, each of which the producer tries for 4 s. */
  private static final Duration TRANSACTION = Duration.ofSeconds(13);

  private final GroupStanding standing;
  private final LongSupplier nanoTime;
  private boolean endedRefused;

  /** The last one was; while it is tried again and again, that is no news. */
  private boolean refused;

  private long last;
  private long lastOfAll;

  public Commits(GroupStanding standing, LongSupplier nanoTime) {
    this.standing = standing;
    this.nanoTime = nanoTime;
    this.last = nanoTime.getAsLong();
    this.lastOfAll = last;
  }

  void commitIfDue(PartitionReader reader, Collection<OwnedPartition> owned) {
    long now = nanoTime.getAsLong();
    boolean due = now - last >= INTERVAL.toNanos();
    boolean urgent =
        now - last >= URGENT_INTERVAL.toNanos()
            && owned.stream().anyMatch(OwnedPartition::callsWaitForCommit);
    if (!due && !urgent) {
      return;
    }
    last = now;
    boolean idleToo = now - lastOfAll >= IDLE_INTERVAL.toNanos();
    if (idleToo) {
      lastOfAll = now;
    }
    List<OwnedPartition> withNews =
        owned.stream()
            // What isn't known no transaction can commit once more.
            .filter(of -> idleToo || of.hasNews() || !standing.knows(of.partition()))
            .toList();
    try {
      // What the group refuses now, the next second tries again with what is true by then; a
      // rebalance commits for itself.
      commitNow(reader, withNews);
    } catch (RetriableException e) {
      log.atInfo().addKeyValue("cause", e.getMessage()).log("commit put off");
    }
  }

  /**
   * Commits even where there is no news: at a revocation and at the end, so that offsets live on
   * for their whole retention.
   *
   * @return false if it can't be now: a transaction is committing, a rebalance has to end first
   *     (classic), or this member has yet to hear of its new epoch (KIP-848), or it is no member
   *     any more
   */
  boolean commitNow(PartitionReader reader, Collection<OwnedPartition> partitions) {
    if (partitions.isEmpty()) {
      return true;
    }
    Optional<GroupStanding.Turn> turn = standing.take(TURN);
    if (turn.isEmpty()) {
      return false;
    }
    try (var ignored = turn.get()) {
      return commitInTurn(reader, partitions);
    }
  }

  private boolean commitInTurn(PartitionReader reader, Collection<OwnedPartition> partitions) {
    try {
      commit(reader, partitions, !endedRefused);
    } catch (OffsetMetadataTooLarge e) {
      endedRefused = true;
      log.atWarn()
          .log(
              "the broker takes less metadata with a commit than usual (offset.metadata.max.bytes): committed without what ended beyond");
      commit(reader, partitions, false);
    } catch (RebalanceInProgressException | CommitFailedException e) {
      if (!refused) {
        log.atInfo().addKeyValue("cause", e.getMessage()).log("the group takes no commit now");
      }
      refused = true;
      return false;
    }
    refused = false;
    return true;
  }

  /**
   * The last commit of partitions that are let go, within the rebalance that takes them away. Tried
   * for two seconds: another rebalance may be ending just now, or the member's new epoch is on its
   * way, which the client's own thread receives meanwhile.
   *
   * @return false if the group took it in none of them
   */
  boolean commitLast(PartitionReader reader, Collection<OwnedPartition> leaving) {
    long until = nanoTime.getAsLong() + LAST_CHANCE.toNanos();
    while (!commitNow(reader, leaving)) {
      if (nanoTime.getAsLong() >= until || !pause()) {
        return false;
      }
    }
    return true;
  }

  /** Where partitions that are owned no more are to be read from. */
  void readOnFrom(PartitionReader reader, Map<TopicPartition, OffsetAndMetadata> from) {
    if (!from.isEmpty()) {
      try (var turn = turn()) {
        reader.commit(from, TIMEOUT);
      }
    }
  }

  /**
   * Waits until no transaction is committing; one that comes later sees which assignments have
   * ended.
   *
   * @throws TimeoutException one takes too long
   */
  void awaitTransactions() {
    turn().close();
  }

  private GroupStanding.Turn turn() {
    return standing
        .take(TRANSACTION)
        .orElseThrow(() -> new TimeoutException("a transaction doesn't end"));
  }

  /** They are owned no more. */
  void forget(Collection<OwnedPartition> partitions) {
    standing.forget(partitions.stream().map(OwnedPartition::partition).toList());
  }

  private static boolean pause() {
    try {
      Thread.sleep(AGAIN_AFTER);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void commit(
      PartitionReader reader, Collection<OwnedPartition> partitions, boolean withEnded)
      throws KafkaException {
    var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
    partitions.forEach(
        partition -> offsets.put(partition.partition(), partition.toCommit(withEnded)));
    try {
      reader.commit(offsets, TIMEOUT);
    } catch (KafkaException e) {
      // It may have been committed all the same, and a transaction that commits what was there
      // before once more would come after it.
      standing.forget(offsets.keySet());
      throw e;
    }
    standing.hasCommitted(offsets);
    partitions.forEach(OwnedPartition::wasCommitted);
  }
}
