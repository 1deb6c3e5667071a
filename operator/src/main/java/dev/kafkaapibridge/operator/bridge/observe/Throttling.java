package dev.kafkaapibridge.operator.bridge.observe;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What keeps calls from going faster than they go, decided from what pods counted in a stretch of
 * time. Pure.
 *
 * @param percent of the answers that were 429, or of the time in which calls stood still; null
 *     where it says nothing or isn't known
 */
public record Throttling(Cause cause, @Nullable Integer percent) {

  /** Reasons of the condition Throttled. */
  public enum Cause {
    WithinLimits,
    /** {@code delivery.rateLimit} is the bottleneck. */
    RateLimited,
    /** The target answers 429. */
    TargetThrottling
  }

  /** A single 429 among few calls says nothing. */
  private static final int FEWEST_ANSWERS = 3;

  private static final int MANY_PERCENT_OF_ANSWERS = 5;
  private static final int MUCH_PERCENT_OF_TIME = 50;

  /**
   * What pods counted together.
   *
   * @param limited the longest that calls of one pod stood still for the declared limit, in per
   *     cent of the time
   * @param slowed the same, since the target asked to slow down
   */
  record Counted(long requests, long rateLimited, int limited, int slowed) {}

  static Throttling of(Counted counted) {
    int answers = percent(counted.rateLimited(), counted.requests());
    if (counted.rateLimited() >= FEWEST_ANSWERS && answers > MANY_PERCENT_OF_ANSWERS) {
      return new Throttling(Cause.TargetThrottling, answers);
    }
    if (counted.slowed() >= MUCH_PERCENT_OF_TIME) {
      return new Throttling(Cause.TargetThrottling, answers == 0 ? null : answers);
    }
    return counted.limited() >= MUCH_PERCENT_OF_TIME
        ? new Throttling(Cause.RateLimited, counted.limited())
        : new Throttling(Cause.WithinLimits, null);
  }

  static int percent(long part, long whole) {
    return whole <= 0 ? 0 : (int) Math.clamp(Math.round(100.0 * part / whole), 0, 100);
  }

  static int percent(Duration part, Duration whole) {
    return percent(part.toMillis(), whole.toMillis());
  }
}
