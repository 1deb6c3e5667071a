package dev.kafkaapibridge.runtime;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Random tests that can be repeated: each runs many seeds, and a failure names its own. */
public final class Seeds {

  private Seeds() {}

  public interface Trial {
    void run(RandomGenerator random) throws Exception;
  }

  /** Runs a trial for each seed from 1 on. {@code -Dkab.seed=N} runs that one alone. */
  public static void each(int trials, Trial trial) {
    Long only = Long.getLong("kab.seed");
    for (long seed = only == null ? 1 : only; seed <= (only == null ? trials : only); seed++) {
      try {
        trial.run(RandomGeneratorFactory.of("L64X128MixRandom").create(seed));
      } catch (Exception | AssertionError e) {
        throw new AssertionError(
            "seed " + seed + " (repeat with -Dkab.seed=" + seed + "): " + e.getMessage(), e);
      }
    }
  }
}
