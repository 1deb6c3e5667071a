package dev.kafkaapibridge.operator.bridge.observe;

import static dev.kafkaapibridge.operator.bridge.observe.Pods.OLDER_SPEC;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.fleet;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.leaving;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.pod;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.says;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.silent;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.starting;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.operator.bridge.observe.Fleet.Member;
import dev.kafkaapibridge.operator.bridge.observe.PodReport.Circuit;
import org.junit.jupiter.api.Test;

/** Missing data is never zero. */
class FleetTest {

  @Test
  void addsUpWhatAllHaveSaid() {
    Fleet fleet = fleet(says("a"), says("b", "kafka.partitions", "[{\"lag\": 30}]"));

    assertThat(fleet.lag()).isEqualTo(40);
    assertThat(fleet.partitions()).isEqualTo(3);
    assertThat(fleet.topics()).isEqualTo(1);
  }

  @Test
  void aPodThatOwnsNothingAddsNothing() {
    assertThat(fleet(says("a"), says("b", "kafka.partitions", "[]")).lag()).isEqualTo(10);
  }

  @Test
  void aPodThatIsSilentMakesTheSumUnknown() {
    assertThat(fleet(says("a"), silent(pod("b"))).lag()).isNull();
    assertThat(fleet(says("a"), silent(starting("b"))).partitions()).isNull();
  }

  @Test
  void podsOfDifferentGenerationsMayCountAPartitionTwiceOrNever() {
    assertThat(fleet(says("a"), says("b", "kafka.generation", "5")).lag()).isNull();
    assertThat(fleet(says("a", "kafka.generation", "null")).lag()).isNull();
  }

  @Test
  void aPodOnItsWayOutStillCountsWhileItSpeaks() {
    Fleet fleet = fleet(says("a"), new Member(leaving("b"), says("b").report(), null));

    assertThat(fleet.lag()).isEqualTo(20);
    assertThat(fleet(says("a"), silent(leaving("b"))).lag()).isEqualTo(10);
  }

  @Test
  void aPartitionThatNobodySpeaksForMakesTheSumUnknown() {
    Member knows = says("a", "kafka.partitionCount", "4");

    assertThat(fleet(knows, says("b", "kafka.partitionCount", "4")).lag()).isEqualTo(20);
    assertThat(fleet(knows).lag()).as("its owner was killed, and the group doesn't know").isNull();
    assertThat(fleet(knows, silent(leaving("b"))).lag()).as("its owner is on its way out").isNull();
    assertThat(fleet(knows, says("b", "kafka.partitionCount", "6")).partitions())
        .as("partitions that were added, and that only one has seen")
        .isNull();
  }

  @Test
  void noPodsKnowNothing() {
    Fleet none = fleet();

    assertThat(none.lag()).isNull();
    assertThat(none.partitions()).isNull();
    assertThat(none.runtimeVersion()).isNull();
    assertThat(none.startedAt()).isNull();
  }

  @Test
  void podsOfTheNewestSpecSpeakForTheBridgeAndOldOnesOnlyWhileThereIsNone() {
    Member old = says("a", "specHash", "\"" + OLDER_SPEC + "\"");

    assertThat(fleet(old, says("b")).speaking())
        .extracting(m -> m.pod().name())
        .containsExactly("b");
    assertThat(fleet(old, silent(pod("b"))).speaking()).containsExactly(old);
  }

  @Test
  void showsTheWorstCircuitAndTheFirstStart() {
    Fleet fleet =
        fleet(
            says(
                "a",
                "target.circuit",
                "\"HalfOpen\"",
                "kafka.startedAt",
                "\"2026-11-25T09:00:00Z\""),
            says("b", "target.circuit", "\"Open\""),
            says("c", "target.circuit", "\"?\""));

    assertThat(fleet.circuit()).isEqualTo(Circuit.Open);
    assertThat(fleet.startedAt()).isEqualTo("2026-11-25T09:00:00Z");
  }

  @Test
  void aVersionIsKnownWhenAllRunIt() {
    assertThat(fleet(says("a"), says("b")).runtimeVersion()).isEqualTo("0.1.0");
    assertThat(fleet(says("a"), says("b", "runtimeVersion", "\"0.2.0\"")).runtimeVersion())
        .isNull();
    assertThat(fleet(says("a"), silent(pod("b"))).runtimeVersion()).isNull();
  }
}
