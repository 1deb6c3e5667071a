package dev.kafkaapibridge.benchmarks.autoscaling.world;

import static dev.kafkaapibridge.benchmarks.autoscaling.Scenarios.plainBut;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kafkaapibridge.benchmarks.autoscaling.world.Answer.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each figure by a trace that can be counted by hand. */
class TallyTest {

  private static final long SECOND = Agenda.SECOND;

  private final Partition partition = new Partition(0);
  private final Tally tally =
      new Tally(
          plainBut(
              "\"sloAgeSeconds\": 60", "\"sloAgeSeconds\": 2",
              "\"disturbanceEndsAt\": 300", "\"disturbanceEndsAt\": 10"));

  private void sample(int second) {
    tally.sample(second * SECOND, partition.end(), List.of(), List.of(partition));
  }

  private void deliver(double second) {
    tally.sent();
    tally.answered(Kind.Accepted);
    Delivery delivery = partition.take();
    partition.delivered(delivery);
    tally.delivered(Agenda.nanos(second) - delivery.arrivedAt);
  }

  @Test
  void lagAgesAndViolations() {
    partition.arrive(0); //                  delivered at 4.5 s
    partition.arrive(SECOND / 2); //         delivered at 4.5 s
    for (int second = 1; second <= 6; second++) {
      if (second == 3) {
        partition.arrive(3 * SECOND); //     never
      } else if (second == 5) {
        deliver(4.5);
        deliver(4.5);
      }
      sample(second);
    }
    Measured measured = tally.ended(6 * SECOND, List.of(), List.of(partition));

    assertThat(measured.lagIntegral()).isEqualTo(2 + 2 + 3 + 3 + 1 + 1);
    assertThat(measured.sloViolationSeconds()).as("at 3, 4 and 6").isEqualTo(3);
    assertThat(measured.ageP50()).as("of 3, 4 and 4.5").isEqualTo(4);
    assertThat(measured.ageP99()).isEqualTo(4.5);
    assertThat(measured.delivered()).isEqualTo(2);
    assertThat(measured.undelivered()).isEqualTo(1);
    assertThat(measured.attemptsPerDelivery()).isEqualTo(1);
  }

  @Test
  void aChangeOfDirectionWithinFiveMinutesIsAFlap() {
    int[][] steps = {{100, 3, 5}, {200, 5, 4}, {400, 4, 6}, {500, 6, 9}, {900, 9, 3}};
    for (int[] step : steps) {
      tally.scaled(step[0] * SECOND, step[1], step[2]);
    }
    Measured measured = tally.ended(1_000 * SECOND, List.of(), List.of(partition));

    assertThat(measured.scaleActions()).isEqualTo(5);
    assertThat(measured.flaps()).as("at 200 and 400; 900 is later").isEqualTo(2);
    assertThat(measured.peakReplicas()).isEqualTo(9);
  }

  @Test
  void recoveredOnceTheOldestStaysYoungForThirtySeconds() {
    partition.arrive(0);
    for (int second = 1; second < 20; second++) {
      sample(second);
    }
    deliver(19.5);
    for (int second = 20; second < 60; second++) {
      if (second == 30) {
        partition.arrive(30 * SECOND);
      } else if (second == 45) {
        deliver(44.5); // it was 10 s old at 40 s: young again from 45 s on
      }
      sample(second);
    }
    assertThat(tally.ended(60 * SECOND, List.of(), List.of()).recoverySeconds()).isNull();
    for (int second = 60; second <= 75; second++) {
      sample(second);
    }
    assertThat(tally.ended(75 * SECOND, List.of(), List.of()).recoverySeconds()).isEqualTo(35.0);
  }

  @Test
  void podsAreCountedFromTheirCreation() {
    var scenario = plainBut();
    var agenda = new Agenda();
    Pod pod = new Pod(0, scenario.pod(), agenda, new Api(scenario, agenda), tally, null);
    Pod gone = new Pod(1, scenario.pod(), agenda, new Api(scenario, agenda), tally, null);
    tally.went(gone, 900 * SECOND);

    assertThat(tally.ended(3_600 * SECOND, List.of(pod), List.of()).podHours())
        .isCloseTo(1.25, within(1e-9));
  }
}
