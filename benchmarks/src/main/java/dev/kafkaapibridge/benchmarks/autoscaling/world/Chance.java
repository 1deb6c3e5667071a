package dev.kafkaapibridge.benchmarks.autoscaling.world;

import dev.kafkaapibridge.benchmarks.autoscaling.scenario.Scenario;
import java.util.SplittableRandom;

/** Random numbers that a scenario's seed fixes, a stream of its own for each purpose. */
public final class Chance {

  private Chance() {}

  public static SplittableRandom of(Scenario scenario, String purpose) {
    return of(scenario.seed(), purpose);
  }

  public static SplittableRandom of(long seed, String purpose) {
    long mixed = seed * 0x9E3779B97F4A7C15L + purpose.hashCode();
    return new SplittableRandom(new SplittableRandom(mixed).nextLong());
  }

  /** Uniform from least to most. */
  static double between(SplittableRandom random, double least, double most) {
    return least + (most - least) * random.nextDouble();
  }
}
