package dev.kafkaapibridge.runtime.quota;

import java.util.Objects;
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
 * finds that calls may have been sent, and how many. While it is lent it pays for nothing, and for
 * the borrower only once the group's offset says so; an account that was borrowed is the lender's
 * all the while, and ends by itself. The time of a loan runs from when the commit that tells of it
 * is acknowledged: see {@link LoansSeen}.
 *
 * <pre>
 *   pays --lend--> calls under way end --> lent: committed with what is left --acknowledged, and its time is over-->
 *   pays, as if all had been spent
 * </pre>
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
  private int underWay;

  /** To another process, by this owner or one before it. */
  private @Nullable Loan loan;

  /** The end of the loan as the last commit tells it. */
  private long writtenUntil;

  /** Of an account that was borrowed. */
  private long paysUntil = Long.MAX_VALUE;

  private long serial;

  Account(
      TopicPartition partition,
      @Nullable String section,
      ShareState.@Nullable Read read,
      long openedAt) {
    this.partition = partition;
    this.inheritedText = read == null ? null : section;
    this.inherited = read == null ? new ShareState.Fresh() : read.state();
    this.counted = read != null;
    if (inherited instanceof ShareState.Lent lent) {
      loan = new Loan(lent, openedAt + Lending.TIME);
    }
  }

  /** Of the lender's partition, from what the lender has left. */
  static Account borrowed(TopicPartition partition, ShareState.Lent lent, long until) {
    var account = new Account(partition, "", new ShareState.Read(lent.state(), 0), 0);
    account.serial = lent.serial();
    account.paysUntil = until;
    account.isOwnMaster();
    return account;
  }

  /** The loan that it was borrowed by pays so long, for it may have been extended. */
  void paysUntil(long until) {
    paysUntil = until;
  }

  /** Tells the loan that it was borrowed by from others of the partition. */
  long serial() {
    return serial;
  }

  boolean isBorrowed() {
    return paysUntil != Long.MAX_VALUE;
  }

  boolean stillPays(long now) {
    return !closed && now < paysUntil;
  }

  /** Whether it could be lent: with longer periods too much would have to be taken for spent. */
  boolean canBeLent() {
    boolean shortPeriod =
        share instanceof Bucket
            || share instanceof Window window && window.periodMicros() <= RESERVED_FOR;
    return shortPeriod && loan == null && !isBorrowed() && !paused && !closed && confirmed;
  }

  boolean isOwnToPay() {
    return share != null && loan == null && !isBorrowed() && !closed;
  }

  @Nullable Loan loan() {
    return loan;
  }

  void lend(Loan to) {
    loan = to;
  }

  /** What was lent comes back as if all of it had been spent. */
  void takeBackWhenOver(long now) {
    if (loan != null && now >= loan.paysAgainAt()) {
      if (share != null && loan.mayHaveBeenTaken()) {
        share.inherit(new ShareState.Unknown(), now);
      }
      loan = null;
    }
  }

  /** When it pays for a call; {@link Long#MAX_VALUE}: not before something else happens. */
  long nextAt(long now) {
    takeBackWhenOver(now);
    if (share == null || paused || closed || !confirmed || mayStillSend <= 0) {
      return Long.MAX_VALUE;
    }
    if (loan != null) {
      return loan.paysAgainAt();
    }
    return stillPays(now) ? share.nextAt(now) : Long.MAX_VALUE;
  }

  /** Returns the number of the commit after which it was taken, for {@link #giveBack}. */
  long take(long now) {
    if (share != null) {
      share.take(now);
      sentSinceCommit++;
      mayStillSend--;
      underWay++;
    }
    return commits;
  }

  /** A call that was taken leaves now. */
  void left(long now) {
    underWay--;
    if (share != null) {
      share.left(now);
    }
  }

  /** What was taken of a share that is replaced meanwhile counted as spent already. */
  void giveBack(@Nullable Share of, long takenAt, long takenAfter) {
    underWay--;
    if (share != null && share == of && !closed) {
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

  /** What it has paid for and what hasn't left yet never leaves, and has cost nothing. */
  void close() {
    closed = true;
    if (share != null) {
      share.giveBackAll();
    }
  }

  /**
   * The section of the next commit; null: none, for nobody has counted the partition yet.
   *
   * @param ahead of this process's time is the wall clock
   * @param wanting what the process would need besides; null: nothing, or another account says it
   */
  @Nullable String toCommit(
      long now, long ahead, int partitions, ShareState.@Nullable Wanting wanting) {
    takeBackWhenOver(now);
    if (share == null || paused && !confirmed) {
      return inheritedText;
    }
    commits++;
    sentSinceCommit = 0;
    askedFor = Long.MAX_VALUE;
    if (loan != null && (loan.mayHaveBeenTaken() || underWay == 0)) {
      loan = loan.written(share, now, ahead);
      writtenUntil = loan.until();
      return ShareState.encode(Objects.requireNonNull(loan.lent()), partitions);
    }
    if (closed) {
      return ShareState.encode(share.state(now).movedBy(ahead), partitions);
    }
    if (share instanceof Window window && window.periodMicros() > RESERVED_FOR) {
      long worth = Math.ceilDiv(window.most() * RESERVED_FOR, window.periodMicros());
      askedFor = Math.max(1, Math.max(worth, confirmed ? mayStillSend : 0));
      long mayHaveBeenSent = askedFor + window.underWay();
      return ShareState.encode(
          new ShareState.Used(now, mayHaveBeenSent, window.calls(now)).movedBy(ahead), partitions);
    }
    return ShareState.encode(wanting == null ? new ShareState.Unknown() : wanting, partitions);
  }

  /** What {@link #toCommit} said last is committed. */
  void committed(long now) {
    if (share != null && !closed && askedFor > 0) {
      confirmed = true;
      loan = loan == null ? null : loan.acknowledged(writtenUntil, now);
      mayStillSend = askedFor == Long.MAX_VALUE ? Long.MAX_VALUE : askedFor - sentSinceCommit;
    }
  }

  /** Whether it pays nothing, or soon nothing more, until a commit is acknowledged. */
  boolean wantsCommit() {
    boolean lending = loan != null && loan.wantsCommit() && underWay == 0;
    return share != null && !paused && !closed && (!confirmed || runsLow() || lending);
  }

  private boolean runsLow() {
    return share instanceof Window window
        && window.periodMicros() > RESERVED_FOR
        && sentSinceCommit > 0;
  }
}
