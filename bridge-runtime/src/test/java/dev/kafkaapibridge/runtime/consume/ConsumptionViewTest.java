package dev.kafkaapibridge.runtime.consume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.consume.ConsumptionView.PartitionView;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ConsumptionViewTest {

  private static final TopicPartition P0 = new TopicPartition("orders", 0);
  private static final Instant NOW = Instant.parse("2026-11-28T09:00:00Z");

  private final ConsumptionView view = new ConsumptionView(Clock.fixed(NOW, ZoneOffset.UTC));

  @Test
  void oneRecordThatIsStuckIsNoBacklog() {
    view.endsAre(Map.of(P0, 100L));
    PartitionView stuck = at(10, 98, 1);

    assertThat(view.lag(stuck)).as("nothing beyond the first is committed").isEqualTo(90);
    assertThat(view.backlog(stuck)).as("it, and two that were not read yet").isEqualTo(3);
    assertThat(view.endsAt()).isEqualTo(NOW);
  }

  @Test
  void anEndThatIsOlderThanThePositionHidesNothing() {
    view.endsAre(Map.of(P0, 100L));

    assertThat(view.backlog(at(90, 120, 30))).isEqualTo(30);
  }

  @Test
  void whatIsUnknownIsNoFigure() {
    assertThat(view.backlog(at(10, 98, 1))).as("no end is known").isNull();
    view.endsAre(Map.of(P0, 100L));
    assertThat(view.backlog(at(-1, -1, 0))).as("no position is known").isNull();
  }

  private static PartitionView at(long committable, long position, int unfinished) {
    return new PartitionView(
        P0, committable, committable, NOW, position, unfinished, 0, null, null, 0, null, null);
  }
}
