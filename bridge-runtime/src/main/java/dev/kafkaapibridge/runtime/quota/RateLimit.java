package dev.kafkaapibridge.runtime.quota;

import dev.kafkaapibridge.api.v1alpha1.RateLimitSpec;
import org.jspecify.annotations.Nullable;

/**
 * What {@code delivery.rateLimit} declares.
 *
 * @param requests calls in each period, of all that share it
 * @param periodMicros in microseconds
 * @param burst size of the token bucket; 0: strict, never more than {@code requests} in any period
 * @param perReplica each process has it for itself
 */
public record RateLimit(long requests, long periodMicros, long burst, boolean perReplica) {

  /** Null where none is declared. */
  public static @Nullable RateLimit of(RateLimitSpec spec) {
    Integer requests = spec.requests();
    if (requests == null) {
      return null;
    }
    Integer burst = spec.burst();
    return new RateLimit(
        requests,
        spec.period().toNanos() / 1_000,
        burst == null ? 0 : burst,
        spec.scope() == RateLimitSpec.Scope.Replica);
  }

  boolean isStrict() {
    return burst == 0;
  }

  /** Calls a microsecond. */
  double rate() {
    return (double) requests / periodMicros;
  }
}
