package dev.kafkaapibridge.runtime.quota;

import org.jspecify.annotations.Nullable;

/**
 * A partition's share, lent to another process. Immutable: the account has one after the other.
 *
 * @param until when it was to end, microseconds since 1970 by the clock of the owner that lent it;
 *     tells one extension from the next
 * @param to the process that may pay with it
 * @param serial tells it from earlier ones of the partition
 * @param left what the borrower goes on from; null: no commit has told of the loan yet
 * @param paysAgainAt when this owner may pay again; {@link Long#MAX_VALUE}: not before a commit
 *     that tells of the loan is acknowledged
 * @param told whether a commit that tells of it, up to this end, is acknowledged
 * @param ours lent by this owner, and not by one before it
 */
record Loan(
    long until,
    long to,
    long serial,
    @Nullable ShareState left,
    long paysAgainAt,
    boolean told,
    boolean ours) {

  static Loan begun(long now, long wall, long to) {
    return new Loan(wall + Lending.TIME, to, wall, null, now + Lending.TIME, false, true);
  }

  /** One that was found when the partition was taken over. */
  Loan(ShareState.Lent lent, long paysAgainAt) {
    this(lent.until(), lent.to(), lent.serial(), lent.state(), paysAgainAt, true, false);
  }

  Loan extended(long wall) {
    return new Loan(wall + Lending.TIME, to, serial, left, paysAgainAt, false, ours);
  }

  /** A commit is written that tells of it: from now on the borrower may have it. */
  Loan written(Share share, long now, long ahead) {
    return told
        ? this
        : new Loan(
            until,
            to,
            serial,
            left != null ? left : share.state(now).movedBy(ahead),
            Long.MAX_VALUE,
            false,
            ours);
  }

  /** A commit that tells of the loan up to this end is acknowledged. */
  Loan acknowledged(long toldUntil, long now) {
    return told || left == null
        ? this
        : new Loan(until, to, serial, left, now + Lending.TIME, toldUntil == until, ours);
  }

  boolean mayHaveBeenTaken() {
    return left != null;
  }

  /** Whether its owner knows when it ends, and that is less than so long from now. */
  boolean endsWithin(long micros, long now) {
    return paysAgainAt - now < micros;
  }

  boolean wantsCommit() {
    return !told;
  }

  /** As the commit says it; null: no commit has said it yet. */
  ShareState.@Nullable Lent lent() {
    return left == null ? null : new ShareState.Lent(until, to, serial, left);
  }
}
