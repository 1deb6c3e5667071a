package dev.kafkaapibridge.benchmarks.autoscaling.control;

import static dev.kafkaapibridge.benchmarks.autoscaling.Scenarios.plainBut;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.benchmarks.autoscaling.world.Measured;
import dev.kafkaapibridge.benchmarks.autoscaling.world.World;
import org.junit.jupiter.api.Test;

/** The simulated pod reads the headers that a real one reads. */
class BridgePacingTest {

  /** 50 records a second come, and the API takes 30 of them, then 80. */
  private static Measured run(boolean headers) {
    var scenario =
        plainBut(
            "[[0, 500]]",
            "[[0, 30], [300, 80]]",
            "\"rateLimitHeaders\": false",
            "\"rateLimitHeaders\": " + headers);
    return World.run(scenario, Contestant.BRIDGE.of(scenario));
  }

  @Test
  void whatAnswersTellOfTheLimitIsKeptBeforeTheFirst429() {
    Measured told = run(true);
    Measured untold = run(false);

    assertThat(told.throttled()).isZero();
    assertThat(untold.throttled()).isGreaterThan(50);
    assertThat(told.undelivered()).as("a limit that rises is used").isLessThan(50);
  }
}
