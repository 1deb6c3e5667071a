package dev.kafkaapibridge.runtime;

import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;

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
    seeds(trials).forEach(seed -> run(seed, trial));
  }

  /** The same for trials that mostly wait: so many at a time. */
  public static void eachAtOnce(int trials, int atOnce, Trial trial) throws Exception {
    try (var threads = Executors.newFixedThreadPool(atOnce)) {
      var running = seeds(trials).mapToObj(seed -> threads.submit(() -> run(seed, trial))).toList();
      try {
        for (Future<?> one : running) {
          one.get();
        }
      } finally {
        threads.shutdownNow();
      }
    }
  }

  private static LongStream seeds(int trials) {
    Long only = Long.getLong("kab.seed");
    return only == null
        ? LongStream.rangeClosed(1, Long.getLong("kab.trials", trials))
        : LongStream.of(only);
  }

  private static void run(long seed, Trial trial) {
    try {
      trial.run(RandomGeneratorFactory.of("L64X128MixRandom").create(seed));
    } catch (Exception | AssertionError e) {
      throw new AssertionError(
          "seed " + seed + " (repeat with -Dkab.seed=" + seed + "): " + e.getMessage(), e);
    }
  }
}
