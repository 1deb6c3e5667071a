package dev.kafkaapibridge.runtime.deliver;

/**
 * How to look for more calls at once: faster and faster while nothing is known, by halves once
 * there is a number with which some failed; then a rest, longer each time that the same is found.
 * Values in, values out.
 *
 * @param step to add next while {@code tooMany} is not known
 * @param tooMany with which some failed that do not with fewer; 0: none is known
 * @param restUntil until when nothing is added, nanoseconds
 * @param rest how long the next one lasts, nanoseconds
 */
record Growth(int step, int tooMany, long restUntil, long rest) {

  private static final long FIRST_REST = 10 * 1_000_000_000L;
  private static final long LONGEST_REST = 6 * FIRST_REST;

  /** So near to what is too much there is nothing left to look for, of the number. */
  private static final int NEAR = 16;

  static Growth none() {
    return new Growth(1, 0, 0, FIRST_REST);
  }

  /** {@code limit} is what was measured in a hurry: there may be room for as many again. */
  static Growth from(int limit) {
    return new Growth(limit, 0, 0, FIRST_REST);
  }

  boolean rests(long now) {
    return restUntil != 0 && now - restUntil < 0;
  }

  int next(int limit, int most) {
    return Math.min(most, limit + (tooMany == 0 ? step : Math.max(1, (tooMany - limit) / 2)));
  }

  /** It goes on as it does. */
  Growth grown(int most) {
    return new Growth(tooMany == 0 ? Math.min(most, 2 * step) : step, tooMany, restUntil, rest);
  }

  /**
   * {@code limit} is well: the last rest has not led to the same again, and what was once too much
   * for the target no longer is.
   */
  Growth isWell(int limit) {
    return limit >= tooMany
        ? new Growth(tooMany > 0 ? 1 : step, 0, restUntil, FIRST_REST)
        : new Growth(step, tooMany, restUntil, FIRST_REST);
  }

  /** What failed did not for the number's sake. */
  Growth notTooMany() {
    return new Growth(step, 0, restUntil, rest);
  }

  /** All is well with {@code limit}, and was not with {@code failed}. */
  Growth between(int limit, int failed, long now) {
    boolean near = failed - limit <= Math.max(1, limit / NEAR);
    return near
        ? new Growth(1, 0, now + rest, Math.min(LONGEST_REST, 2 * rest))
        : new Growth(1, failed, 0, rest);
  }
}
