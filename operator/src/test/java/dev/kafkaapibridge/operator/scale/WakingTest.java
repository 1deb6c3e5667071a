package dev.kafkaapibridge.operator.scale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.operator.scale.Decision.Limit;
import java.time.Duration;
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

  /**
   * 60,000 records are to be gone in two minutes, of which a pod was seen to manage 200 a second.
   */
  @ParameterizedTest
  @CsvSource({
    // declared limits, in records: of all pods, of each
    ", , 3, None",
    "100, , 1, Throttling",
    "100000, , 3, None",
    ", 100, 6, None",
    ", 20, 10, Max",
  })
  void aDeclaredLimitBoundsWhatIsAskedForOrWhatAPodManages(
      @Nullable Double all, @Nullable Double each, int pods, Limit limit) {
    var policy =
        new Policy(
            1,
            10,
            Duration.ofMinutes(2),
            Duration.ofMinutes(5),
            Duration.ofMinutes(10),
            all,
            each,
            null,
            true);
    var memory = Memory.of(new Memory.Lasting(null, 200.0, null, null, null, null, null), NOW);

    Decision decision = Waking.forBacklog(policy, memory, NOW, Collections.nCopies(12, 5_000L));

    assertThat(decision.replicas()).isEqualTo(pods);
    assertThat(decision.limit()).isEqualTo(limit);
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
