package dev.kafkaapibridge.operator.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.operator.bridge.ReplicaDecision.Cause;
import dev.kafkaapibridge.operator.bridge.ReplicaDecision.Limit;
import dev.kafkaapibridge.operator.bridge.Replicas.Known;
import dev.kafkaapibridge.operator.bridge.observe.Fleet;
import dev.kafkaapibridge.operator.bridge.observe.Pods;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicasTest {

  private static final Instant START = Instant.parse("2026-11-28T10:00:00Z");

  /** What one pod is taken to drain in the default time. */
  private static final long ONE = 120L * Replicas.DRAINED_PER_SECOND;

  @ParameterizedTest
  @CsvSource({
    // mode, asked, min, max, decided, cause
    "Disabled, 0, 1, 10, 0, Disabled",
    "Disabled, 25, 1, 10, 25, Disabled",
    "External, 0, 1, 10, 0, External",
    "External, 25, 1, 10, 25, External",
    "Managed, 25, 1, 10, 1, Starting",
    "Managed, 25, 4, 4, 4, Starting",
  })
  void takesWhatIsWrittenUnlessTheOperatorDecides(
      String mode, int asked, int min, int max, int decided, Cause cause) {
    var decision =
        Replicas.decide(
            spec(
                "{mode: %s, minReplicas: %d, maxReplicas: %d}\n  replicas: %d"
                    .formatted(mode, min, max, asked)),
            new Known(null, null, null, null, START));

    assertThat(decision.replicas()).isEqualTo(decided);
    assertThat(decision.cause()).isEqualTo(cause);
    assertThat(decision.written()).isEqualTo(asked);
  }

  @ParameterizedTest
  @CsvSource({
    // lag, partitions, decided, what limits it, with 2 to 5 replicas
    "0,                   , 2, Min",
    "6000,                , 2, Min",
    "6001,                , 2, None",
    "12001,               , 3, None",
    "30001,               , 5, Max",
    "999999999999999,     , 5, Max",
    "9223372036854775807, , 5, Max",
    "9223372036854775807, 3, 3, Partitions",
    "9223372036854775807, 1, 2, Partitions",
    "12001,              3, 3, None",
    "12001,              0, 3, None",
  })
  void followsTheLagWithinItsBounds(long lag, @Nullable Integer partitions, int decided, Limit by) {
    var decision =
        Replicas.decide(
            spec("{minReplicas: 2, maxReplicas: 5}"), new Known(2, lag, partitions, null, START));

    assertThat(decision.replicas()).isEqualTo(decided);
    assertThat(decision.limit()).isEqualTo(by);
    assertThat(decision.why()).contains("a lag of " + lag);
  }

  @Test
  void aShorterDrainTimeBuysMorePods() {
    var decision =
        Replicas.decide(spec("{targetDrainTime: 30s}"), new Known(1, ONE, null, null, START));

    assertThat(decision.replicas()).isEqualTo(4);
  }

  @Test
  void whatIsNotKnownLeavesTheNumberWithinTheBounds() {
    var spec = spec("{minReplicas: 2, maxReplicas: 5}");
    for (int current : new int[] {-1, 0, 2, 4, 5, 99, Integer.MAX_VALUE}) {
      var decision = Replicas.decide(spec, new Known(current, null, 12, null, START));

      assertThat(decision.replicas()).isEqualTo(Math.clamp(current, 2, 5));
      assertThat(decision.cause()).isEqualTo(Cause.LagUnknown);
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
  void aForgedLagMovesNothing(String lag) {
    Fleet fleet =
        Pods.fleet(
            Pods.says(
                "a",
                "kafka.partitions",
                "[{\"topic\": \"orders\", \"partition\": 0, \"lag\": %s}]".formatted(lag)));

    var decision =
        Replicas.decide(
            spec("{maxReplicas: 5}"), new Known(3, fleet.lag(), fleet.partitions(), null, START));

    assertThat(decision.replicas()).isEqualTo(3);
    assertThat(decision.cause()).isEqualTo(Cause.LagUnknown);
  }

  @Test
  void partitionsThatTwoPodsClaimAreNoReasonToScale() {
    String both = "[{\"topic\": \"orders\", \"partition\": 0, \"lag\": 5}]";
    Fleet fleet =
        Pods.fleet(
            Pods.says("a", "kafka.partitions", both), Pods.says("b", "kafka.partitions", both));

    assertThat(fleet.lag()).isNull();
    assertThat(fleet.partitions()).isNull();
  }

  @Test
  void podsGoOnlyAfterTheyWereNotNeededForAWhile() {
    var bridge = new Bridge(spec("{scaleDownStabilization: 5m}"), 4);

    assertThat(bridge.sees(0, 3 * ONE).replicas()).isEqualTo(4); // nobody knows what was before
    assertThat(bridge.sees(60, ONE).cause()).isEqualTo(Cause.Stabilizing);
    assertThat(bridge.sees(299, ONE).replicas()).isEqualTo(4);
    assertThat(bridge.sees(301, ONE).replicas()).as("3 were needed until 0:00").isEqualTo(1);
  }

  @Test
  void aPeakHoldsPodsForTheWholeStretchAndALullTakesNone() {
    var bridge = new Bridge(spec("{scaleDownStabilization: 5m}"), 1);
    for (int second = 0; second <= 600; second += 10) {
      bridge.sees(second, ONE);
    }
    assertThat(bridge.sees(610, 3 * ONE).replicas()).as("at once").isEqualTo(3);
    for (int second = 620; second < 910; second += 10) {
      assertThat(bridge.sees(second, ONE).replicas()).as("at %d s", second).isEqualTo(3);
    }
    assertThat(bridge.sees(911, ONE).replicas()).isEqualTo(1);
  }

  @Test
  void aLagThatWasUnknownCountsAsNeed() {
    var bridge = new Bridge(spec("{scaleDownStabilization: 1m}"), 4);
    bridge.sees(0, ONE);
    assertThat(bridge.sees(50, null).replicas()).isEqualTo(4);
    assertThat(bridge.sees(70, ONE).replicas()).isEqualTo(4);
    assertThat(bridge.sees(111, ONE).replicas()).isEqualTo(1);
  }

  @Test
  void withoutStabilizationPodsGoAtOnce() {
    assertThat(new Bridge(spec("{scaleDownStabilization: 0s}"), 4).sees(0, ONE).replicas())
        .isEqualTo(1);
  }

  @Test
  void whateverIsSeenTheNumberStaysWithinTheBounds() {
    for (long seed = 1; seed <= 200; seed++) {
      var random = new Random(seed);
      int min = 1 + random.nextInt(5);
      int max = min + random.nextInt(10);
      var bridge =
          new Bridge(
              spec(
                  "{minReplicas: %d, maxReplicas: %d, scaleDownStabilization: %ds}"
                      .formatted(min, max, random.nextInt(600))),
              random.nextInt());
      int second = 0;
      for (int look = 0; look < 100; look++) {
        second += random.nextInt(60);
        Long lag =
            switch (random.nextInt(4)) {
              case 0 -> null;
              case 1 -> random.nextLong(Long.MAX_VALUE);
              default -> random.nextLong(20 * ONE);
            };
        var decision = bridge.sees(second, lag);

        assertThat(decision.replicas()).as("seed %d", seed).isBetween(min, max);
        assertThat(decision.wishes().falling()).hasSizeLessThanOrEqualTo(max);
      }
    }
  }

  /** A bridge that is looked at again and again. */
  private static final class Bridge {
    private final dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec spec;
    private int current;
    private @Nullable Wishes wishes;

    Bridge(dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec spec, int current) {
      this.spec = spec;
      this.current = current;
    }

    ReplicaDecision sees(int second, @Nullable Long lag) {
      var decision =
          Replicas.decide(
              spec, new Known(current, lag, null, wishes, START.plus(Duration.ofSeconds(second))));
      current = decision.replicas();
      wishes = decision.wishes();
      return decision;
    }
  }

  private static dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec spec(String autoscaling) {
    return Bridges.accepted(Bridges.MINIMAL + "  autoscaling: " + autoscaling + "\n").spec();
  }
}
