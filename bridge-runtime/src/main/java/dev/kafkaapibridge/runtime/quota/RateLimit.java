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
 * @param patience how many looks running a process is held back before it borrows of what others
 *     leave; 0: nobody lends
 */
public record RateLimit(
    long requests, long periodMicros, long burst, boolean perReplica, int patience) {

  /** Whose shares stay where their partitions are. */
  public RateLimit(long requests, long periodMicros, long burst, boolean perReplica) {
    this(requests, periodMicros, burst, perReplica, 0);
  }

  /**
   * Patience of {@code Auto}, some six seconds: most of what holds a process back is over by then.
   */
  public static final int AUTO = 3;

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
        spec.scope() == RateLimitSpec.Scope.Replica,
        switch (spec.distribution()) {
          case Partitions -> 0;
          case Demand -> 1;
          case Auto -> AUTO;
        });
  }

  /** Whether shares may go where the work is. */
  boolean lends() {
    return patience > 0 && !perReplica;
  }

  boolean isStrict() {
    return burst == 0;
  }

  /** Calls a microsecond. */
  double rate() {
    return (double) requests / periodMicros;
  }
}
