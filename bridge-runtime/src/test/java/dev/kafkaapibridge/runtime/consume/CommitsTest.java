package dev.kafkaapibridge.runtime.consume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.deliver.Outcome;
import dev.kafkaapibridge.runtime.dispatch.Ended;
import dev.kafkaapibridge.runtime.pace.Pace;
import dev.kafkaapibridge.runtime.pace.PartitionPace;
import dev.kafkaapibridge.runtime.quota.PartitionAccount;
import dev.kafkaapibridge.runtime.quota.Purse;
import dev.kafkaapibridge.runtime.quota.RateLimit;
import dev.kafkaapibridge.runtime.record.GroupStanding;
import dev.kafkaapibridge.runtime.record.IdempotencyKey;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.OffsetMetadataTooLarge;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class CommitsTest {

  /** A group that answers commits with what it was given to say, and then takes them. */
  private static final class Group extends MockConsumer<byte[], byte[]> {
    final ArrayDeque<RuntimeException> refusals = new ArrayDeque<>();
    final List<OffsetAndMetadata> taken = new ArrayList<>();

    Group(RuntimeException... refusals) {
      super("none");
      this.refusals.addAll(List.of(refusals));
    }

    @Override
    public synchronized void commitSync(
        Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
      if (!refusals.isEmpty()) {
        throw refusals.remove();
      }
      taken.addAll(offsets.values());
    }
  }

  private long now;
  private final Commits commits = new Commits(GroupStanding.unasked(), () -> now);
  private final OwnedPartition partition = partition();

  @Test
  void onceASecondWhereThereIsNews() {
    var group = new Group();
    end(0);
    commits.commitIfDue(PartitionReader.of(group), List.of(partition));
    assertThat(group.taken).isEmpty();

    passes(Duration.ofSeconds(1));
    commits.commitIfDue(PartitionReader.of(group), List.of(partition));
    assertThat(group.taken).extracting(OffsetAndMetadata::offset).containsExactly(1L);

    passes(Duration.ofSeconds(1));
    commits.commitIfDue(PartitionReader.of(group), List.of(partition));
    assertThat(group.taken).as("no news").hasSize(1);
  }

  @Test
  void soonerWhereCallsWaitForIt() {
    var group = new Group();
    var limit = new RateLimit(10, 1_000_000, 0, false);
    var purse = new Purse(limit, () -> now / 1_000);
    purse.look(List.of(partition.partition()), 0);
    var limited = partition(purse.open(partition.partition(), Purse.atFirstStart(1)));

    passes(Duration.ofMillis(100));
    assertThat(purse.enter()).isInstanceOf(Purse.Entry.Wait.class);
    commits.commitIfDue(PartitionReader.of(group), List.of(limited));
    assertThat(group.taken).hasSize(1);
    assertThat(purse.enter()).isInstanceOf(Purse.Entry.Go.class);

    passes(Duration.ofMillis(100));
    commits.commitIfDue(PartitionReader.of(group), List.of(limited));
    assertThat(group.taken).as("nothing waits any more").hasSize(1);
  }

  @Test
  void onceAnHourWhereThereIsNone() {
    var group = new Group();
    for (int minutes = 0; minutes < 150; minutes++) {
      passes(Duration.ofMinutes(1));
      commits.commitIfDue(PartitionReader.of(group), List.of(partition));
    }
    assertThat(group.taken).hasSize(2);
  }

  @Test
  void aBrokerThatTakesNoMetadataIsGivenTheOffsetAloneFromThenOn() {
    var group = new Group(new OffsetMetadataTooLarge("too large"));
    end(1);
    assertThat(commits.commitNow(PartitionReader.of(group), List.of(partition))).isTrue();
    assertThat(commits.commitNow(PartitionReader.of(group), List.of(partition))).isTrue();

    assertThat(group.taken).hasSize(2).noneMatch(commit -> commit.metadata().contains(";f="));
    assertThat(partition.leftOut()).isEqualTo(1);
  }

  @Test
  void whatTheGroupRefusesNowIsCommittedWithTheNextSecond() {
    var group =
        new Group(
            new RebalanceInProgressException(),
            new CommitFailedException("stale member epoch"),
            new TimeoutException("slow"));
    end(0);
    for (int second = 0; second < 4; second++) {
      passes(Duration.ofSeconds(1));
      commits.commitIfDue(PartitionReader.of(group), List.of(partition));
    }
    assertThat(group.taken).extracting(OffsetAndMetadata::offset).containsExactly(1L);
  }

  /** The broker may have it, and what was there before would come after it. */
  @Test
  void whatMayHaveBeenCommittedNoTransactionCommitsOnceMoreBeforeItIsKnown() {
    var standing = GroupStanding.forTransactions();
    var inOrder = new Commits(standing, () -> now);
    var group = new Group();
    end(0);
    assertThat(inOrder.commitNow(PartitionReader.of(group), List.of(partition))).isTrue();
    assertThat(standing.knows(partition.partition())).isTrue();

    group.refusals.add(new TimeoutException("no answer"));
    partition.reached(new OffsetAndMetadata(9));
    passes(Duration.ofSeconds(1));
    inOrder.commitIfDue(PartitionReader.of(group), List.of(partition));
    assertThat(standing.knows(partition.partition())).isFalse();

    passes(Duration.ofSeconds(1));
    inOrder.commitIfDue(PartitionReader.of(group), List.of(partition));
    assertThat(standing.knows(partition.partition())).isTrue();
    assertThat(group.taken).hasSize(2);
  }

  @Test
  void theLastCommitIsTriedAgainWhileTheGroupRefusesIt() {
    var group =
        new Group(
            new CommitFailedException("stale member epoch"), new RebalanceInProgressException());
    end(0);

    assertThat(commits.commitLast(PartitionReader.of(group), List.of(partition))).isTrue();
    assertThat(group.taken).hasSize(1);
  }

  private void passes(Duration time) {
    now += time.toNanos();
  }

  private static OwnedPartition partition() {
    return partition(new Purse(null, () -> 0).open(new TopicPartition("orders", 0), null));
  }

  private static OwnedPartition partition(PartitionAccount account) {
    var topicId = new Uuid(1, 2);
    return new OwnedPartition(
        Records.assignment("orders", 0),
        topicId,
        new IdempotencyKey("cluster", topicId, 0, "group"),
        Reading.SOURCE,
        0,
        Optional.empty(),
        CommitMetadata.nothingEnded(topicId, null, null),
        0,
        account,
        PartitionPace.open(Pace.none(), null, () -> 0));
  }

  /** Three records come, one of them ends. */
  private void end(long offset) {
    List<SourceRecord> started = new ArrayList<>();
    for (long at = 0; at < 3; at++) {
      partition
          .start(Records.record(partition.assignment(), at, "key").record())
          .ifPresent(started::add);
    }
    partition.end(new Ended(started.get((int) offset), new Outcome.Delivered()));
  }
}
