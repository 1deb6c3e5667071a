package dev.kafkaapibridge.runtime.target.grpc;

import dev.kafkaapibridge.api.v1alpha1.StreamSpec.Acknowledgement;
import dev.kafkaapibridge.runtime.target.Verdict;

/**
 * What becomes of a message of a stream. Pure. A stream's end is one answer for all the messages
 * that it leaves without one, so it says of no single one whether that was at fault:
 *
 * <pre>
 *   the end          acknowledged at the stream's end        acknowledged one by one
 *   accepted         all accepted                            all sent again
 *   refused          one left: refused; else all sent again, in streams of at most half as many, until one stands alone
 *   failed           all failed, sent next in streams of     the one to blame failed, the others sent again
 *                    an eighth
 *   any other        the same for all: it is about the target, or nothing is known
 * </pre>
 *
 * @param verdict of the record; {@link Verdict.Again} where it is sent again at once
 * @param company in a stream of at most so many messages it is sent next
 */
record Fate(Verdict verdict, int company) {

  /** As many as a stream may have. */
  static final int ANY = Integer.MAX_VALUE;

  private static final Verdict AGAIN = new Verdict.Again("-", Verdict.Again.Why.InCompany);

  static Fate of(Verdict verdict) {
    return new Fate(verdict, ANY);
  }

  /**
   * @param end of the stream
   * @param left how many messages it left without an answer, this one among them
   * @param blamed whether it is to blame if one of them alone is: it came too late, or was the
   *     first whose answer was awaited
   */
  static Fate atEnd(Acknowledgement acknowledgement, Verdict end, int left, boolean blamed) {
    boolean together = acknowledgement == Acknowledgement.StreamClose;
    return switch (end) {
      case Verdict.Accepted accepted -> {
        if (together || left == 1 && !accepted.code().equals(Code.OK.name())) {
          yield of(end); // the latter by a rule
        }
        yield of(AGAIN);
      }
      case Verdict.RecordRefused ignored ->
          left == 1 ? of(end) : new Fate(AGAIN, Integer.highestOneBit(left - 1));
      case Verdict.TargetFailed ignored -> {
        if (together) {
          yield left == 1
              ? of(end)
              : new Fate(end, Math.max(1, Integer.highestOneBit(left - 1) / 4));
        }
        yield left == 1 || blamed ? of(end) : of(AGAIN);
      }
      case Verdict.RateLimited ignored -> of(end);
      case Verdict.TargetMisconfigured ignored -> of(end);
      case Verdict.Again ignored -> of(end);
      case Verdict.Cut ignored -> of(end);
    };
  }
}
