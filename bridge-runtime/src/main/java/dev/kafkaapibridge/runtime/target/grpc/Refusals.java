package dev.kafkaapibridge.runtime.target.grpc;

import dev.kafkaapibridge.runtime.target.Verdict;

/**
 * How often in a row a server has not looked at a record: it is sent again at once, until that is
 * too often. Owned by the record's lane.
 */
final class Refusals {

  /** As often a record is sent at once that the server has not looked at; then it has failed. */
  private static final int MOST = 3;

  private final String what;
  private int inARow;

  /**
   * @param what was done with it, for people
   */
  Refusals(String what) {
    this.what = what;
  }

  Verdict after(Verdict verdict) {
    if (!(verdict instanceof Verdict.Again(var code, var why) && why != Verdict.Again.Why.Asked)) {
      inARow = 0;
      return verdict;
    }
    inARow++;
    if (inARow < MOST) {
      return verdict;
    }
    inARow = 0;
    return new Verdict.TargetFailed(
        "-", "ConnectionFailed", what + " %d times in a row".formatted(MOST));
  }
}
