package dev.kafkaapibridge.operator.bridge.observe;

import static dev.kafkaapibridge.operator.bridge.observe.Pods.fleet;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.says;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.report.StatusReport;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.operator.bridge.Bridges;
import dev.kafkaapibridge.operator.bridge.observe.Fleet.Member;
import dev.kafkaapibridge.operator.scale.Sample;
import dev.kafkaapibridge.operator.scale.Sample.Reading;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SamplesTest {

  private static final Instant START = Instant.parse("2026-11-28T10:00:00Z");

  private final Samples samples = new Samples();

  @Test
  void tellsWhatWasCountedSinceTheLastOne() {
    take(3600, pod(3600, 50_000, 10), "");
    Reading reading = reading(take(3610, pod(3610, 50_200, 12), ""));

    assertThat(reading.seconds()).isEqualTo(10);
    assertThat(reading.sent()).isEqualTo(200);
    assertThat(reading.accepted()).isEqualTo(198);
    assertThat(reading.throttled()).isEqualTo(2);
    assertThat(reading.busySeconds()).isEqualTo(20);
    assertThat(reading.slots()).isEqualTo(64);
    assertThat(reading.cpuShare()).as("nothing limits its CPU").isZero();
  }

  @Test
  void callsThatCarrySeveralRecordsAreCountedAsThese() {
    String batches = "delivery: {batch: {}}";
    take(3600, pod(3600, 50_000, 10, "target.batch", batch(40_000, 900_000)), batches);
    Reading reading =
        reading(take(3610, pod(3610, 50_200, 12, "target.batch", batch(40_190, 909_500)), batches));

    assertThat(samples.recordsPerCall()).isEqualTo(50);
    assertThat(reading.sent()).isEqualTo(200 * 50);
    assertThat(reading.accepted()).isEqualTo(198 * 50);
    assertThat(reading.throttled()).isEqualTo(2 * 50);
    assertThat(reading.busySeconds()).as("of calls, as before").isEqualTo(20);

    Reading idle =
        reading(take(3620, pod(3620, 50_200, 12, "target.batch", batch(40_190, 909_500)), batches));
    assertThat(idle.sent()).isZero();
    assertThat(samples.recordsPerCall()).as("what was seen last").isEqualTo(50);
  }

  @Test
  void whatACallCarriesIsNotGuessed() {
    String batches = "delivery: {batch: {}}";
    take(3600, pod(3600, 50_000, 10), batches);
    assertThat(reading(take(3610, pod(3610, 50_200, 12), batches)))
        .as("an older runtime, or none was answered: the number of pods is held")
        .isNull();
  }

  private static String batch(long answered, long records) {
    return "{\"maxRecords\": 100, \"maxBytes\": 100000, \"answered\": %d, \"records\": %d}"
        .formatted(answered, records);
  }

  /** The runtime and the operator are tested apart, and agree on nothing but names. */
  @Test
  void whatTheTargetAdvertisesIsReadFromTheFieldInWhichPodsTellIt() {
    String field = "advertisedLimit";
    assertThat(StatusReport.Target.class.getRecordComponents())
        .extracting(RecordComponent::getName)
        .contains(field, "busyMillis", "slots", "pacedMillis");
    take(0, pod(3600, 50_000, 0), "");

    Reading reading = reading(take(10, pod(3610, 50_100, 1, "target." + field, "100"), ""));

    assertThat(reading.advertisedPerSecond()).isEqualTo(100);
  }

  @Test
  void aProcessThatIsYoungHasCountedAllSinceItsStart() {
    assertThat(reading(take(0, pod(30, 600, 0), "")).seconds()).isEqualTo(30);
  }

  @Test
  void ofAnOldProcessNothingIsKnownAtFirstNorAfterARestart() {
    assertThat(reading(take(0, pod(3600, 50_000, 0), ""))).isNull();
    take(10, pod(3610, 50_100, 0), "");
    Member restarted =
        pod(
            3620,
            9,
            0,
            "processStartedAt",
            "\"2026-11-28T08:00:00Z\""); // two hours old, but new here

    assertThat(reading(take(20, restarted, ""))).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "target.requests",
        "target.accepted",
        "target.rateLimited",
        "target.failed",
        "target.limitedMillis",
        "target.busyMillis"
      })
  void aCounterThatRunsBackwardsSaysNothing(String counter) {
    take(0, pod(3600, 50_000, 5, counter, "900"), "");

    assertThat(reading(take(10, pod(3610, 50_100, 6, counter, "899"), ""))).isNull();
  }

  @Test
  void aReportThatIsTakenAgainSaysNothingNew() {
    take(0, pod(3600, 50_000, 0), "");

    assertThat(reading(take(10, pod(3600, 50_000, 0), ""))).isNull();
  }

  @Test
  void reconcilesThatFollowEachOtherMakeNoSample() {
    assertThat(take(0, pod(3600, 50_000, 0), "")).isNotNull();
    assertThat(take(1, pod(3601, 50_000, 0), "")).isNull();
    assertThat(take(3, pod(3603, 50_000, 0), "")).isNull();
    assertThat(take(4, pod(3604, 50_100, 0), "")).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({
    // CPU limit, share of it when 5 s of CPU time were used in 10 s
    "500m, 1",
    "'1', .5",
    "2000m, .25",
  })
  void cpuIsMeasuredByItsLimit(String limit, double share) {
    String resources = "workload: {resources: {limits: {cpu: \"" + limit + "\"}}}";
    take(0, pod(3600, 50_000, 0, "cpuMillis", "60000"), resources);

    assertThat(reading(take(10, pod(3610, 50_100, 0, "cpuMillis", "65000"), resources)).cpuShare())
        .isEqualTo(share);
  }

  @Test
  void whereRecordsOfAPartitionWaitForEachOtherSlotsAreOnlyAsManyAsPartitions() {
    String inTurn = "delivery: {ordering: Partition}";
    take(0, pod(3600, 50_000, 0), inTurn);

    assertThat(reading(take(10, pod(3610, 50_100, 0), inTurn)).slots()).isEqualTo(2);
  }

  @Test
  void anOlderRuntimeTellsNoWorkButTheLag() {
    Sample sample = take(0, says("a", "target.busyMillis", "null", "kafka.partitions", LAG), "");

    assertThat(reading(sample)).isNull();
    assertThat(sample.partitions())
        .singleElement()
        .satisfies(p -> {
          assertThat(p.name()).isEqualTo("orders-0");
          assertThat(p.backlog()).isEqualTo(7);
          assertThat(p.owner()).isEqualTo("a");
        });
  }

  @Test
  void aPartitionThatARecordOfItsOwnHoldsUpIsMarked() {
    Sample sample =
        take(
            0,
            says(
                "a",
                "kafka.partitions",
                LAG.replace("}", ", \"paused\": true, \"pauseReason\": \"PartitionWindowFull\"}"),
                "held",
                "[{\"topic\": \"orders\", \"partition\": 0, \"offset\": 5, \"why\": \"Blocked\", \"reason\": \"Refused\", \"since\": \"2026-11-25T10:00:10Z\"}]"),
            "");

    assertThat(sample.partitions()).singleElement().matches(Sample.Partition::held);
  }

  @Test
  void whatAPodDoesNotKnowMakesTheSampleIncomplete() {
    assertThat(take(0, says("a", "kafka.partitions", LAG), "").complete()).isTrue();
    assertThat(take(10, says("a", "kafka.partitions", LAG.replace("12", "null")), "").complete())
        .isFalse();
  }

  @Test
  void ofRetryTopicsCountsWhoseTimeHasCome() {
    String waiting =
        """
        {"partitions": [
         {"topic": "g.retry.1", "partition": 0, "backlog": 900, "due": 40},
         {"topic": "g.retry.1", "partition": 1, "backlog": 500, "due": 0, "pauseReason": "NotDue"},
         {"topic": "g.retry.2", "partition": 0, "backlog": 7, "due": 7, "pauseReason": "PartitionWindowFull"}]}\
        """;
    Sample sample =
        take(
            0,
            says(
                "a",
                "kafka.partitions",
                LAG,
                "retry",
                waiting,
                "held",
                "[{\"topic\": \"g.retry.2\", \"partition\": 0, \"offset\": 5, \"why\": \"RetryTopicFails\", \"reason\": \"WriteFailed\", \"since\": \"2026-11-25T10:00:10Z\"}]"),
            "");

    assertThat(sample.due()).containsExactly(new Sample.Due("a", 40));
    assertThat(sample.partitions()).as("what the number of pods is bound by").hasSize(1);
    assertThat(sample.complete()).isTrue();
  }

  @Test
  void aPartitionWhosePlaceIsUnknownHidesNothingOfTheOthers() {
    String other =
        "{\"topic\": \"orders\", \"partition\": 1, \"pauseReason\": \"PositionUnknown\"}]";
    Sample sample = take(0, says("a", "kafka.partitions", LAG.replace("]", ", " + other)), "");

    assertThat(sample.partitions()).hasSize(1);
    assertThat(sample.complete()).isFalse();

    String stopped = LAG.replace("}", ", \"backlog\": 7, \"pauseReason\": \"PositionUnknown\"}");
    assertThat(take(10, says("a", "kafka.partitions", stopped), "").complete())
        .as("it stands still until somebody decides, and its figures are known")
        .isTrue();
  }

  private static final String LAG =
      "[{\"topic\": \"orders\", \"partition\": 0, \"end\": 12, \"lag\": 7}]";

  private @Nullable Sample take(int second, Member pod, String below) {
    return samples.take(fleet(pod), spec(below), 1, START.plusSeconds(second));
  }

  private static @Nullable Reading reading(@Nullable Sample sample) {
    return sample.pods().getFirst().reading();
  }

  /** A process of that age, in seconds; each call took 0.1 s. */
  private static Member pod(int age, long sent, long throttled, String... extra) {
    Instant started = Instant.parse("2026-11-28T09:00:00Z");
    var says =
        new ArrayList<>(
            List.of(
                "processStartedAt",
                "\"" + started + "\"",
                "reportedAt",
                "\"" + started.plusSeconds(age).plusMillis(0) + "\"",
                "target.requests",
                String.valueOf(sent),
                "target.rateLimited",
                String.valueOf(throttled),
                "target.accepted",
                String.valueOf(sent - throttled),
                "target.busyMillis",
                String.valueOf(100 * sent),
                "target.slots",
                "64"));
    says.addAll(List.of(extra));
    return says("a", says.toArray(String[]::new));
  }

  private static KafkaApiBridgeSpec spec(String below) {
    return Bridges.accepted(Bridges.MINIMAL + (below.isEmpty() ? "" : "  " + below + "\n")).spec();
  }
}
