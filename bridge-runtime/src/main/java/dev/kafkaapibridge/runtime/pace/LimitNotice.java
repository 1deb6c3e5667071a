package dev.kafkaapibridge.runtime.pace;

/**
 * What an answer tells of the target's limit beside its verdict, for all callers together. Figures
 * that were not told are NaN.
 *
 * @param perSecond calls a second that the target allows
 * @param left part of the present window's calls that is left, 0 to 1
 * @param remaining calls that are left in it
 * @param seconds until there are more
 */
public record LimitNotice(double perSecond, double left, double remaining, double seconds) {

  /** Whether it tells of what is left, and for how long. */
  boolean tellsOfRest() {
    return remaining >= 0 && seconds > 0;
  }
}
