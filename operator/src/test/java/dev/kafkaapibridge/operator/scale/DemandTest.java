package dev.kafkaapibridge.operator.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kafkaapibridge.operator.scale.Sample.Due;
import dev.kafkaapibridge.operator.scale.Sample.Partition;
import dev.kafkaapibridge.operator.scale.Sample.Pod;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Four partitions that nothing comes into; a backlog is to be gone in two minutes. */
class DemandTest {

  private static final Instant NOW = Instant.parse("2026-11-30T10:00:00Z");
  private static final Policy POLICY = Policy.between(1, 10);

  @Test
  void recordsOfRetryTopicsWhoseTimeHasComeAreABacklog() {
    Demand demand = demand(0, new Due("a", 3_600), new Due("b", 1_200));

    assertThat(demand.perSecond()).isEqualTo(40, within(.01));
    assertThat(demand.backlog()).isEqualTo(4_800);
    assertThat(demand.active()).as("as many pods can work on them").isEqualTo(2);
    assertThat(demand.arrivals()).as("they came in long ago").isZero();
  }

  @Test
  void theyComeOnTopOfWhatTheSourceAsksFor() {
    double source = demand(1_000).perSecond();

    assertThat(demand(1_000, new Due("a", 600)).perSecond()).isEqualTo(source + 5, within(.01));
  }

  @Test
  void oneOfTheirPartitionsCountsForNoMoreThanOnePodManages() {
    Demand demand = Demand.of(Arrivals.none(), sample(0, new Due("a", 90_000)), 50.0, POLICY);

    assertThat(demand.perSecond()).isEqualTo(50);
  }

  @Test
  void noMorePodsAreActiveThanTheSourceHasPartitions() {
    Due[] many = new Due[9];
    Arrays.fill(many, new Due("a", 10));

    assertThat(demand(0, many).active()).isEqualTo(4);
  }

  @Test
  void whatNobodyCanBelieveAsksForNothing() {
    Sample sample = sample(0, new Due("a", -1), new Due("a", Long.MAX_VALUE)).believable();

    assertThat(sample.due()).isEmpty();
    assertThat(sample.complete()).as("of the source it says nothing").isTrue();
  }

  private static Demand demand(long backlog, Due... due) {
    return Demand.of(Arrivals.none(), sample(backlog, due), null, POLICY);
  }

  private static Sample sample(long backlog, Due... due) {
    List<Partition> partitions =
        List.of(0, 1, 2, 3).stream()
            .map(p -> new Partition("orders-" + p, "a", 100, NOW, p == 0 ? backlog : 0, false))
            .toList();
    return new Sample(NOW, 1, List.<Pod>of(), partitions, true, List.of(due));
  }
}
