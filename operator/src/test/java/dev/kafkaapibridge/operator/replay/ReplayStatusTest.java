package dev.kafkaapibridge.operator.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kafkaapibridge.api.replay.ReplayOrder;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.api.validation.BridgeFile;
import dev.kafkaapibridge.operator.replay.ReplaySeen.Figures;
import dev.kafkaapibridge.operator.replay.ReplaySeen.Phase;
import dev.kafkaapibridge.operator.replay.ReplayStatus.Succeeded;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplayStatusTest {

  private static final Instant CREATED = Instant.parse("2026-11-22T10:00:00Z");
  private static final Instant NOW = CREATED.plusSeconds(10);
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void aBridgeThatIsNotThereMayComeForAMinute() {
    var soon = status(replay("{}"), Optional.empty(), Optional.empty(), NOW);
    assertThat(soon.succeeded()).isEqualTo(Succeeded.Unknown);
    assertThat(soon.reason()).isEqualTo("BridgeNotFound");
    assertThat(soon.isOver()).isFalse();

    var late = status(replay("{}"), Optional.of(soon), Optional.empty(), CREATED.plusSeconds(60));
    assertThat(late.succeeded()).isEqualTo(Succeeded.False);
    assertThat(late.message()).isEqualTo("There is no KafkaApiBridge 'orders' in this namespace");
    assertThat(late.isOver()).isTrue();
  }

  @Test
  void aBridgeThatIsDeletedMeanwhileEndsItWithTheFiguresOfBefore() {
    var running = running(figures(70, 30));
    var ended = status(replay("{}"), Optional.of(running), Optional.empty(), NOW.plusSeconds(9));

    assertThat(ended.succeeded()).isEqualTo(Succeeded.False);
    assertThat(ended.reason()).isEqualTo("BridgeDeleted");
    assertThat(ended.figures()).contains(figures(70, 30));
    assertThat(ended.completionTime()).contains(NOW.plusSeconds(9));
  }

  @Test
  void aFilterThatDoesNotCompileIsRefusedWithItsPlace() {
    var refused =
        status(
            replay("{\"filter\": \"record.heders['a'] == 'b'\"}"),
            Optional.empty(),
            Optional.of(bridge("Running")),
            NOW);

    assertThat(refused.succeeded()).isEqualTo(Succeeded.False);
    assertThat(refused.reason()).isEqualTo("InvalidFilter");
    assertThat(refused.message()).contains("spec.filter", "character 1", "record.headers");
    assertThat(refused.startTime()).isEmpty();
  }

  /** The operator may just have started, or the bridge may just have been edited. */
  @Test
  void ofABridgeThatWasNotLookedAtNothingIsConcluded() {
    Optional<Bridges.Seen> notYet = Optional.of(new Bridges.Seen.NotYet());
    Replay ofItsNewSpec = replay("{\"filter\": \"record.heders['a'] == 'b'\"}");

    var fresh = status(ofItsNewSpec, Optional.empty(), notYet, NOW);
    assertThat(fresh.reason()).isEqualTo("BridgeNotReady");
    assertThat(fresh.message())
        .isEqualTo("The operator has not looked at KafkaApiBridge 'orders' yet");
    assertThat(fresh.isOver()).isFalse();

    var running = running(figures(70, 30));
    assertThat(status(replay("{}"), Optional.of(running), notYet, NOW.plusSeconds(60)))
        .isEqualTo(running);
  }

  @Test
  void aSpecThatAnOlderCrdLetThroughIsRefused() {
    var refused = status(replay("{\"maxRecords\": 0}"), Optional.empty(), Optional.empty(), NOW);

    assertThat(refused.reason()).isEqualTo("InvalidSpec");
    assertThat(refused.message()).contains("spec.maxRecords");
  }

  @ParameterizedTest
  @CsvSource({"Running,Starting", "Stopped,BridgeStopped", "Paused,BridgePaused"})
  void itIsGivenToTheBridge(String state, String reason) {
    var started = status(replay("{}"), Optional.empty(), Optional.of(bridge(state)), NOW);

    assertThat(started.succeeded()).isEqualTo(Succeeded.Unknown);
    assertThat(started.reason()).isEqualTo(reason);
    assertThat(started.startTime()).contains(NOW);
  }

  @Test
  void whatNobodyTakesUpIsSaidAndNeverLooksAccepted() {
    var first = status(replay("{}"), Optional.empty(), Optional.of(bridge("Running")), NOW);
    var late =
        status(
            replay("{}"), Optional.of(first), Optional.of(bridge("Running")), NOW.plusSeconds(181));

    assertThat(late.succeeded()).isEqualTo(Succeeded.Unknown);
    assertThat(late.message()).startsWith("No pod of the bridge has taken it up");
  }

  @Test
  void thePodThatTellsMostCounts() {
    var seen =
        bridge(
            "Running",
            new ReplaySeen("uid-1", Phase.StandingBy, "StandingBy", "", Figures.NONE),
            new ReplaySeen("uid-1", Phase.Running, "Running", "", figures(70, 30)),
            new ReplaySeen("uid-0", Phase.Finished, "Finished", "", figures(1, 0)));
    var running = status(replay("{}"), Optional.empty(), Optional.of(seen), NOW);

    assertThat(running.reason()).isEqualTo("Running");
    assertThat(running.message())
        .isEqualTo("70 matched, 60 replayed, 10 failed again, 30 still to be read");
    assertThat(running.figures()).contains(figures(70, 30));
  }

  @Test
  void whatStandsInTheWayIsTheReason() {
    var seen =
        bridge(
            "Running",
            new ReplaySeen(
                "uid-1",
                Phase.Joining,
                "AuthorizationFailed",
                "No right to the group",
                Figures.NONE));
    var status = status(replay("{}"), Optional.of(running(figures(7, 3))), Optional.of(seen), NOW);

    assertThat(status.succeeded()).isEqualTo(Succeeded.Unknown);
    assertThat(status.reason()).isEqualTo("AuthorizationFailed");
    assertThat(status.figures()).contains(figures(7, 3));
  }

  @Test
  void itIsCompleteWhenPodsSayIt() {
    var seen =
        bridge("Running", new ReplaySeen("uid-1", Phase.Finished, "Finished", "", figures(100, 0)));
    var running = running(figures(70, 30));
    var done = status(replay("{}"), Optional.of(running), Optional.of(seen), NOW.plusSeconds(5));

    assertThat(done.succeeded()).isEqualTo(Succeeded.True);
    assertThat(done.reason()).isEqualTo("Completed");
    assertThat(done.message()).isEqualTo("100 matched, 90 replayed, 10 failed again");
    assertThat(done.completionTime()).contains(NOW.plusSeconds(5));
    assertThat(done.startTime()).isEqualTo(running.startTime());
    assertThat(status(replay("{}"), Optional.of(done), Optional.empty(), NOW.plusSeconds(60)))
        .as("whatever becomes of the bridge then")
        .isEqualTo(done);
  }

  @Test
  void nothingInTheWindowIsASuccess() {
    var seen =
        bridge("Running", new ReplaySeen("uid-1", Phase.Finished, "Finished", "", Figures.NONE));
    var done = status(replay("{}"), Optional.empty(), Optional.of(seen), NOW);

    assertThat(done.succeeded()).isEqualTo(Succeeded.True);
    assertThat(done.reason()).isEqualTo("NothingInWindow");
  }

  /** Not twice by accident: said where it is seen. */
  @Test
  void whatWasReplayedBeforeIsSaid() {
    var before = new Figures(100, 0, 0, 100, 0, 0, 0, List.of());
    var seen = bridge("Running", new ReplaySeen("uid-1", Phase.Finished, "Finished", "", before));
    var done = status(replay("{}"), Optional.empty(), Optional.of(seen), NOW);

    assertThat(done.message())
        .isEqualTo(
            "100 matched, 0 replayed, 100 passed over since an earlier replay has replayed them (alreadyReplayed: Repeat replays them once more)");
  }

  @Test
  void oneRunsAtATimeInTheOrderOfTheirMaking() {
    Replay first = object("first", "{}", CREATED, null, null);
    Replay second = object("second", "{}", CREATED.plusSeconds(1), null, null);
    Replay other = object("elsewhere", "{}", CREATED.minusSeconds(9), null, null);
    other.setSpec(json("{\"bridgeRef\": {\"name\": \"leads\"}}"));
    var queue = new ReplayQueue(List.of(second, first, other), "orders");

    assertThat(queue.before(first)).isEmpty();
    assertThat(queue.before(second)).contains("first");
    assertThat(queue.running()).isEmpty();

    Replay started = object("first", "{}", CREATED, NOW, null);
    var busy = new ReplayQueue(List.of(second, started), "orders");
    assertThat(busy.running()).map(ReplayOrder::name).contains("first");
    assertThat(busy.running()).map(ReplayOrder::startedAt).contains(NOW);
    assertThat(busy.before(second)).contains("first");

    Replay over = object("first", "{}", CREATED, NOW, NOW.plusSeconds(5));
    var free = new ReplayQueue(List.of(second, over), "orders");
    assertThat(free.running()).isEmpty();
    assertThat(free.before(second)).isEmpty();
  }

  @Test
  void oneThatIsBeingDeletedOrCanNeverRunHoldsUpNobody() {
    Replay leaving = object("first", "{}", CREATED, NOW, null);
    leaving.getMetadata().setDeletionTimestamp(NOW.toString());
    Replay broken = object("broken", "{\"maxRecords\": 0}", CREATED, null, null);
    Replay second = object("second", "{}", CREATED.plusSeconds(1), null, null);
    var queue = new ReplayQueue(List.of(second, leaving, broken), "orders");

    assertThat(queue.running()).isEmpty();
    assertThat(queue.before(second)).isEmpty();
  }

  @Test
  void aLaterOneHasALaterStartWhateverTheClockSays() {
    var first = status(replay("{}"), Optional.empty(), Optional.of(bridge("Running")), NOW);
    var next =
        ReplayStatus.of(
            new ReplayStatus.Situation(
                "uid-2",
                CREATED,
                replay("{}").reading(),
                "orders",
                Optional.empty(),
                Optional.of(bridge("Running")),
                Optional.empty(),
                first.startTime(),
                NOW.minusSeconds(30)));

    assertThat(next.startTime().orElseThrow()).isAfter(first.startTime().orElseThrow());
  }

  @Test
  void theStatusIsReadAsItIsWritten() {
    var running = running(figures(70, 30));

    assertThat(ReplayStatusJson.read(ReplayStatusJson.write(running, 1))).contains(running);
    assertThat(ReplayStatusJson.read(json("{\"observedGeneration\": -1}"))).isEmpty();
    assertThat(ReplayStatusJson.read(json("{\"conditions\": 7}"))).isEmpty();
  }

  private static ReplayStatus running(Figures figures) {
    return status(
        replay("{}"),
        Optional.empty(),
        Optional.of(
            bridge("Running", new ReplaySeen("uid-1", Phase.Running, "Running", "", figures))),
        NOW);
  }

  /** Ten failed, or all where there are fewer. */
  private static Figures figures(long matched, long remaining) {
    long failed = Math.min(matched, 10);
    return new Figures(
        matched,
        3,
        0,
        0,
        matched - failed,
        failed,
        remaining,
        List.of(new ReplaySeen.Cause("Refused 422", matched)));
  }

  private static ReplayStatus status(
      Replay replay, Optional<ReplayStatus> before, Optional<Bridges.Seen> bridge, Instant now) {
    return ReplayStatus.of(
        new ReplayStatus.Situation(
            "uid-1",
            CREATED,
            replay.reading(),
            "orders",
            before,
            bridge,
            Optional.empty(),
            Optional.empty(),
            now));
  }

  private static Bridges.Seen bridge(String state, ReplaySeen... said) {
    var reading =
        BridgeFile.read(
            """
            apiVersion: kafka-api-bridge.dev/v1alpha1
            kind: KafkaApiBridge
            metadata: {name: orders}
            spec:
              state: %s
              kafka: {bootstrapServers: "kafka:9092", topics: [orders]}
              target: {http: {url: "https://crm.example.com/v1/orders"}}
            """
                .formatted(state));
    KafkaApiBridgeSpec spec = ((BridgeFile.Reading.Sound) reading).bridge().spec();
    return new Bridges.Seen.Looked(Optional.of(spec), List.of(said));
  }

  private static Replay replay(String spec) {
    return object("first", spec, CREATED, null, null);
  }

  private static Replay object(
      String name, String spec, Instant created, Instant started, Instant completed) {
    var replay = new Replay();
    replay.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withNamespace("shop")
            .withUid("uid-" + name)
            .withCreationTimestamp(created.toString())
            .build());
    var tree = (com.fasterxml.jackson.databind.node.ObjectNode) json(spec);
    tree.putObject("bridgeRef").put("name", "orders");
    replay.setSpec(tree);
    var status = JSON.createObjectNode();
    if (started != null) {
      status.put("startTime", started.toString());
    }
    if (completed != null) {
      status.put("completionTime", completed.toString());
    }
    replay.setStatus(status);
    return replay;
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
