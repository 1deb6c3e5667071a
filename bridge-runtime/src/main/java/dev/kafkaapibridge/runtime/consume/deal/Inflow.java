package dev.kafkaapibridge.runtime.consume.deal;

/**
 * How many records a second come into a partition, from looks at its end: what was seen lately
 * counts most, so that one burst isn't taken for what the partition brings. Immutable.
 *
 * @param end the offset where the next record will be, when it was last looked at
 * @param at when that was, nanoseconds
 * @param over seconds that the rate was measured over; 0: it is not known yet
 * @param perSecond 0 while nothing is known
 */
public record Inflow(long end, long at, double over, double perSecond) {

  /** Seconds after which a look counts for a third. */
  private static final double MEMORY = 40;

  /** The first look at a partition of which nobody has told anything. */
  public static Inflow first(long end, long at) {
    return new Inflow(end, at, 0, 0);
  }

  /** The first look at a partition whose former owner has told what comes in. */
  public static Inflow told(double perSecond, long end, long at) {
    return new Inflow(end, at, MEMORY, perSecond);
  }

  public boolean isKnown() {
    return over > 0;
  }

  /** Another look. */
  public Inflow seen(long nextEnd, long now) {
    double seconds = (now - at) / 1e9;
    if (seconds <= 0) {
      return this;
    }
    // A log that was cut off, or made again, has brought nothing.
    double rate = Math.max(0, nextEnd - end) / seconds;
    double part = Math.max(-Math.expm1(-seconds / MEMORY), seconds / (over + seconds));
    return new Inflow(
        nextEnd, now, Math.min(over + seconds, MEMORY), perSecond + part * (rate - perSecond));
  }
}
