package dev.kafkaapibridge.runtime.consume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.Seeds;
import dev.kafkaapibridge.runtime.consume.FlowControl.Load;
import dev.kafkaapibridge.runtime.consume.FlowControl.Pause;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlowControlTest {

  private static final TopicPartition A = new TopicPartition("orders", 0);
  private static final TopicPartition B = new TopicPartition("orders", 1);
  private static final TopicPartition C = new TopicPartition("orders", 2);
  private static final FlowControl WINDOW = new FlowControl(1_000, 1_000_000, 400);

  @Test
  void aFullWindowPausesAllPartitions() {
    assertThat(paused(Map.of(A, new Load(990, 0), B, new Load(10, 0)), Set.of()))
        .containsExactlyInAnyOrderEntriesOf(Map.of(A, Pause.WindowFull, B, Pause.WindowFull));
    assertThat(paused(Map.of(A, new Load(1, 999_999), B, new Load(1, 1)), Set.of()))
        .containsOnlyKeys(A, B);
  }

  @Test
  void theyGoOnWhenAQuarterOfItIsFreeAgain() {
    assertThat(paused(Map.of(A, new Load(199, 0), B, new Load(551, 0)), Set.of(A, B)))
        .containsExactlyInAnyOrderEntriesOf(Map.of(A, Pause.WindowFull, B, Pause.WindowFull));
    assertThat(paused(Map.of(A, new Load(199, 0), B, new Load(549, 0)), Set.of(A, B)))
        .containsOnlyKeys(B);
    assertThat(paused(Map.of(A, new Load(199, 0), B, new Load(199, 0)), Set.of(A, B))).isEmpty();
  }

  @Test
  void aSlowPartitionPausesAlone() {
    assertThat(paused(Map.of(A, new Load(500, 0), B, new Load(5, 0)), Set.of()))
        .containsExactly(Map.entry(A, Pause.PartitionWindowFull));
    assertThat(paused(Map.of(A, new Load(375, 0), B, new Load(5, 0)), Set.of(A)))
        .containsExactly(Map.entry(A, Pause.PartitionWindowFull));
    assertThat(paused(Map.of(A, new Load(374, 0), B, new Load(5, 0)), Set.of(A)))
        .as("with a quarter of its share free: the rest may be stuck for good")
        .isEmpty();
    assertThat(paused(Map.of(A, new Load(2, 500_000), B, new Load(5, 0)), Set.of()))
        .as("so does one with large records")
        .containsExactly(Map.entry(A, Pause.PartitionWindowFull));
  }

  /** And one that comes finds the share of one. */
  @Test
  void whoHasNothingLeavesItsShareToTheOthers() {
    var ofMany = new FlowControl(1_000, 1_000_000, 40);
    for (int busy = 1; busy <= 4; busy++) {
      var loads = new HashMap<TopicPartition, Load>();
      for (int i = 0; i < 20; i++) {
        loads.put(new TopicPartition("many", i), new Load(0, 0, true));
      }
      int most = 1_000 / (busy + 1);
      Set<TopicPartition> full = new HashSet<>();
      for (int i = 0; i < busy; i++) {
        loads.put(new TopicPartition("many", i), new Load(most, 0));
        full.add(new TopicPartition("many", i));
      }
      assertThat(ofMany.paused(loads, Set.of(), Optional.empty()).keySet()).isEqualTo(full);
      full.forEach(partition -> loads.put(partition, new Load(most - 1, 0)));
      assertThat(ofMany.paused(loads, Set.of(), Optional.empty())).isEmpty();
    }
  }

  @Test
  void whoMayHaveSomethingToReadKeepsItsShare() {
    var ofMany = new FlowControl(1_000, 1_000_000, 40);
    var loads = new HashMap<TopicPartition, Load>();
    for (int i = 0; i < 20; i++) {
      loads.put(new TopicPartition("many", i), new Load(0, 0));
    }
    loads.put(new TopicPartition("many", 0), new Load(50, 0));
    assertThat(ofMany.paused(loads, Set.of(), Optional.empty()))
        .containsOnlyKeys(new TopicPartition("many", 0));
  }

  @Test
  void partitionsThatAreStuckDoNotKeepTheOthersFromGoingOn() {
    // Two that are stuck hold as much as they may; the third was paused when the window was full.
    var three = new FlowControl(1_000, 1_000_000, 300);
    var stuck = Map.of(A, new Load(300, 0), B, new Load(300, 0), C, new Load(0, 0));

    assertThat(three.paused(stuck, Set.of(A, B, C), Optional.empty())).containsOnlyKeys(A, B);
  }

  @Test
  void aPartitionAloneMayHaveTheWholeWindow() {
    assertThat(paused(Map.of(A, new Load(900, 900_000)), Set.of())).isEmpty();
  }

  /** With what one more poll brings on top, and with what was polled before its time. */
  @Test
  void ofARetryTopicNoMoreIsUnderWayThanACommitCanName() {
    FlowControl inOrder = FlowControl.of(2_000, 1_000_000_000).whoseEndsFitACommit();

    assertThat(inOrder.paused(Map.of(A, new Load(199, 0)), Set.of(), Optional.empty())).isEmpty();
    assertThat(inOrder.paused(Map.of(A, new Load(200, 0)), Set.of(), Optional.empty()))
        .containsExactly(Map.entry(A, Pause.PartitionWindowFull));
    assertThat(199 + inOrder.fetchSizes().records()).isLessThan(CommitMetadata.SURE_TO_FIT);
  }

  @Test
  void nothingIsFetchedWhileNothingCanBeSent() {
    for (Pause why : List.of(Pause.NothingCanBeSent, Pause.Paused)) {
      assertThat(WINDOW.paused(Map.of(A, new Load(0, 0)), Set.of(), Optional.of(why)))
          .containsExactly(Map.entry(A, why));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "64,    46976204,  1024,  2936012, 256",
    "10000, 46976204,  50000, 2936012, 2000",
    "64,    187904819, 1024,  8388608, 256",
    "64,    900000000, 1024,  8388608, 256",
    "1,     4194304,   1000,  1048576,  250",
  })
  void theWindowFollowsFromMemoryAndConcurrency(
      int maxInFlight, long recordBytes, int records, int fetchBytes, int pollRecords) {
    var window = FlowControl.of(maxInFlight, recordBytes);

    assertThat(window.maxRecords()).isEqualTo(records);
    assertThat(window.maxBytes()).isEqualTo(recordBytes);
    assertThat(window.fetchSizes().bytes()).isEqualTo(fetchBytes);
    assertThat(window.fetchSizes().records()).isEqualTo(pollRecords);
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
            paused = paused(loads, paused).keySet();
            if (total == 0) {
              assertThat(paused).as("with nothing under way, all fetch").isEmpty();
            }
          }
        });
  }

  private static Map<TopicPartition, Pause> paused(
      Map<TopicPartition, Load> loads, Set<TopicPartition> paused) {
    return WINDOW.paused(loads, paused, Optional.empty());
  }
}
