package dev.kafkaapibridge.benchmarks.autoscaling.control;

import static dev.kafkaapibridge.benchmarks.autoscaling.Scenarios.plainBut;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.benchmarks.autoscaling.scenario.Scenario;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Measured;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Moment;
import dev.kafkaapibridge.benchmarks.autoscaling.world.World;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is known of it in the field must show here, or the comparison is worth nothing. */
class KedaHpaTest {

  private static List<Moment> moments(Scenario scenario) {
    var moments = new ArrayList<Moment>();
    World.run(scenario, Contestant.KEDA_HPA.of(scenario), moments::add);
    return moments;
  }

  @Test
  void aSteadyLoadMakesItGoUpAndDown() {
    // No lag, no pods; no pods, lag: a cycle of some minutes, at a load that never changes.
    Scenario scenario =
        plainBut("\"horizonSeconds\": 600", "\"horizonSeconds\": 3600", "[[0, 50]]", "[[0, 120]]");
    Measured measured = World.run(scenario, Contestant.KEDA_HPA.of(scenario));

    assertThat(measured.flaps()).isGreaterThanOrEqualTo(8);
    assertThat(measured.sloViolationSeconds() + measured.scaleActions()).isGreaterThan(10);
  }

  @Test
  void refusalsMakeItGrowToThePartitions() {
    Scenario scenario =
        plainBut(
            "\"horizonSeconds\": 600", "\"horizonSeconds\": 1200",
            "[[0, 500]]", "[[0, 40]]");

    assertThat(moments(scenario).getLast().replicas()).isEqualTo(12);
  }

  @Test
  void withoutLagItGoesToZeroAndComesBackWithTheFirstRecord() {
    Scenario scenario =
        plainBut(
            "\"horizonSeconds\": 600", "\"horizonSeconds\": 1200",
            "[[0, 50]]", "[[0, 50], [100, 0], [900, 50]]",
            "\"minReplicas\": 1", "\"minReplicas\": 0");
    List<Moment> moments = moments(scenario);

    assertThat(moments.get(350).replicas()).isEqualTo(1);
    assertThat(moments.get(850).replicas()).isZero();
    assertThat(moments.get(935).replicas()).isPositive();
  }
}
