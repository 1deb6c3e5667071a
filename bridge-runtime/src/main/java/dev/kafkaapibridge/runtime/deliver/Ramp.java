package dev.kafkaapibridge.runtime.deliver;

import java.time.Duration;

/**
 * How many calls may have begun since a circuit closed: few at first, twice as many each 0.4
 * seconds, all after {@link #LENGTH}. A target that has just come back is met by thousands of
 * waiting records; what fells it again is their all coming at once. Pure.
 */
final class Ramp {

  /** After which nothing is held back any more. */
  static final Duration LENGTH = Duration.ofSeconds(4);

  private static final double PER_SECOND_AT_FIRST = 10;
  private static final double DOUBLES_EACH_SECONDS = 0.4;

  /** Calls before the first doubling would have begun, if the rate had always doubled. */
  private static final double SCALE = PER_SECOND_AT_FIRST * DOUBLES_EACH_SECONDS / Math.log(2);

  private Ramp() {}

  /**
   * @param sinceClosed nanoseconds
   */
  static long allowed(long sinceClosed) {
    if (sinceClosed >= LENGTH.toNanos()) {
      return Long.MAX_VALUE;
    }
    return 1 + (long) (SCALE * (Math.pow(2, sinceClosed / 1e9 / DOUBLES_EACH_SECONDS) - 1));
  }

  /**
   * When the next call may begin.
   *
   * @param begun calls that have begun since the circuit closed
   * @return nanoseconds after the closing
   */
  static long nextAt(long begun) {
    double seconds = DOUBLES_EACH_SECONDS * Math.log(1 + begun / SCALE) / Math.log(2);
    return Math.min(LENGTH.toNanos(), (long) Math.ceil(seconds * 1e9) + 1);
  }
}
