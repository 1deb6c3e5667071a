package dev.kafkaapibridge.runtime.pace;

/**
 * What the target says of its limit, and this process's part of it: as many of all partitions as it
 * owns. So all processes together stay below what the target allows, before it has to limit any.
 * Guarded by its {@link Pace}; {@code now} is nanoseconds.
 */
final class AdvertisedLimit {

  private static final double SECOND = 1e9;

  /** So that the sum of many roundings, and of what arrives late, stays below. */
  private static final double SAFE = 0.995;

  /** What wasn't repeated for so long is forgotten. */
  private static final long FORGOTTEN = 600_000_000_000L;

  /** What is left matters once it is less than this. */
  private static final double SCARCE = 0.2;

  /** In a shorter window what is left says less than the rate, and its end isn't told exactly. */
  private static final double SHORT = 1.5;

  /** The longest that nothing is sent for what one answer told, seconds. */
  private static final double LONGEST = 60;

  /** Calls a second that all callers ask on with after that, until there is more. */
  private static final double ASKS_ON = 1;

  /** Nobody waits longer for more, seconds. */
  private static final double MONTH = 30 * 86_400;

  /** So soon after a call was limited, an answer that tells of more is believed by nobody. */
  private static final long LIMITED_OF_LATE = 10_000_000_000L;

  private final LimitsOfLate perSecond = new LimitsOfLate();
  private long toldAt = Long.MIN_VALUE / 2;
  private long limitedAt = Long.MIN_VALUE / 2;
  private double restPerSecond = Double.POSITIVE_INFINITY;
  private long restUntil = Long.MIN_VALUE / 2;
  private long moreAt = Long.MIN_VALUE / 2;
  private long distrustedUntil = Long.MIN_VALUE / 2;

  /** Takes note. Returns whether the target allows more than it did. */
  boolean told(LimitNotice notice, long now) {
    boolean raised = notice.perSecond() > 0 && raises(notice.perSecond(), now);
    if (notice.tellsOfRest() && notice.seconds() > SHORT && now - distrustedUntil >= 0) {
      boolean scarce = notice.remaining() < 1 || notice.left() < SCARCE;
      restPerSecond = scarce ? notice.remaining() / notice.seconds() : Double.POSITIVE_INFINITY;
      restUntil = now + (long) (Math.min(notice.seconds(), LONGEST) * SECOND);
      moreAt = now + (long) (Math.min(notice.seconds(), MONTH) * SECOND);
    }
    return raised;
  }

  private boolean raises(double told, long now) {
    boolean known = perSecond(now) < Double.POSITIVE_INFINITY;
    double before = perSecond.highest();
    boolean more = known && told > before;
    if (more && now - limitedAt < LIMITED_OF_LATE) {
      return false;
    }
    if (more || !known) {
      perSecond.forget();
    }
    perSecond.told(told, now);
    toldAt = now;
    return more && told > before * 1.05;
  }

  /** It has limited a call. */
  void limited(long now) {
    limitedAt = now;
  }

  /** It limits although something should be left: others use it up, and the rest says nothing. */
  void limitedThough(LimitNotice notice, long now) {
    limited(now);
    if (notice.tellsOfRest() && notice.remaining() >= 1) {
      distrustedUntil = now + FORGOTTEN;
      restPerSecond = Double.POSITIVE_INFINITY;
    }
  }

  /**
   * Calls a second that the target allows all callers together, the least that it told of late;
   * infinite: it doesn't say.
   */
  double perSecond(long now) {
    return now - toldAt > FORGOTTEN ? Double.POSITIVE_INFINITY : perSecond.lowest();
  }

  /**
   * Calls a second for this process; infinite: no bound.
   *
   * @param all partitions that share the limit; 0: unknown
   */
  double bound(int owned, int all, long now) {
    double told = Math.min(perSecond(now), restPerSecond(now));
    if (told == Double.POSITIVE_INFINITY || all == 0) {
      return Double.POSITIVE_INFINITY;
    }
    return told * SAFE * Math.clamp((double) owned / all, 1.0 / all, 1);
  }

  private double restPerSecond(long now) {
    if (now - restUntil < 0) {
      return restPerSecond;
    }
    return now - moreAt < 0 ? Math.max(restPerSecond, ASKS_ON) : Double.POSITIVE_INFINITY;
  }
}
