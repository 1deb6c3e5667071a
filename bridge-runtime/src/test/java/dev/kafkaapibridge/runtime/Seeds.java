package dev.kafkaapibridge.runtime;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Random tests that can be repeated: each runs many seeds, and a failure names its own. */
public final class Seeds {

  private Seeds() {}

  public interface Trial {
    void run(RandomGenerator random) throws Exception;
  }

  /**
   * Runs a trial for each seed from 1 on. {@code -Dkab.seed=N} runs that one alone, {@code
   * -Dkab.trials=N} so many of each test.
   */
  public static void each(int trials, Trial trial) {
    Long only = Long.getLong("kab.seed");
    long last = only == null ? Long.getLong("kab.trials", trials) : only;
    for (long seed = only == null ? 1 : only; seed <= last; seed++) {
      try {
        trial.run(RandomGeneratorFactory.of("L64X128MixRandom").create(seed));
      } catch (Exception | AssertionError e) {
        throw new AssertionError(
            "seed " + seed + " (repeat with -Dkab.seed=" + seed + "): " + e.getMessage(), e);
      }
    }
  }
}
