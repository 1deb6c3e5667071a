package dev.kafkaapibridge.benchmarks.autoscaling.world;

import static dev.kafkaapibridge.benchmarks.autoscaling.Scenarios.plainBut;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kafkaapibridge.benchmarks.autoscaling.scenario.Scenario;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArrivalsTest {

  private record Arrival(double second, int partition) {}

  private static List<Arrival> all(Scenario scenario) {
    var all = new ArrayList<Arrival>();
    for (var arrivals = new Arrivals(scenario); arrivals.time() < Long.MAX_VALUE; ) {
      all.add(new Arrival(Agenda.seconds(arrivals.time()), arrivals.partition()));
      arrivals.advance();
    }
    return all;
  }

  @Test
  void areTheSameForASeedAndOthersForAnother() {
    assertThat(all(plainBut())).isEqualTo(all(plainBut()));
    assertThat(all(plainBut())).isNotEqualTo(all(plainBut("\"seed\": 7", "\"seed\": 8")));
  }

  @Test
  void comeInOrderAtTheRateThatHolds() {
    List<Arrival> all = all(plainBut("[[0, 50]]", "[[0, 50], [200, 0], [400, 100]]"));

    assertThat(all).extracting(Arrival::second).isSorted();
    assertThat(count(all, 0, 200)).isCloseTo(10_000, within(400L)); // four sigma
    assertThat(count(all, 200, 400)).isZero();
    assertThat(count(all, 400, 600)).isCloseTo(20_000, within(570L));
  }

  @Test
  void varyAsAPoissonStreamDoes() {
    List<Arrival> all = all(plainBut());

    double mean = all.size() / 600.0;
    double variance = 0;
    for (int second = 0; second < 600; second++) {
      variance += Math.pow(count(all, second, second + 1) - mean, 2) / 599;
    }
    assertThat(variance / mean).isCloseTo(1, within(0.25));
  }

  @Test
  void goWhereTheWeightsSay() {
    List<Arrival> all =
        all(
            plainBut(
                "\"partitions\": 12",
                "\"partitions\": 3, \"partitionWeights\": [[0, [1, 1, 2]], [300, [0, 1, 0]]]"));

    List<Arrival> before = all.stream().filter(each -> each.second() < 300).toList();
    assertThat(before.stream().filter(each -> each.partition() == 2).count())
        .isCloseTo(before.size() / 2, within(250L));
    assertThat(all.stream().filter(each -> each.second() >= 300))
        .allMatch(each -> each.partition() == 1);
  }

  private static long count(List<Arrival> all, double from, double to) {
    return all.stream().filter(each -> each.second() >= from && each.second() < to).count();
  }
}
