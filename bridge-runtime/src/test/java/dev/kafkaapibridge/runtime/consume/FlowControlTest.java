package dev.kafkaapibridge.runtime.consume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.Seeds;
import dev.kafkaapibridge.runtime.consume.FlowControl.Load;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class FlowControlTest {

  private static final TopicPartition A = new TopicPartition("orders", 0);
  private static final TopicPartition B = new TopicPartition("orders", 1);
  private static final FlowControl WINDOW = new FlowControl(1_000, 1_000_000, 400);

  @Test
  void aFullWindowPausesAllPartitions() {
    assertThat(WINDOW.paused(Map.of(A, new Load(990, 0), B, new Load(10, 0)), Set.of(), true))
        .containsExactlyInAnyOrder(A, B);
    assertThat(WINDOW.paused(Map.of(A, new Load(1, 999_999), B, new Load(1, 1)), Set.of(), true))
        .containsExactlyInAnyOrder(A, B);
  }

  @Test
  void theyGoOnWhenHalfOfItIsFreeAgain() {
    assertThat(WINDOW.paused(Map.of(A, new Load(199, 0), B, new Load(302, 0)), Set.of(A, B), true))
        .containsExactlyInAnyOrder(A, B);
    assertThat(WINDOW.paused(Map.of(A, new Load(199, 0), B, new Load(199, 0)), Set.of(A, B), true))
        .isEmpty();
  }

  @Test
  void aSlowPartitionPausesAlone() {
    assertThat(WINDOW.paused(Map.of(A, new Load(400, 0), B, new Load(5, 0)), Set.of(), true))
        .containsExactly(A);
    assertThat(WINDOW.paused(Map.of(A, new Load(300, 0), B, new Load(5, 0)), Set.of(A), true))
        .containsExactly(A);
    assertThat(WINDOW.paused(Map.of(A, new Load(199, 0), B, new Load(5, 0)), Set.of(A), true))
        .isEmpty();
  }

  @Test
  void nothingIsFetchedWhileNothingCanBeSent() {
    assertThat(WINDOW.paused(Map.of(A, new Load(0, 0)), Set.of(), false)).containsExactly(A);
  }

  @Test
  void theWindowIsNeverExceededByMoreThanOnePoll() {
    Seeds.each(
        2_000,
        random -> {
          var loads = new HashMap<TopicPartition, Load>();
          Set<TopicPartition> paused = Set.of();
          for (int step = 0; step < 60; step++) {
            for (TopicPartition partition : new TopicPartition[] {A, B}) {
              Load load = loads.getOrDefault(partition, new Load(0, 0));
              int come = paused.contains(partition) ? 0 : random.nextInt(200);
              int end = random.nextInt(load.records() + 1);
              loads.put(partition, new Load(load.records() + come - end, 0));
            }
            int total = loads.values().stream().mapToInt(Load::records).sum();
            assertThat(total).isLessThan(WINDOW.maxRecords() + 2 * 200);
            paused = WINDOW.paused(loads, paused, true);
            if (total == 0) {
              assertThat(paused).as("with nothing under way, all fetch").isEmpty();
            }
          }
        });
  }
}
