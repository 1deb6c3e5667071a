package dev.kafkaapibridge.benchmarks.autoscaling.report;

import dev.kafkaapibridge.benchmarks.autoscaling.world.Measured;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * How a controller did beside another on the same scenarios: geometric means of the ratios, and the
 * worst. A figure that can be zero counts as one more on both sides. Pure.
 *
 * @param mostLag of any one scenario
 * @param mostPodHours of any one scenario
 */
public record Ratios(
    double throttled,
    double podHours,
    double lag,
    double flaps,
    double mostLag,
    double mostPodHours) {

  /** The same scenario under both. */
  public record Pair(Measured of, Measured to) {

    private double ratio(ToDoubleFunction<Measured> figure) {
      return figure.applyAsDouble(of) / figure.applyAsDouble(to);
    }
  }

  /**
   * @param pairs at least one
   */
  public static Ratios of(List<Pair> pairs) {
    return new Ratios(
        mean(pairs, m -> m.throttled() + 1.0),
        mean(pairs, Measured::podHours),
        mean(pairs, m -> m.lagIntegral() + 1),
        mean(pairs, m -> m.flaps() + 1.0),
        most(pairs, m -> m.lagIntegral() + 1),
        most(pairs, Measured::podHours));
  }

  private static double mean(List<Pair> pairs, ToDoubleFunction<Measured> figure) {
    return Math.exp(
        pairs.stream().mapToDouble(pair -> Math.log(pair.ratio(figure))).average().orElseThrow());
  }

  private static double most(List<Pair> pairs, ToDoubleFunction<Measured> figure) {
    return pairs.stream().mapToDouble(pair -> pair.ratio(figure)).max().orElseThrow();
  }
}
