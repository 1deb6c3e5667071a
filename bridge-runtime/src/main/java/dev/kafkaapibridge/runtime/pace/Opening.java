package dev.kafkaapibridge.runtime.pace;

/**
 * The time in which the target has limited nothing: a ramp at first, then as many calls as there
 * are. What is accepted meanwhile is what is known of the target once it does limit. Owned by its
 * {@link LearnedRate}; {@code now} is nanoseconds.
 */
final class Opening {

  private static final double SECOND = 1e9;

  /** Calls a second at first, and how long until they have doubled. */
  private static final double RAMP_FROM = 10;

  private static final double RAMP_DOUBLES = 0.4 * SECOND;
  private static final double RAMP_ENDS = 5 * SECOND;

  /** How long what is sent on the ramp is counted, seconds: it doubles in two of these. */
  static final double RAMP_LOOK = 0.2;

  /** What was counted in a shorter time says too little, seconds. */
  private static final double TOO_SHORT = 0.05;

  private static final double TOO_SHORT_AFTER_THE_RAMP = 0.5;

  /** So long after the start what was accepted is a guess of what the target takes, seconds. */
  private static final double YOUNG = 30;

  private long beganAt;
  private boolean ramp;

  /** Calls a second that were let go in the last full look at the ramp. */
  private double sentLately;

  /** Let go on the ramp, accepted after it. */
  private long accepted;

  /** Calls a second that were accepted in the last full second, and how many in this one. */
  private double acceptedRate;

  private long secondAt;
  private long acceptedInSecond;

  void begin(boolean withRamp, long now) {
    beganAt = now;
    ramp = withRamp;
    sentLately = 0;
    accepted = 0;
    acceptedRate = 0;
    secondAt = now;
    acceptedInSecond = 0;
  }

  boolean isRamp() {
    return ramp;
  }

  /** Calls a second; infinite: as many as there are. */
  double rate(long now) {
    return ramp
        ? RAMP_FROM * Math.pow(2, (now - beganAt) / RAMP_DOUBLES)
        : Double.POSITIVE_INFINITY;
  }

  void accepted(long calls, long now) {
    acceptedInSecond += calls;
    accepted += calls;
    double seconds = (now - secondAt) / SECOND;
    if (seconds >= 1) {
      acceptedRate = acceptedInSecond / seconds;
      acceptedInSecond = 0;
      secondAt = now;
    }
  }

  /** A look at the ramp is over, in which so many calls were let go. */
  void sent(long calls, double seconds) {
    sentLately = calls / seconds;
  }

  boolean rampIsOver(long now) {
    return ramp && now - beganAt >= RAMP_ENDS;
  }

  /** From now on as many as there are. */
  void endRamp(long sentOnIt, long now) {
    ramp = false;
    accepted += sentOnIt;
    secondAt = now;
  }

  /**
   * The opening ends by a call that was limited.
   *
   * @param course which has counted that call
   */
  Ceiling.Reached limited(Course course, long now) {
    double reached;
    if (ramp) {
      accepted += course.entered() - course.limited();
      reached = onTheRamp(course, now);
    } else {
      reached = afterIt(now);
    }
    double seconds = Math.max(TOO_SHORT, (now - beganAt) / SECOND);
    // So soon after the start something saved up may have been used up just now.
    double atLeast =
        seconds < YOUNG ? Math.clamp(accepted / seconds, reached / 4, reached) : reached;
    end();
    return new Ceiling.Reached(atLeast, reached);
  }

  private double onTheRamp(Course course, long now) {
    double lately = course.secondsOfStep(now);
    double sent = lately < TOO_SHORT ? sentLately : course.enteredInStep() / lately;
    return Math.clamp(Math.max(sent, sentLately), 1, Math.max(1, rate(now)));
  }

  private double afterIt(long now) {
    double lately = (now - secondAt) / SECOND;
    double took = lately < TOO_SHORT_AFTER_THE_RAMP ? 0 : acceptedInSecond / lately;
    return Math.max(1, Math.max(acceptedRate, took));
  }

  void end() {
    ramp = false;
  }
}
