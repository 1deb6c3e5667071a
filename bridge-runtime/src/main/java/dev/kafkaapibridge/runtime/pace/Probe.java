package dev.kafkaapibridge.runtime.pace;

/**
 * A look for more than the ceiling: a bit faster each second, more so each time, as long as what
 * was allowed was used, accepted, and more was wanted. Owned by its {@link LearnedRate}.
 */
final class Probe {

  /** The first step up, of the ceiling; each further one is so much larger. */
  private static final double STEP = 0.03;

  private static final double STEP_GROWS = 1.4;

  /** The first step where nobody was limited of late: the others grow as well. */
  private static final double CALM_STEP = 0.1;

  /** More than this above the ceiling, of it, was not just saved up. */
  private static final double CLEARLY_MORE = 0.2;

  /** By so much the ceiling rises at most, where what was accepted may have been saved up. */
  private static final double CREEPS = 1.02;

  private double step;

  /** Calls that the target may have saved up for us, for we sent fewer. */
  private double saved;

  /** The rate before the latest step, at which all was accepted. */
  private double rateBefore;

  /**
   * @param savedUp of the ceiling, since it is known
   */
  void begin(double rate, double savedUp, boolean calm) {
    rateBefore = rate;
    saved = savedUp;
    step = calm ? CALM_STEP : STEP;
  }

  /** What was allowed was not used, or no more was wanted. */
  void pause(double savedUp, double ceiling) {
    saved = Math.min(ceiling, saved + savedUp);
    step = STEP;
  }

  /** Returns the rate of the next step. */
  double stepUp(double rate, double unit) {
    rateBefore = rate;
    double faster = rate + step * unit;
    step *= STEP_GROWS;
    return faster;
  }

  /**
   * It ends by a call that was limited: was the ceiling higher, or was there only something saved
   * up?
   *
   * @param accepted calls since it began, or since it paused last
   */
  Ceiling.Reached limited(double ceiling, double rate, long accepted, double seconds) {
    double extra = accepted - ceiling * seconds;
    if (extra > 2 * saved + CLEARLY_MORE * ceiling) {
      return new Ceiling.Reached(Math.max(ceiling, rateBefore), rate);
    }
    double creeps = Math.clamp(rateBefore, ceiling, ceiling * CREEPS);
    double shown = ceiling + Math.max(0, extra - saved) / seconds;
    return new Ceiling.Reached(Math.max(creeps, shown), 0);
  }
}
