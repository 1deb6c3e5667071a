package dev.kafkaapibridge.operator.scale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.operator.scale.Sample.Partition;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names of partitions, and when their ends were asked for, are a pod's word. */
class ArrivalsTest {

  private static final Instant START = Instant.parse("2026-11-28T10:00:00Z");
  private static final Instant NEVER = Instant.parse("9998-01-01T00:00:00Z");

  private Arrivals arrivals = Arrivals.none();

  @Test
  void aPartitionThatIsToldOfNoMoreIsForgottenWhateverItsTime() {
    at(0, partition("orders-0", 100, START), partition("orders-1", 100, NEVER));
    at(599);
    assertThat(arrivals.flows()).containsOnlyKeys("orders-0", "orders-1");

    at(600);
    assertThat(arrivals.flows()).isEmpty();
  }

  @Test
  void aTimeThatCannotBeSpoilsAPartitionForTenMinutes() {
    at(0, partition("orders-0", 100, NEVER));
    at(10, partition("orders-0", 200, START.plusSeconds(10)));
    assertThat(arrivals.flows().get("orders-0").perSecond()).isNegative();

    at(600, partition("orders-0", 6_000, START.plusSeconds(600)));
    at(610, partition("orders-0", 6_100, START.plusSeconds(610)));
    assertThat(arrivals.flows().get("orders-0").perSecond()).isEqualTo(10);
  }

  @Test
  void howeverManyAreInventedOnlySoManyAreRemembered() {
    for (int report = 0; report < 5; report++) {
      int first = 10_000 * report;
      at(
          10 * report,
          IntStream.range(first, first + 10_000)
              .mapToObj(i -> partition("invented-" + i, 0, START))
              .toArray(Partition[]::new));
    }

    assertThat(arrivals.flows()).hasSize(20_000);
  }

  /** A rate each 15 s, and what is to be expected after the last. */
  @ParameterizedTest(name = "{0}: {1} to {2}")
  @CsvSource({
    "'100, 100, 100, 100, 100, 100',       100, 100",
    "'100, 130, 160, 190, 220, 250, 280', 300, 360", // a rise goes on while pods start
    "'280, 250, 220, 190, 160, 130, 100',  40, 100",
    "'100, 100, 100, 100, 600, 600, 600', 600, 600", // a step does not
    "'100, 600, 600, 600, 100, 100, 100', 100, 100", // nor does the end of a burst
  })
  void whatIsToBeExpected(String rates, double least, double most) {
    assertThat(expectedAfter(15, rates)).isBetween(least, most);
  }

  /** A rate each 5 s, and what is to be expected after the last. */
  @ParameterizedTest(name = "{0}: {1} to {2}")
  @CsvSource({
    "'200, 200, 200, 200, 200, 500',           500, 500", // a step is believed at once
    "'200, 200, 200, 200, 200, 500, 480, 520', 500, 500",
    "'200, 200, 200, 200, 200, 350, 500, 500', 500, 500", // wherever in a tick it was
    "'200, 200, 200, 200, 200, 500, 500, 200', 350, 350", // as long as it lasts
    "'100, 90, 110, 100, 95, 105, 115',        100, 106", // chance is none
    "'0, 600, 0, 0, 0, 600',                   120, 200", // nor are batches that are written so
    "'100, 100, 100, 100, 100, 2000',          733, 734", // of a sudden many times as much in part
    "'100, 100, 100, 100, 100, 2000, 2000',   2000, 2000", // until it is seen twice
    "'0, 0, 0, 0, 0, 2000',                    666, 667", // where there was nothing, too
    "'0, 0, 0, 0, 0, 500, 1500',               666, 667", // a batch may lie across two ticks
    "'0, 0, 0, 0, 0, 2000, 2',                 660, 670", // and what follows isn't as large
    "'10, 10, 10, 10, 10, 900, 20',            310, 311",
    "'100, 600',                               100, 350", // nor where little is known
  })
  void aNewLevelIsNoChance(String rates, double least, double most) {
    assertThat(expectedAfter(5, rates)).isBetween(least, most);
  }

  /** Of a partition that has moved, the pod that lost it may go on telling what it knew. */
  @Test
  void anOlderWordIsNoTopicThatWasMadeAgain() {
    expectedAfter(5, "100, 100, 100, 100, 100, 100");
    at(35, 5, partition("orders-0", 2_000, START.plusSeconds(20)));

    assertThat(arrivals.madeAgainAt()).isNull();
    assertThat(arrivals.expected(START.plusSeconds(35))).isEqualTo(100);

    at(40, 5, partition("orders-0", 2_000, START.plusSeconds(40)));
    assertThat(arrivals.madeAgainAt()).isEqualTo(START.plusSeconds(40));
  }

  /** Where a pod has not asked for the ends again, the same step would be seen twice. */
  @Test
  void whatNobodyAskedForAgainIsNotSeenAgain() {
    expectedAfter(5, "100, 100, 100, 100, 100, 2000");
    at(35, 5, partition("orders-0", 12_500, START.plusSeconds(30)));

    assertThat(arrivals.expected(START.plusSeconds(35))).isLessThan(1_100);
  }

  private double expectedAfter(int tick, String rates) {
    long end = 0;
    int second = 0;
    at(second, partition("orders-0", end, START));
    for (String rate : rates.split(", ")) {
      second += tick;
      end += tick * Long.parseLong(rate);
      at(second, tick, partition("orders-0", end, START.plusSeconds(second)));
    }
    return arrivals.expected(START.plusSeconds(second));
  }

  private void at(int second, Partition... partitions) {
    at(second, 10, partitions);
  }

  private void at(int second, double elapsed, Partition... partitions) {
    var sample = new Sample(START.plusSeconds(second), 1, List.of(), List.of(partitions), true);
    arrivals = arrivals.after(sample, elapsed);
  }

  private static Partition partition(String name, long end, Instant endAt) {
    return new Partition(name, "a", end, endAt, 0, false);
  }
}
