package dev.kafkaapibridge.operator.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.operator.bridge.ReplicaDecision.Cause;
import dev.kafkaapibridge.operator.bridge.Replicas.Known;
import dev.kafkaapibridge.operator.bridge.observe.Fleet;
import dev.kafkaapibridge.operator.bridge.observe.Pods;
import dev.kafkaapibridge.operator.bridge.observe.Samples;
import dev.kafkaapibridge.operator.bridge.report.ScalingMemory;
import dev.kafkaapibridge.operator.scale.Memory;
import dev.kafkaapibridge.operator.scale.Policy;
import dev.kafkaapibridge.operator.scale.Regime;
import dev.kafkaapibridge.operator.scale.Sample;
import java.time.Instant;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicasTest {

  static final Instant START = Instant.parse("2026-11-28T10:00:00Z");

  @ParameterizedTest
  @CsvSource({
    // mode, asked, min, max, decided, cause
    "Disabled, 0, 1, 10, 0, Disabled",
    "Disabled, 25, 1, 10, 25, Disabled",
    "ObserveOnly, 25, 1, 10, 25, ObserveOnly",
    "External, 0, 1, 10, 0, External",
    "External, 25, 1, 10, 25, External",
    "Managed, 25, 1, 10, 1, Managed",
    "Managed, 25, 4, 4, 4, Managed",
  })
  void takesWhatIsWrittenUnlessTheOperatorDecides(
      String mode, int asked, int min, int max, int decided, Cause cause) {
    var decision =
        Replicas.decide(
            spec(
                "{mode: %s, minReplicas: %d, maxReplicas: %d}\n  replicas: %d"
                    .formatted(mode, min, max, asked)),
            Known.nothing());

    assertThat(decision.replicas()).isEqualTo(decided);
    assertThat(decision.cause()).isEqualTo(cause);
    assertThat(decision.written()).isEqualTo(asked);
  }

  @Test
  void whatIsCountedCountsInManagedModeAlone() {
    assertThat(new WatchedBridge("{}", 1).busy(60).replicas()).isGreaterThan(1);

    var observed = new WatchedBridge("{mode: ObserveOnly}\n  replicas: 1", 1).busy(60);
    assertThat(observed.replicas()).isEqualTo(1);
    assertThat(observed.counted().replicas()).as("what would be").isGreaterThan(1);
  }

  @Test
  void whatIsNotKnownLeavesTheNumberWithinTheBounds() {
    var spec = spec("{minReplicas: 2, maxReplicas: 5}");
    for (int current : new int[] {-1, 0, 2, 4, 5, 99, Integer.MAX_VALUE}) {
      var silent = Pods.fleet(Pods.silent(Pods.pod("a")));
      var bridge = new WatchedBridge(spec, current);
      for (int second = 0; second < 900; second += 10) {
        assertThat(bridge.sees(second, silent).replicas()).isEqualTo(Math.clamp(current, 2, 5));
      }
    }
  }

  /** Also a pod that is asked by no one else: NaN, negative, absurd or double figures. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"NaN\"",
        "-1",
        "-9223372036854775808",
        "1e18",
        "1000000000000000000",
        "1e400",
        "null",
        "\"7\"",
        "{}",
        "[7]",
        "true",
        "99999999999999999999999999"
      })
  void aForgedFigureMovesNothing(String figure) {
    var bridge = new WatchedBridge("{maxReplicas: 5}", 3);
    for (int second = 0; second < 900; second += 10) {
      Fleet fleet =
          Pods.fleet(
              Pods.says(
                  "a",
                  "kafka.partitions",
                  "[{\"topic\": \"orders\", \"partition\": 0, \"lag\": %s, \"end\": %s}]"
                      .formatted(figure, figure),
                  "target.busyMillis",
                  figure,
                  "target.slots",
                  figure));

      assertThat(bridge.sees(second, fleet).replicas()).isEqualTo(3);
    }
  }

  @Test
  void partitionsThatTwoPodsClaimAreNoReasonToScale() {
    String both = "[{\"topic\": \"orders\", \"partition\": 0, \"lag\": 5, \"end\": 9}]";
    Fleet fleet =
        Pods.fleet(
            Pods.says("a", "kafka.partitions", both), Pods.says("b", "kafka.partitions", both));

    assertThat(fleet.lag()).isNull();
    assertThat(fleet.partitions()).isNull();
    Sample sample = new Samples().take(fleet, spec("{}"), 2, START);
    assertThat(sample.complete()).isFalse();
    assertThat(sample.partitions()).as("its backlog counts once").hasSize(1);
  }

  @Test
  void aNumberOutsideNewBoundsIsCorrectedAtOnce() {
    var known = new Known(9, null, Memory.empty(), null);

    assertThat(Replicas.decide(spec("{maxReplicas: 5}"), known).replicas()).isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource({
    // delivery.rateLimit; calls a second of the fleet, of each pod
    "'{}', ,",
    "'{requests: 100}', 100,",
    "'{requests: 300, period: 1m}', 5,",
    "'{requests: 100, scope: Replica}', , 100",
  })
  void aDeclaredLimitBoundsTheFleetOrEachPod(
      String limit, @Nullable Double fleet, @Nullable Double pod) {
    Policy policy =
        Replicas.policy(
            Bridges.accepted(Bridges.MINIMAL + "  delivery: {rateLimit: " + limit + "}\n").spec());

    assertThat(policy.declaredPerSecond()).isEqualTo(fleet);
    assertThat(policy.declaredPerPod()).isEqualTo(pod);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "groupProtocol: Classic | true",
        "groupProtocol: Consumer | false",
        "consumerConfig: [{name: client.rack, value: a}] | false",
        "consumerConfig: [{name: fetch.min.bytes, value: '1'}] | true",
      })
  void brokersAndRacksLeaveABusyPartitionItsNeighbours(String kafka, boolean byLoad) {
    String spec = Bridges.MINIMAL.replace("kafka: {", "kafka: {" + kafka + ", ");

    assertThat(Replicas.policy(Bridges.accepted(spec).spec()).dealtByLoad()).isEqualTo(byLoad);
  }

  @Test
  void aLimitCountsCallsAndPodsAreCountedInRecords() {
    var spec =
        Bridges.accepted(Bridges.MINIMAL + "  delivery: {rateLimit: {requests: 100}, batch: {}}\n")
            .spec();
    assertThat(Replicas.policy(spec, 50).declaredPerSecond()).isEqualTo(5_000);
  }

  @Test
  void aRestartedOperatorGoesOnFromTheStatus() {
    var bridge = new WatchedBridge("{}", 1);
    ReplicaDecision before = bridge.busy(60);
    var status = ScalingMemory.write(before.counted(), null);
    Memory read = ScalingMemory.read(status, START.plusSeconds(600));

    assertThat(read.lasting().ratePerPod()).isCloseTo(20, withPercentage(2));
    assertThat(read.lasting().regime()).isEqualTo(before.counted().regime());
  }

  @Test
  void aLineOfTheLogMakesTheDecisionAgain() throws Exception {
    var bridge = new WatchedBridge("{}", 1);
    for (int second = 0; second <= 120; second += 10) {
      Memory before = bridge.memory;
      ReplicaDecision made = bridge.busyAt(second);
      String line = ScalingLine.of(Replicas.policy(bridge.spec), before, bridge.sample);

      assertThat(line).doesNotContain("\n");
      assertThat(ScalingLine.replay(line)).isEqualTo(made.counted());
    }
    assertThat(bridge.counted.regime()).isNotEqualTo(Regime.StaleMetrics);
  }

  @Test
  void whateverIsSeenTheNumberStaysWithinTheBounds() {
    for (long seed = 1; seed <= 200; seed++) {
      var random = new Random(seed);
      int min = 1 + random.nextInt(5);
      int max = min + random.nextInt(10);
      var bridge =
          new WatchedBridge(
              "{minReplicas: %d, maxReplicas: %d, scaleDownStabilization: %ds}"
                  .formatted(min, max, random.nextInt(600)),
              random.nextInt());
      int second = 0;
      for (int look = 0; look < 100; look++) {
        second += random.nextInt(60);
        var decision =
            random.nextInt(4) == 0
                ? bridge.sees(second, Pods.fleet(Pods.silent(Pods.pod("a"))))
                : bridge.busyAt(second);

        assertThat(decision.replicas()).as("seed %d", seed).isBetween(min, max);
      }
    }
  }

  static KafkaApiBridgeSpec spec(String autoscaling) {
    return Bridges.accepted(Bridges.MINIMAL + "  autoscaling: " + autoscaling + "\n").spec();
  }
}
