package dev.kafkaapibridge.operator.scale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.operator.scale.Decision.Limit;
import java.time.Instant;
import java.util.Collections;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WakingTest {

  private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");

  /** A backlog is to be gone in two minutes; pods are used to nine tenths. */
  @ParameterizedTest
  @CsvSource({
    // partitions, records in each, pod rate, ceiling, pods, limit
    "1, 1, , , 1, None",
    "1, 1, 50, , 1, None",
    "12, 100000, , , 1, None", // the first pod shows what one manages
    "12, 5000, 100, , 6, None", // 60,000 records: 500 a second
    "3, 20000, 100, , 3, Partitions",
    "24, 100000, 100, , 10, Max",
    "12, 5000, 100, 150, 2, Throttling",
  })
  void asManyAsTheBacklogAsksForAtOnce(
      int partitions,
      long each,
      @Nullable Double perPod,
      @Nullable Double ceiling,
      int pods,
      Limit limit) {
    var memory = Memory.of(new Memory.Lasting(null, perPod, ceiling, null, null, null, null), NOW);
    Decision decision =
        Waking.forBacklog(
            Policy.between(1, 10), memory, NOW, Collections.nCopies(partitions, each));

    assertThat(decision.replicas()).isEqualTo(pods);
    assertThat(decision.limit()).isEqualTo(limit);
    assertThat(decision.regime()).isEqualTo(Regime.Activating);
  }

  @Test
  void whatTheLastPodsTaughtIsRemembered() {
    var lasting = new Memory.Lasting(Regime.Idle, 50.0, 80.0, 80.0, 4, null, NOW);
    var memory = Waking.none(Memory.of(lasting, NOW), NOW.plusSeconds(60)).memory();
    assertThat(memory.lasting()).isEqualTo(lasting);
  }

  @Test
  void theNumberStaysWhilePodsStart() {
    var policy = Policy.between(1, 10);
    var memory = Memory.of(new Memory.Lasting(null, 100.0, null, null, null, null, null), NOW);
    Decision woken = Waking.forBacklog(policy, memory, NOW, Collections.nCopies(12, 5000L));
    var nobody =
        new Sample(
            NOW.plusSeconds(10), woken.replicas(), java.util.List.of(), java.util.List.of(), false);

    Decision next = Scaling.decide(policy, woken.memory(), nobody);

    assertThat(next.replicas()).isEqualTo(6);
    assertThat(next.regime()).isEqualTo(Regime.AwaitingPods);
  }

  @Test
  void thePodThatCameHasAllTheTimeOfIdleness() {
    Decision woken = Waking.one(Memory.empty(), NOW, "a pod looks");
    assertThat(woken.memory().busyAt()).isEqualTo(NOW);
  }
}
