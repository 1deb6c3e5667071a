package dev.kafkaapibridge.benchmarks.autoscaling.world;

import static dev.kafkaapibridge.benchmarks.autoscaling.Scenarios.plainBut;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kafkaapibridge.benchmarks.autoscaling.Scenarios;
import dev.kafkaapibridge.benchmarks.autoscaling.control.Contestant;
import dev.kafkaapibridge.benchmarks.autoscaling.scenario.RandomScenarios;
import dev.kafkaapibridge.benchmarks.autoscaling.scenario.Scenario;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WorldTest {

  /** Calls as fast as it can, with as many pods as it is told at each time. */
  private static final class Plan implements Controller {
    private final int[] replicas;
    private int next;

    Plan(int... replicas) {
      this.replicas = replicas;
    }

    @Override
    public Pacing pacing(World world, int pod) {
      return Contestant.KEDA_HPA.of(world.scenario()).pacing(world, pod);
    }

    @Override
    public int decide(World world) {
      return replicas[Math.min(next++, replicas.length - 1)];
    }
  }

  @ParameterizedTest
  @EnumSource
  void noRecordIsLostOrDeliveredTwiceWhateverHappens(Contestant contestant) {
    for (long seed = 1; seed <= 6; seed++) {
      Scenario scenario = Scenarios.read(RandomScenarios.json(seed));
      var moments = new ArrayList<Moment>();
      Measured measured = World.run(scenario, contestant.of(scenario), moments::add);

      long arrived = moments.getLast().arrived();
      assertThat(measured.delivered() + measured.undelivered())
          .as("%s, seed %s", contestant, seed)
          .isEqualTo(arrived);
      assertThat(moments)
          .allSatisfy(
              each -> assertThat(each.arrived() - each.delivered()).isEqualTo(each.backlog()));
      assertThat(World.run(scenario, contestant.of(scenario))).as("again").isEqualTo(measured);
    }
  }

  @Test
  void theSameRecordsArriveUnderEveryController() {
    Scenario scenario = Scenarios.read(RandomScenarios.json(3));
    var arrived = new HashSet<List<Long>>();
    for (Contestant contestant : Contestant.values()) {
      var each = new ArrayList<Long>();
      World.run(scenario, contestant.of(scenario), moment -> each.add(moment.arrived()));
      arrived.add(each);
    }
    assertThat(arrived).hasSize(1);
  }

  @Test
  void aPodDoesWhatItsCpuOrItsSlotsAllow() {
    String much = "[[0, 400]]";
    Measured byCpu =
        World.run(
            plainBut("[[0, 50]]", much, "\"initialReplicas\": 3", "\"initialReplicas\": 1"),
            new Plan(1));
    Measured bySlots =
        World.run(
            plainBut(
                "[[0, 50]]",
                much,
                "\"initialReplicas\": 3",
                "\"initialReplicas\": 1",
                "[[0, 0.1]]",
                "[[0, 0.8]]"),
            new Plan(1));

    assertThat(byCpu.delivered() / 600.0).as("25 a second").isCloseTo(25, within(0.2));
    assertThat(bySlots.delivered() / 600.0).as("8 slots of 0.8 s").isCloseTo(10, within(0.2));
  }

  @Test
  void podHoursCountFromCreationAndMovedPartitionsStandStill() {
    // From 15 s on one pod instead of two: half of the partitions move and stand still for 100 s.
    var moments = new ArrayList<Moment>();
    Measured measured =
        World.run(
            plainBut(
                "[[0, 50]]",
                "[[0, 10]]",
                "\"rebalancePauseSeconds\": 3",
                "\"rebalancePauseSeconds\": 100",
                "\"initialReplicas\": 3",
                "\"initialReplicas\": 2"),
            new Plan(1),
            moments::add);

    assertThat(measured.podHours()).isCloseTo((600 + 15) / 3600.0, within(1e-6));
    assertThat(moments.get(110).backlog()).isCloseTo(5 * 95, within(90L));
    assertThat(moments.get(200).backlog()).isLessThan(20);
  }

  @Test
  void poisonHoldsTheLagThatAScalerSeesAndNotTheOthers() {
    Scenario scenario =
        plainBut(
            "\"seed\": 7",
            "\"seed\": 7, \"poison\": [{\"partition\": 2, \"fromSecond\": 60, \"untilSeconds\":"
                + " 400}]");
    var lags = new ArrayList<Long>();
    Measured measured =
        World.run(
            scenario,
            new Controller() {
              @Override
              public Pacing pacing(World world, int pod) {
                return Contestant.KEDA_HPA.of(scenario).pacing(world, pod);
              }

              @Override
              public int decide(World world) {
                lags.add(world.lag());
                return 3;
              }
            });

    assertThat(lags.get(25)).as("of one partition in 340 s").isGreaterThan(1_200);
    assertThat(lags.getLast()).as("once it is through").isLessThan(50);
    assertThat(measured.sloViolationSeconds()).as("poison left out").isZero();
    assertThat(measured.errors()).isBetween(10L, 40L);
    assertThat(measured.undelivered()).isLessThan(30);
  }
}
