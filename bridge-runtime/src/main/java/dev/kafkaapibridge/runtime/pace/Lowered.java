package dev.kafkaapibridge.runtime.pace;

/**
 * What a target takes that limits calls at the rate it was believed to take, by how many it limits.
 * Decided from figures alone.
 *
 * @param ceiling calls a second
 * @param part of the calls that were limited, 0 to 1
 * @param closings how often in a row the pod's gate was closed, as a {@code Retry-After} asks, and
 *     a call was limited soon after it had opened
 */
record Lowered(double ceiling, double part, int closings) {

  /** Limited within this time of the last, seconds: it is still too fast. */
  private static final double AGAIN = 5;

  /** So many tell how many are too many; of fewer one may be chance. */
  private static final int MANY = 5;

  /**
   * @param rate that was held, calls a second
   * @param course what became of its calls
   * @param closings as the latest of these says
   */
  static Lowered of(double rate, Course course, int closings, long now) {
    double look = course.secondsSinceLimited(now);
    double sent = course.enteredSinceLimited();
    return sent >= rate * look / 2
        ? byWhatWasLimited(rate, course.limited(), sent, look, closings)
        : byWhatWentBeforeTheGateClosed(rate, course, closings, now);
  }

  private static Lowered byWhatWasLimited(
      double rate, long limited, double sent, double look, int closings) {
    double part = Math.min(1, limited / sent);
    double estimate = Math.min(rate, sent / look) * (1 - part);
    double least = limited >= MANY ? rate / 8 : rate / 2;
    return new Lowered(Math.max(least, Math.min(rate, estimate)), part, closings);
  }

  /**
   * The gate was closed meanwhile, and the few calls just before say little: a little less at
   * first, then much less, but not less than the target took over the whole time.
   */
  private static Lowered byWhatWentBeforeTheGateClosed(
      double rate, Course course, int closings, long now) {
    double seconds = Math.max(0.001, course.seconds(now));
    double part = Math.min(1, (double) course.limited() / Math.max(1, course.entered()));
    double estimate = (course.entered() - course.limited()) / seconds;
    int inARow = seconds > AGAIN ? 1 : closings + 1;
    double least = rate * Math.max(0.5, 1 - 0.1 * (1 << Math.min(inARow - 1, 3)));
    return new Lowered(Math.max(least, Math.min(rate, estimate)), part, inARow);
  }
}
