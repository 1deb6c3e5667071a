package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.api.v1alpha1.RetrySpec;
import java.time.Duration;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * When to try again, and when to give up. Pure but for the random number that is passed in. Full
 * jitter (a wait anywhere between nothing and the exponential bound) spreads a fleet's retries
 * best: Brooker, "Exponential Backoff And Jitter", 2015.
 *
 * @param maxAttempts calls that a record gets, the first one included
 * @param initialBackoff bound of the first wait
 * @param maxBackoff bound of every wait
 * @param multiplier from one bound to the next
 * @param fullJitter false: wait the whole bound
 * @param maxRecordAge give up a record older than this, by its own timestamp; null: never
 */
public record RetrySchedule(
    int maxAttempts,
    Duration initialBackoff,
    Duration maxBackoff,
    int multiplier,
    boolean fullJitter,
    @Nullable Duration maxRecordAge) {

  public static RetrySchedule of(RetrySpec spec) {
    return new RetrySchedule(
        spec.maxAttempts(),
        spec.initialBackoff(),
        spec.maxBackoff(),
        spec.multiplier(),
        spec.jitter() == RetrySpec.Jitter.Full,
        spec.maxRecordAge());
  }

  /**
   * The wait after the n-th failure in a row.
   *
   * @param failures 1 after the first
   * @param random uniform in [0, 1)
   */
  public Duration backoff(int failures, DoubleSupplier random) {
    double bound = initialBackoff.toNanos() * Math.pow(multiplier, Math.min(failures - 1, 60));
    double capped = Math.min(bound, maxBackoff.toNanos());
    return Duration.ofNanos((long) (fullJitter ? capped * random.getAsDouble() : capped));
  }

  public boolean attemptsSpent(int spent) {
    return spent >= maxAttempts;
  }

  /**
   * @param timestamp of the record, in milliseconds; negative: it has none, and is never too old
   */
  public boolean tooOld(long timestamp, long now) {
    return maxRecordAge != null && timestamp >= 0 && now - timestamp > maxRecordAge.toMillis();
  }

  /**
   * Milliseconds until a record becomes too old; {@link Long#MAX_VALUE}: it never does.
   *
   * @param timestamp as in {@link #tooOld}
   */
  public long millisLeft(long timestamp, long now) {
    return maxRecordAge == null || timestamp < 0
        ? Long.MAX_VALUE
        : Math.max(0, timestamp + maxRecordAge.toMillis() + 1 - now);
  }
}
