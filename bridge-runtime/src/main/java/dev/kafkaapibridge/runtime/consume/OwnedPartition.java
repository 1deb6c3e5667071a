package dev.kafkaapibridge.runtime.consume;

import dev.kafkaapibridge.runtime.dispatch.Ended;
import dev.kafkaapibridge.runtime.pace.PartitionPace;
import dev.kafkaapibridge.runtime.quota.PartitionAccount;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.IdempotencyKey;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * One owned partition: its assignment, its ledger, its part of a declared rate limit and of a
 * learned rate, and what of it was committed last. Owned by the poll loop.
 */
public final class OwnedPartition {

  private final Assignment assignment;
  private final Uuid topicId;
  private final IdempotencyKey key;
  private final Reading reading;
  private final OffsetLedger ledger;
  private final PartitionAccount account;
  private final PartitionPace pace;
  private final @Nullable AsideTimes asideTimes;
  private long bytes;
  private long leftOut;
  private final int epochBefore;
  private final OffsetRanges endedBefore;
  private int newestEpoch;
  private long committed;
  private long committedChanges;

  /**
   * Leader epoch by the first offset seen of it: a commit carries the epoch of the record before
   * it, and no later one.
   */
  private final TreeMap<Long, Integer> epochs = new TreeMap<>();

  /** The one that was noted last; -1: none was yet. */
  private int latestEpoch = -1;

  /**
   * @param epochAtPosition leader epoch of the record before {@code position}, as far as it is
   *     known
   * @param committed what the group has committed; -1: nothing
   */
  OwnedPartition(
      Assignment assignment,
      Uuid topicId,
      IdempotencyKey key,
      Reading reading,
      long position,
      Optional<Integer> epochAtPosition,
      CommitMetadata before,
      long committed,
      PartitionAccount account,
      PartitionPace pace) {
    this.assignment = assignment;
    this.topicId = topicId;
    this.key = key;
    this.reading = reading;
    this.ledger = new OffsetLedger(position, before.ended());
    this.account = account;
    this.pace = pace;
    Duration delay = reading.delay(assignment.partition().topic());
    this.asideTimes = delay == null ? null : new AsideTimes(delay, position);
    this.epochBefore = before.leaderEpoch();
    this.endedBefore = before.ended();
    this.newestEpoch = before.leaderEpoch();
    // An owner that reads nothing must commit no less than it found, or the next one couldn't tell
    // that the log was truncated.
    epochAtPosition.ifPresent(epoch -> epochs.put(position - 1, epoch));
    this.committed = committed;
    this.committedChanges = ledger.changes();
  }

  TopicPartition partition() {
    return assignment.partition();
  }

  Assignment assignment() {
    return assignment;
  }

  /** What a poll brought of it, whether it is started now, later, or after another poll. */
  void polled(List<ConsumerRecord<byte[], byte[]>> records) {
    if (asideTimes != null) {
      asideTimes.polled(records);
    }
  }

  /** Of a partition of a retry topic; null: it is none. */
  @Nullable AsideTimes asideTimes() {
    return asideTimes;
  }

  /** The record on its way, or nothing where it ended under an earlier assignment. */
  Optional<SourceRecord> start(ConsumerRecord<byte[], byte[]> record) {
    record.leaderEpoch().ifPresent(epoch -> noteEpoch(record.offset(), epoch));
    if (record.leaderEpoch().orElse(-1) > epochBefore) {
      // A leader that came later has written here, and so all that stands beyond: what is known to
      // have ended there was cut off with the old end of the log. Not only where this offset is one
      // of those: the next commit carries this epoch, and would make the others look like its own.
      ledger.forgetEndedBefore();
    }
    if (!ledger.start(record.offset())) {
      return Optional.empty();
    }
    var started = reading.of(record, assignment, key);
    bytes += started.bytes();
    return Optional.of(started);
  }

  /** Whether {@link #start} is going to say so, of a record that wasn't read yet. */
  boolean hadEnded(ConsumerRecord<byte[], byte[]> record) {
    return record.leaderEpoch().orElse(-1) <= epochBefore && endedBefore.contains(record.offset());
  }

  /** The consumer stands at a position, with nothing to read before it. */
  void reached(OffsetAndMetadata position) {
    ledger.reached(position.offset());
    position.leaderEpoch().ifPresent(epoch -> noteEpoch(position.offset() - 1, epoch));
  }

  /**
   * A record ended, or was interrupted and will be read again by the partition's next owner: then
   * its offset stays.
   */
  void end(Ended ended) {
    bytes -= ended.record().bytes();
    if (ended.outcome().isEnd()) {
      ledger.end(ended.record().offset());
    }
  }

  /** What is known to have ended below an offset; the log ends there. */
  CommitMetadata knownUpTo(long offset) {
    return new CommitMetadata(
        topicId,
        newestEpoch,
        ledger.endedBeyond().upTo(offset),
        account.toCommit(),
        pace.toCommit());
  }

  Uuid topicId() {
    return topicId;
  }

  /** The offset that is read next. */
  long position() {
    return ledger.position();
  }

  FlowControl.Load load() {
    return new FlowControl.Load(ledger.unfinished(), bytes);
  }

  OffsetLedger ledger() {
    return ledger;
  }

  /**
   * The offset that the group has committed, as far as this process knows; -1 before the first
   * commit.
   */
  long committed() {
    return committed;
  }

  /** Whether a commit would tell the group something new. */
  boolean hasNews() {
    return ledger.changes() != committedChanges
        || ledger.committable() != committed
        || account.wantsCommit();
  }

  /** Whether calls wait until a commit is acknowledged. */
  boolean callsWaitForCommit() {
    return account.wantsCommit();
  }

  /**
   * Its part of a rate limit pays for nothing more, and its part of a learned rate is its own: what
   * is committed from now on is exact.
   */
  void closeAccount() {
    account.close();
    pace.close();
  }

  /** What its part of a rate limit tells the next owner; null: nothing. */
  @Nullable String accountText() {
    return account.toCommit();
  }

  /** Its part of a learned rate, for the next owner; null: none was learned. */
  @Nullable String rateText() {
    return pace.toCommit();
  }

  /**
   * What to commit. {@code withEnded} false: without what ended beyond, for a broker that refused
   * it.
   */
  OffsetAndMetadata toCommit(boolean withEnded) {
    long offset = ledger.committable();
    OffsetRanges beyond = ledger.endedBeyond();
    var metadata =
        new CommitMetadata(
            topicId,
            newestEpoch,
            withEnded ? beyond : OffsetRanges.NONE,
            account.toCommit(),
            pace.toCommit());
    CommitMetadata.Text text = metadata.encode(offset);
    leftOut = withEnded ? text.leftOut() : beyond.size();
    return new OffsetAndMetadata(offset, epochBefore(offset), text.text());
  }

  /** The first record that is still there and has not ended, where the log was cut off. */
  long goesOnAt(OffsetAndMetadata cut) {
    return Math.min(cut.offset(), ledger.committable());
  }

  /** What to commit where the log was cut off, and this was reading beyond the cut. */
  OffsetAndMetadata toCommitCutOff(OffsetAndMetadata cut) {
    long from = goesOnAt(cut);
    return new OffsetAndMetadata(
        from, cut.leaderEpoch(), knownUpTo(cut.offset()).encode(from).text());
  }

  /**
   * What to commit where reading goes on elsewhere. Of what lies beyond, an earlier owner may have
   * said what ended; before what was read already lies another log.
   */
  OffsetAndMetadata toCommitAt(long offset) {
    CommitMetadata known =
        offset < ledger.position()
            ? CommitMetadata.nothingEnded(topicId, account.toCommit(), pace.toCommit())
            : knownFrom(offset);
    return new OffsetAndMetadata(offset, known.encode(offset).text());
  }

  private CommitMetadata knownFrom(long offset) {
    var beyond = new OffsetRanges.Builder();
    ledger.endedBeyond().from(offset, beyond);
    return new CommitMetadata(
        topicId, newestEpoch, beyond.build(), account.toCommit(), pace.toCommit());
  }

  /**
   * Ranges that ended and did not fit into the last commit's metadata: sent again after a crash.
   */
  long leftOut() {
    return leftOut;
  }

  private void noteEpoch(long offset, int epoch) {
    if (epoch != latestEpoch) { // which it is for hardly any record
      newestEpoch = Math.max(newestEpoch, epoch);
      latestEpoch = epoch;
      epochs.put(offset, epoch);
    }
  }

  private Optional<Integer> epochBefore(long offset) {
    Long first = epochs.lowerKey(offset);
    if (first == null) {
      // Nothing was read before it: the record that stands there says as much of the log.
      return Optional.ofNullable(epochs.get(offset));
    }
    epochs.headMap(first).clear();
    return Optional.ofNullable(epochs.get(first));
  }

  /**
   * What {@link #toCommit} said is committed; nothing can have ended since, for this all happens on
   * one thread.
   */
  void wasCommitted() {
    committed = ledger.committable();
    committedChanges = ledger.changes();
    account.committed();
  }
}
