package dev.kafkaapibridge.runtime.quota;

import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * One owned partition's part of the limit, for as long as it is owned. Guarded by its purse.
 *
 * <pre>
 *   opened --share known--> not confirmed --a commit that says "an owner is at work" is acknowledged--> pays --closed-->
 * </pre>
 *
 * It pays only once the group's offset says that it may: whoever owns the partition after a crash
 * finds that calls may have been sent, and how many.
 */
final class Account {

  /** Shorter periods are simply waited for after a crash; in longer ones calls are reserved. */
  static final long RESERVED_FOR = 10_000_000;

  final TopicPartition partition;
  private final @Nullable String inheritedText;
  final ShareState inherited;

  /** Whether an earlier owner has counted it: then all that share the limit know of it. */
  final boolean counted;

  @Nullable Share share;
  boolean paused;
  private boolean confirmed;
  private boolean closed;
  private long commits;
  private long sentSinceCommit;
  private long mayStillSend;
  private long askedFor;

  Account(TopicPartition partition, @Nullable String section, ShareState.@Nullable Read read) {
    this.partition = partition;
    this.inheritedText = read == null ? null : section;
    this.inherited = read == null ? new ShareState.Fresh() : read.state();
    this.counted = read != null;
  }

  /** When it pays for a call; {@link Long#MAX_VALUE}: not before something else happens. */
  long nextAt(long now) {
    return share == null || paused || closed || !confirmed || mayStillSend <= 0
        ? Long.MAX_VALUE
        : share.nextAt(now);
  }

  /** Returns the number of the commit after which it was taken, for {@link #giveBack}. */
  long take(long now) {
    if (share != null) {
      share.take(now);
      sentSinceCommit++;
      mayStillSend--;
    }
    return commits;
  }

  /** A call that was taken leaves now. */
  void left(long now) {
    if (share != null) {
      share.left(now);
    }
  }

  void giveBack(long takenAt, long takenAfter) {
    if (share != null && !closed) {
      share.giveBack(takenAt); // what a commit has said meanwhile stays as it was said
      if (takenAfter == commits) {
        sentSinceCommit--;
        mayStillSend += mayStillSend == Long.MAX_VALUE ? 0 : 1;
      }
    }
  }

  /** Nobody inherits from it, so nothing has to be committed before it pays. */
  void isOwnMaster() {
    confirmed = true;
    mayStillSend = Long.MAX_VALUE;
  }

  void close() {
    closed = true;
  }

  /** The section of the next commit; null: none, for nobody has counted the partition yet. */
  @Nullable String toCommit(long now, int partitions) {
    if (share == null || paused && !confirmed) {
      return inheritedText;
    }
    commits++;
    sentSinceCommit = 0;
    askedFor = Long.MAX_VALUE;
    if (closed) {
      return ShareState.encode(share.state(now), partitions);
    }
    if (share instanceof Window window && window.periodMicros() > RESERVED_FOR) {
      long worth = Math.ceilDiv(window.most() * RESERVED_FOR, window.periodMicros());
      askedFor = Math.max(1, Math.max(worth, confirmed ? mayStillSend : 0));
      long mayHaveBeenSent = askedFor + window.underWay();
      return ShareState.encode(
          new ShareState.Used(now, mayHaveBeenSent, window.calls(now)), partitions);
    }
    return ShareState.encode(new ShareState.Unknown(), partitions);
  }

  /** What {@link #toCommit} said last is committed. */
  void committed() {
    if (share != null && !closed && askedFor > 0) {
      confirmed = true;
      mayStillSend = askedFor == Long.MAX_VALUE ? Long.MAX_VALUE : askedFor - sentSinceCommit;
    }
  }

  /** Whether it pays nothing, or soon nothing more, until a commit is acknowledged. */
  boolean wantsCommit() {
    return share != null && !paused && !closed && (!confirmed || runsLow());
  }

  private boolean runsLow() {
    return share instanceof Window window
        && window.periodMicros() > RESERVED_FOR
        && sentSinceCommit > 0;
  }
}
