package dev.kafkaapibridge.runtime.quota;

import org.jspecify.annotations.Nullable;

/**
 * A partition's share, lent to another process. Immutable: the account has one after the other.
 *
 * @param until when it ends, microseconds since 1970 by the clock of the owner that lent it
 * @param to the process that may pay with it
 * @param serial tells it from earlier ones of the partition
 * @param left what the borrower goes on from; null: no commit has told of the loan yet
 * @param paysAgainAt when its owner may pay again, by its own clock
 * @param told whether a commit that tells of it, up to this end, is acknowledged
 */
record Loan(
    long until, long to, long serial, @Nullable ShareState left, long paysAgainAt, boolean told) {

  static Loan begun(long now, long until, long to) {
    return new Loan(until, to, now, null, until, false);
  }

  /** One that was found when the partition was taken over. */
  Loan(ShareState.Lent lent, long paysAgainAt) {
    this(lent.until(), lent.to(), lent.serial(), lent.state(), paysAgainAt, true);
  }

  Loan extended(long newUntil) {
    return new Loan(newUntil, to, serial, left, newUntil, false);
  }

  /** A commit is written that tells of it: from now on the borrower may have it. */
  Loan written(Share share, long now) {
    return left != null ? this : new Loan(until, to, serial, share.state(now), paysAgainAt, told);
  }

  /** A commit that tells of the loan up to this end is acknowledged. */
  Loan acknowledged(long toldUntil) {
    boolean tells = left != null && toldUntil == until;
    return tells ? new Loan(until, to, serial, left, paysAgainAt, true) : this;
  }

  /** Lent by this owner, and not by one before it. */
  boolean isOurs() {
    return paysAgainAt == until;
  }

  boolean mayHaveBeenTaken() {
    return left != null;
  }

  boolean wantsCommit() {
    return !told;
  }

  /** As the commit says it; null: no commit has said it yet. */
  ShareState.@Nullable Lent lent() {
    return left == null ? null : new ShareState.Lent(until, to, serial, left);
  }
}
