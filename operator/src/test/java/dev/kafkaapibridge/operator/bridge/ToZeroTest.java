package dev.kafkaapibridge.operator.bridge;

import static dev.kafkaapibridge.operator.bridge.observe.Pods.fleet;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.leaving;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.says;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.silent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.operator.bridge.ReplicaDecision.Cause;
import dev.kafkaapibridge.operator.bridge.ReplicaDecision.Zero;
import dev.kafkaapibridge.operator.bridge.observe.Fleet;
import dev.kafkaapibridge.operator.bridge.observe.Pods;
import dev.kafkaapibridge.operator.offsets.Look;
import dev.kafkaapibridge.operator.offsets.Look.Place;
import dev.kafkaapibridge.operator.offsets.Look.Position;
import dev.kafkaapibridge.operator.offsets.Trouble;
import dev.kafkaapibridge.operator.offsets.Vigil;
import dev.kafkaapibridge.operator.scale.Decision;
import dev.kafkaapibridge.operator.scale.Decision.Limit;
import dev.kafkaapibridge.operator.scale.Memory;
import dev.kafkaapibridge.operator.scale.Sample;
import dev.kafkaapibridge.operator.scale.Sample.Partition;
import dev.kafkaapibridge.operator.scale.Waking;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ToZeroTest {

  private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");
  private static final Fleet ONE = fleet(says("a"));
  private static final Trouble AWAY = new Trouble("BootstrapUnreachable", "no broker answers");

  @ParameterizedTest
  @CsvSource({
    "'autoscaling: {minReplicas: 0}', true",
    "'autoscaling: {minReplicas: 1}', false",
    "'autoscaling: {mode: External}', false",
    "'autoscaling: {mode: Disabled}', false",
    "'autoscaling: {mode: ObserveOnly}', false",
  })
  void itHasToBeAllowed(String spec, boolean allowed) {
    assertThat(ToZero.isAllowed(Specs.of(spec))).isEqualTo(allowed);
    assertThat(ToZero.isIdle(Specs.of(spec), idle(Specs.of(spec)))).isEqualTo(allowed);
  }

  @Test
  void aPausedBridgeKeepsItsPod() {
    KafkaApiBridgeSpec paused = Specs.of("autoscaling: {minReplicas: 0}\n  state: Paused");
    assertThat(ToZero.isIdle(paused, idle(paused))).isFalse();
  }

  @Test
  void onePodThatTellsThatNothingIsLeftMayGo() {
    assertThat(ToZero.isEmpty(1, sample(true, 0, 0), ONE, true)).isTrue();
  }

  @Test
  void missingDataIsNeverTakenForNothing() {
    assertThat(ToZero.isEmpty(1, sample(false, 0, 0), ONE, true)).as("not all told").isFalse();
    assertThat(ToZero.isEmpty(1, sample(true, 0, 1), ONE, true)).as("one is left").isFalse();
    assertThat(ToZero.isEmpty(1, null, ONE, true)).as("no fresh word").isFalse();
    assertThat(ToZero.isEmpty(1, sample(true, 0), ONE, false)).as("no position yet").isFalse();
    assertThat(ToZero.isEmpty(2, sample(true, 0), ONE, true)).as("two asked for").isFalse();
    assertThat(ToZero.isEmpty(null, sample(true, 0), ONE, true)).as("a new one").isFalse();
    assertThat(ToZero.isEmpty(1, sample(true, 0), fleet(says("a"), silent(leaving("b"))), true))
        .as("another is still on its way out")
        .isFalse();
    var former = fleet(says("a", "specHash", "\"" + Pods.OLDER_SPEC + "\""));
    assertThat(ToZero.isEmpty(1, sample(true, 0), former, true)).as("a former spec").isFalse();
  }

  @Test
  void whatWaitsInRetryTopicsKeepsThePod() {
    assertThat(ToZero.isEmpty(1, sample(true, 0), fleet(says("a", "retry", retry("0"))), true))
        .isTrue();
    assertThat(ToZero.isEmpty(1, sample(true, 0), fleet(says("a", "retry", retry("3"))), true))
        .isFalse();
    assertThat(ToZero.isEmpty(1, sample(true, 0), fleet(says("a", "retry", retry("null"))), true))
        .as("unknown")
        .isFalse();
  }

  private static String retry(String backlog) {
    return "{\"health\": {\"ok\": true, \"reason\": \"TopicsReady\", \"message\": \"A sentence.\"}, \"partitions\": [{\"topic\": \"g.retry.1\", \"partition\": 0, \"backlog\": %s}]}"
        .formatted(backlog);
  }

  @Test
  void itGoesWhenTheOperatorSeesTheSame() {
    var spec = Specs.of("autoscaling: {minReplicas: 0, idleAfter: 90s}");
    var decision = decide(spec, new Look.Seen(List.of(place(12, 12)), null));

    assertThat(decision.replicas()).isZero();
    assertThat(decision.why()).isEqualTo("nothing has come in for 90 s and nothing waits");
    assertThat(decision.zero()).isInstanceOf(Zero.Watched.class);
  }

  @Test
  void itStaysWhereTheOperatorCouldNotLookOutForRecords() {
    var spec = Specs.of("autoscaling: {minReplicas: 0}");
    for (Look look : List.of(new Look.Blind(AWAY), new Look.Seen(List.of(place(12, 12)), AWAY))) {
      var decision = decide(spec, look);
      assertThat(decision.replicas()).isEqualTo(1);
      assertThat(decision.zero()).isEqualTo(new Zero.Prevented(AWAY));
    }
    assertThat(decide(spec, new Look.Seen(List.of(place(12, 11)), null)).replicas()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 59})
  void whereLookingFailedItIsTriedAgainAfterAMinute(int seconds) {
    Vigil failed = Vigil.from(NOW).after(new Look.Blind(AWAY), NOW);
    assertThat(ToZero.isLookDue(failed, NOW.plusSeconds(seconds))).isFalse();
    assertThat(ToZero.isLookDue(failed, NOW.plusSeconds(60))).isTrue();
  }

  private static ReplicaDecision decide(KafkaApiBridgeSpec spec, Look look) {
    return ToZero.decide(
        spec, idle(spec), Vigil.from(NOW).after(look, NOW), Waking.none(Memory.empty(), NOW));
  }

  /** One pod, and nothing to do. */
  private static ReplicaDecision idle(KafkaApiBridgeSpec spec) {
    Decision none = Waking.none(Memory.empty(), NOW);
    var counted =
        new Decision(
            1, none.regime(), Limit.None, false, none.figures(), none.why(), none.memory());
    Cause cause =
        spec.autoscaling().mode().name().equals("Managed") ? Cause.Managed : Cause.Disabled;
    return new ReplicaDecision(1, cause, Limit.None, "", 1, counted);
  }

  private static Sample sample(boolean complete, long... backlogs) {
    var partitions = new java.util.ArrayList<Partition>();
    for (long backlog : backlogs) {
      partitions.add(new Partition("orders-" + partitions.size(), "a", 12, NOW, backlog, false));
    }
    return new Sample(NOW, 1, List.of(), partitions, complete);
  }

  private static Place place(long end, long committed) {
    return new Place("orders-0", end, new Position.Committed(committed));
  }
}
