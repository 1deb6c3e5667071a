package dev.kafkaapibridge.runtime.quota;

/**
 * When one partition's part of a limit lets a call go. A call is taken, and then it leaves, or it
 * is given back; in between it counts as if it left at any moment. Times are microseconds since
 * 1970 by the process's clock, which doesn't go back. Pure but for its own state; guarded by its
 * {@link Purse}.
 */
sealed interface Share permits Window, Bucket, Turns {

  /**
   * The earliest time, {@code now} or later; {@link Long#MAX_VALUE}: not before something changes.
   */
  long nextAt(long now);

  /** A call goes now: {@link #nextAt} has said so. */
  void take(long now);

  /** A call that was taken leaves the process now. */
  void left(long now);

  /** A call taken at that time is not made. */
  void giveBack(long takenAt);

  /** No call that was taken and hasn't left is made. */
  void giveBackAll();

  /** Exact, for the next owner: nothing is taken after this. */
  ShareState state(long now);

  /** Goes on from an earlier owner's state, or from nothing known of it. */
  void inherit(ShareState state, long now);
}
