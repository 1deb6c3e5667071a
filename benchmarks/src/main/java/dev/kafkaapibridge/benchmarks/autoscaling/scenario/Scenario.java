package dev.kafkaapibridge.benchmarks.autoscaling.scenario;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One scenario, as its file says it. Rates are per second, times in seconds, unless a name says
 * otherwise.
 *
 * @param weights of the partitions; empty: records go everywhere alike
 * @param declared {@code delivery.rateLimit} of the bridge; null: none
 */
public record Scenario(
    String name,
    long seed,
    int horizonSeconds,
    int partitions,
    List<Weights> weights,
    Steps arrivals,
    Api api,
    Pod pod,
    double rebalancePauseSeconds,
    List<Poison> poison,
    @Nullable Double declared,
    int minReplicas,
    int maxReplicas,
    int initialReplicas,
    double sloAgeSeconds,
    double disturbanceEndsAt) {

  /** Where records go from a second on; one weight for each partition. */
  public record Weights(double from, List<Double> values) {}

  /**
   * @param parallelism calls beyond it stretch everyone's latency; infinite: none do
   * @param outage 1 while every call fails
   * @param rejectCost calls that a 429 costs the bucket
   */
  public record Api(
      Steps quota,
      double burstSeconds,
      Steps latency,
      double latencyJitter,
      Steps parallelism,
      Steps outage,
      boolean retryAfter,
      boolean rateLimitHeaders,
      double rejectCost) {}

  /**
   * @param recordsPerSecond what its CPU can do
   * @param slots calls in flight
   */
  public record Pod(double recordsPerSecond, int slots, double startupMin, double startupMax) {}

  /** The first record of that partition after {@code from} fails until then. */
  public record Poison(int partition, double from, double until) {}
}
