package dev.kafkaapibridge.runtime.consume;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.OffsetMetadataTooLarge;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
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

  private final LongSupplier nanoTime;
  private boolean endedRefused;

  /** The last one was; while it is tried again and again, that is no news. */
  private boolean refused;

  private long last;
  private long lastOfAll;

  public Commits(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.last = nanoTime.getAsLong();
    this.lastOfAll = last;
  }

  void commitIfDue(Consumer<byte[], byte[]> consumer, Collection<OwnedPartition> owned) {
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
        owned.stream().filter(partition -> idleToo || partition.hasNews()).toList();
    try {
      // What the group refuses now, the next second tries again with what is true by then; a
      // rebalance commits for itself.
      commitNow(consumer, withNews);
    } catch (RetriableException e) {
      log.atInfo().addKeyValue("cause", e.getMessage()).log("commit put off");
    }
  }

  /**
   * Commits even where there is no news: at a revocation and at the end, so that offsets live on
   * for their whole retention.
   *
   * @return false if the group doesn't take it now: a rebalance has to end first (classic), or this
   *     member has yet to hear of its new epoch (KIP-848), or it is no member any more
   */
  boolean commitNow(Consumer<byte[], byte[]> consumer, Collection<OwnedPartition> partitions) {
    if (partitions.isEmpty()) {
      return true;
    }
    try {
      commit(consumer, partitions, !endedRefused);
    } catch (OffsetMetadataTooLarge e) {
      endedRefused = true;
      log.atWarn()
          .log(
              "the broker takes less metadata with a commit than usual (offset.metadata.max.bytes): committed without what ended beyond");
      commit(consumer, partitions, false);
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
  boolean commitLast(Consumer<byte[], byte[]> consumer, Collection<OwnedPartition> leaving) {
    long until = nanoTime.getAsLong() + LAST_CHANCE.toNanos();
    while (!commitNow(consumer, leaving)) {
      if (nanoTime.getAsLong() >= until || !pause()) {
        return false;
      }
    }
    return true;
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

  private static void commit(
      Consumer<byte[], byte[]> consumer, Collection<OwnedPartition> partitions, boolean withEnded)
      throws KafkaException {
    var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
    partitions.forEach(
        partition -> offsets.put(partition.partition(), partition.toCommit(withEnded)));
    consumer.commitSync(offsets, TIMEOUT);
    partitions.forEach(OwnedPartition::wasCommitted);
  }
}
