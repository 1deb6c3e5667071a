package dev.kafkaapibridge.runtime.deliver;

/**
 * What fails however many calls are under way, as a trial with fewer of them has shown. It is
 * believed for a time, longer each time that a trial shows it again. Values in, values out.
 *
 * @param share of the calls; 0: none is known
 * @param until when it is believed, nanoseconds
 * @param pause how long the next such belief lasts, nanoseconds
 */
record UsualFailures(double share, long until, long pause) {

  /** Fewer failing calls are nobody's concern. */
  private static final double FEW = 0.05;

  /** More than this is never usual. */
  private static final double MOST = 0.95;

  /** It is forgotten over so many calls. */
  private static final double MEMORY = 200;

  private static final long FIRST_PAUSE = 30 * 1_000_000_000L;
  private static final long LONGEST_PAUSE = 16 * FIRST_PAUSE;

  static UsualFailures none() {
    return new UsualFailures(0, 0, FIRST_PAUSE);
  }

  static UsualFailures shown(double share, long now, UsualFailures before) {
    return new UsualFailures(share, now + before.pause, Math.min(LONGEST_PAUSE, 2 * before.pause));
  }

  /** The share that may fail before it is asked why. A few calls say little: twice as many may. */
  double bearable(long now) {
    return share > 0 && now - until < 0 ? Math.clamp(2 * share + .1, FEW, MOST) : FEW;
  }

  /**
   * After calls that did not fail beyond what is bearable. It only falls: else it would rise with
   * the calls at once that it is to be told apart from.
   */
  UsualFailures after(Round.Seen seen) {
    double weight = seen.calls() / (seen.calls() + MEMORY);
    double still = Math.min(share, share + weight * (seen.failing() - share));
    return still < FEW / 2 ? none() : new UsualFailures(still, until, pause);
  }
}
