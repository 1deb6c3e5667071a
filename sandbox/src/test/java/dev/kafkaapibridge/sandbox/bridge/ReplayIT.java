package dev.kafkaapibridge.sandbox.bridge;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.api.report.StatusReport;
import dev.kafkaapibridge.sandbox.api.Call;
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Replays in real processes, on a real broker, against a real API. */
@Tag("turn-2") // 115 s
@Timeout(300)
class ReplayIT {

  private static final int DEAD = Scale.of(5_000, 50_000);
  private static final int KILLS = Scale.of(4, 10);
  private static final int PER_SECOND = 500;
  private static final int BURST = 50;
  private static final Duration JITTER = Duration.ofMillis(100);
  private static final long SEED = Long.getLong("kab.seed", System.nanoTime());
  private static final String KAFKA =
      "consumerConfig: [{name: session.timeout.ms, value: '3000'}, {name: heartbeat.interval.ms, value: '500'}]";
  private static final Instant FAILED_AT = Instant.parse("2026-11-20T12:00:00Z");

  @TempDir static Path directory;
  @AutoClose static EmbeddedBroker broker;
  private Scene scene;
  private String deadLetters;
  private final AskedReplays asked = new AskedReplays();

  @BeforeAll
  static void startBroker() {
    System.err.println("ReplayIT: -Dkab.seed=" + SEED);
    broker = EmbeddedBroker.start(directory.resolve("broker"));
  }

  @BeforeEach
  void start(TestInfo test) {
    scene = Scene.of(broker, directory, Scene.name(test), 6, 500);
    deadLetters = scene.group + ".dlt";
    broker.topics().create(deadLetters, 6);
  }

  @AfterEach
  void stop() {
    scene.close();
  }

  /** Every tenth was answered 422, the others 503. */
  private void makeDeadLetters(int count) {
    scene.producer.produce(count);
    DeadLetterMaker.write(
        broker,
        deadLetters,
        scene.group,
        broker.topics().read(scene.topic),
        FAILED_AT,
        record -> sequence(record) % 10 == 0 ? 422 : 503);
  }

  private static long sequence(ConsumerRecord<byte[], byte[]> record) {
    return Call.recordsIn(new String(record.value(), StandardCharsets.UTF_8)).getFirst().sequence();
  }

  private long deadLettersOfGeneration(int generation) {
    return broker.topics().read(deadLetters).stream()
        .filter(record -> header(record, "kab-generation").equals(Integer.toString(generation)))
        .count();
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return new String(
        requireNonNull(record.headers().lastHeader(name)).value(), StandardCharsets.UTF_8);
  }

  @Test
  void killedBesideLiveTrafficItReplaysAllWithinTheLimitAndWhatFailsAgainCountsItsGeneration()
      throws Exception {
    makeDeadLetters(DEAD);
    scene.api.set("{\"refusal\": {\"status\": 422, \"body\": \"sequence\\\":[0-9]*00,\"}}");
    var random = new Random(SEED);
    String delivery =
        "rateLimit: {requests: %d, period: 1s, burst: %d}".formatted(PER_SECOND, BURST);
    String yaml = asked.in(scene.yaml(KAFKA, delivery), "first", "");
    StatusReport.Replay end;
    int live = 0;
    try (var stalls = new Stalls()) {
      var running = new ArrayList<RunningBridge>();
      running.add(RunningBridge.start(directory, yaml).awaitReady());
      running.add(RunningBridge.start(directory, yaml).awaitReady());
      for (int kill = 0; kill < KILLS; kill++) {
        long before = scene.api.ledger().delivered();
        // First, since on a slow machine the replay may be over: then there are these to wait for.
        scene.producer.produceEvenly(100, 100);
        live += 100;
        await().atMost(Duration.ofSeconds(60)).until(() -> scene.api.ledger().delivered() > before);
        TimeUnit.MILLISECONDS.sleep(random.nextInt(500));
        running.remove(ownerIn(running)).kill();
        running.add(RunningBridge.start(directory, yaml).awaitReady());
      }
      end =
          await()
              .atMost(Duration.ofSeconds(Scale.of(120, 280)))
              .pollInterval(Duration.ofMillis(500))
              .until(
                  () ->
                      running.stream()
                          .map(bridge -> bridge.status().replay())
                          .filter(Objects::nonNull)
                          .filter(replay -> replay.phase().equals("Finished"))
                          .findFirst()
                          .orElse(null),
                  Objects::nonNull);
      scene.awaitDelivered(DEAD + live - refused(DEAD + live));
      running.forEach(bridge -> assertThat(bridge.terminate()).as(bridge::log).isZero());
      assertWithinLimit(stalls);
    }
    System.err.printf("ReplayIT: %s, %s, repeated %d%n", end, scene.api.ledger(), scene.repeated());
    assertThat(end.matched()).isEqualTo(DEAD);
    assertThat(end.failed()).isEqualTo(refused(DEAD));
    assertThat(end.replayed()).isEqualTo(DEAD - refused(DEAD));
    assertThat(end.remaining()).isZero();
    // A kill between a dead letter and the commit repeats it; what was written later isn't read.
    assertThat(
            broker.topics().read(deadLetters).stream()
                .filter(record -> header(record, "kab-generation").equals("1"))
                .map(ReplayIT::sequence)
                .distinct()
                .count())
        .isEqualTo(refused(DEAD));
    assertThat(deadLettersOfGeneration(2)).isZero();
  }

  /** How many of the first sequences end in 00; the first of all does not. */
  private static int refused(int of) {
    return (of - 1) / 100;
  }

  private static int ownerIn(List<RunningBridge> running) {
    for (int i = 0; i < running.size(); i++) {
      var replay = running.get(i).status().replay();
      if (replay != null && List.of("Running", "Finished").contains(replay.phase())) {
        return i;
      }
    }
    return 0;
  }

  private void assertWithinLimit(Stalls stalls) {
    double rate = PER_SECOND / 1e6;
    double level = BURST;
    double lowest = 0;
    long[] calls =
        scene.api.journal().calls().stream()
            .mapToLong(call ->
                TimeUnit.SECONDS.toMicros(call.at().getEpochSecond()) + call.at().getNano() / 1_000)
            .sorted()
            .toArray();
    long at = calls[0];
    for (long call : calls) {
      level = Math.min(BURST, level + rate * (call - at)) - 1;
      at = call;
      lowest = Math.min(lowest, level);
    }
    System.err.printf(
        "ReplayIT: %d calls, jitter %.0f us, stalls %s%n",
        calls.length, -lowest / rate, stalls.longest());
    assertThat((long) (-lowest / rate))
        .as("by how many microseconds calls came too early for %d/s", PER_SECOND)
        .isLessThanOrEqualTo(JITTER.plus(stalls.longest()).toNanos() / 1_000);
  }

  @Test
  void aReplayOfAReplayPassesOverWhatWasReplayedAndTakesWhatFailedAgain() {
    makeDeadLetters(1_000);
    scene.api.set("{\"refusal\": {\"status\": 422, \"body\": \"sequence\\\":[0-9]*00,\"}}");
    try (var bridge = scene.bridge(KAFKA, "").awaitReady()) {
      asked.of(bridge, "first", "");
      StatusReport.Replay first = AskedReplays.awaitEnd(bridge, "first");
      scene.api.set("{\"refusal\": {\"status\": 422, \"body\": \"sequence\\\":500,\"}}");
      asked.of(bridge, "second", "\"window\":{\"until\":\"2099-01-01T00:00:00Z\"}");
      StatusReport.Replay second = AskedReplays.awaitEnd(bridge, "second");
      asked.of(
          bridge,
          "third",
          "\"window\":{\"until\":\"2099-01-01T00:00:00Z\"},\"alreadyReplayed\":\"Repeat\"");
      StatusReport.Replay third = AskedReplays.awaitEnd(bridge, "third");
      System.err.printf("ReplayIT: %s%n%s%n%s%n", first, second, third);

      assertThat(first.failed()).isEqualTo(9);
      assertThat(second.matched()).isEqualTo(1_009);
      assertThat(second.alreadyReplayed()).isEqualTo(1_000);
      assertThat(second.replayed()).isEqualTo(8);
      assertThat(second.failed()).isEqualTo(1);
      assertThat(deadLettersOfGeneration(2)).as("it carries the count").isGreaterThan(0);
      assertThat(third.alreadyReplayed()).isZero();
      assertThat(third.matched()).isEqualTo(1_010);
      assertThat(bridge.terminate()).as(bridge::log).isZero();
    }
  }

  @Test
  void aDryRunCountsByCauseAndSendsNothing() {
    makeDeadLetters(1_000);
    try (var bridge = scene.bridge(KAFKA, "").awaitReady()) {
      asked.of(bridge, "dry", "\"dryRun\":\"Enabled\"");
      StatusReport.Replay dry = AskedReplays.awaitEnd(bridge, "dry");
      asked.of(
          bridge,
          "some",
          "\"filter\":\"record.headers['kab-status'] == '422'\",\"maxRecords\":30,\"dryRun\":\"Enabled\"");
      StatusReport.Replay some = AskedReplays.awaitEnd(bridge, "some");

      assertThat(dry.matched()).isEqualTo(1_000);
      assertThat(dry.byCause())
          .containsExactly(
              new StatusReport.Cause("AttemptsExhausted 503", 900),
              new StatusReport.Cause("Refused 422", 100));
      assertThat(dry.replayed()).isZero();
      assertThat(some.matched()).isEqualTo(30);
      assertThat(some.message()).contains("maxRecords");
      assertThat(scene.api.journal().calls()).isEmpty();
    }
  }

  @Test
  void aFilterChoosesAndOneThatDoesNotCompileIsSaid() {
    makeDeadLetters(1_000);
    try (var bridge = scene.bridge(KAFKA, "").awaitReady()) {
      asked.of(bridge, "wrong", "\"filter\":\"record.heders['a'] == 'b'\"");
      StatusReport.Replay wrong = AskedReplays.awaitEnd(bridge, "wrong");
      asked.of(bridge, "right", "\"filter\":\"record.headers['kab-status'] == '422'\"");
      StatusReport.Replay right = AskedReplays.awaitEnd(bridge, "right");

      assertThat(wrong.phase()).isEqualTo("Failed");
      assertThat(wrong.reason()).isEqualTo("InvalidFilter");
      assertThat(wrong.message()).contains("character 1", "record.heders");
      assertThat(right.matched()).isEqualTo(100);
      assertThat(right.replayed()).isEqualTo(100);
      assertThat(right.skipped()).isEqualTo(900);
      assertThat(scene.api.journal().calls())
          .hasSize(100)
          .allSatisfy(call -> {
            assertThat(call.records().getFirst().sequence() % 10).isZero();
            assertThat(call.headers()).doesNotContainKey("kab-status");
            assertThat(UUID.fromString(call.idempotencyKey()).version())
                .as("the dead letter's own")
                .isEqualTo(3);
          });
    }
  }

  @Test
  void aWindowWithoutRecordsIsOverAtOnce() {
    makeDeadLetters(100);
    try (var bridge = scene.bridge(KAFKA, "").awaitReady()) {
      asked.of(
          bridge,
          "empty",
          "\"window\":{\"since\":\"2026-11-20T12:00:01Z\",\"until\":\"2026-11-20T13:00:00Z\"}");
      StatusReport.Replay empty = AskedReplays.awaitEnd(bridge, "empty");

      assertThat(empty.phase()).isEqualTo("Finished");
      assertThat(empty.matched() + empty.skipped()).isZero();
      assertThat(empty.remaining()).isZero();
      assertThat(scene.api.journal().calls()).isEmpty();
    }
  }

  @Test
  void cancelledItSendsNothingMore() throws Exception {
    makeDeadLetters(2_000);
    scene.api.set("{\"latencyMillis\": 50}");
    try (var bridge = scene.bridge(KAFKA, "rateLimit: {requests: 100}").awaitReady()) {
      asked.of(bridge, "cancelled", "");
      await().atMost(Duration.ofSeconds(60)).until(() -> scene.api.ledger().delivered() > 50);
      bridge.edit(AskedReplays::without);
      await().atMost(Duration.ofSeconds(20)).until(() -> bridge.status().replay() == null);
      long then = scene.api.ledger().delivered();
      TimeUnit.SECONDS.sleep(2);

      assertThat(scene.api.ledger().delivered()).isEqualTo(then).isLessThan(2_000);
      assertThat(bridge.status().ready().ok()).isTrue();
    }
  }

  @Test
  void backToItsTopicARecordIsDeliveredFromThereAndCarriesTheCount() {
    makeDeadLetters(200);
    scene.api.set("{\"refusal\": {\"status\": 422, \"body\": \"sequence\\\":[0-9]*00,\"}}");
    try (var bridge = scene.bridge(KAFKA, "").awaitReady()) {
      asked.of(bridge, "back", "\"destination\":\"SourceTopic\"");
      StatusReport.Replay back = AskedReplays.awaitEnd(bridge, "back");
      scene.awaitDelivered(200 - refused(200));

      assertThat(back.replayed()).isEqualTo(200);
      assertThat(broker.topics().read(scene.topic)).hasSize(400);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> deadLettersOfGeneration(1) == refused(200));
    }
  }

  @Test
  void theSourceTopicsAreReadAgainAsFarAsTheBridgeHasCome() {
    try (var bridge = scene.bridge(KAFKA, "").awaitReady()) {
      scene.producer.produce(500);
      scene.awaitDelivered(500);
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> broker.topics().lag(scene.group, scene.topic).orElse(1) == 0);
      asked.of(
          bridge,
          "again",
          "\"source\":\"Topics\",\"window\":{\"since\":\"2026-01-01T00:00:00Z\",\"until\":\"2099-01-01T00:00:00Z\"}");
      StatusReport.Replay again = AskedReplays.awaitEnd(bridge, "again");

      assertThat(again.replayed()).isEqualTo(500);
      assertThat(scene.repeated()).isEqualTo(500);
      assertThat(scene.api.ledger().rekeyed()).as("repeated under another key").isZero();
    }
  }

  /** What pods know of a replay is in the group, and a file that is old begins nothing anew. */
  @Test
  void aReplayThatIsOverIsNotBegunAgain() {
    makeDeadLetters(100);
    try (var bridge = scene.bridge(KAFKA, "").awaitReady()) {
      String old = asked.in(scene.yaml(KAFKA, ""), "old", "\"dryRun\":\"Enabled\"");
      asked.of(bridge, "newer", "");
      AskedReplays.awaitEnd(bridge, "newer");
      bridge.edit(yaml -> old);
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> bridge.status().replay(),
              replay -> replay != null && replay.reason().equals("Superseded"));

      assertThat(scene.api.ledger().delivered()).isEqualTo(100);
      assertThat(
              broker.topics().committed(scene.group + ".replay").values().stream()
                  .map(OffsetAndMetadata::metadata)
                  .collect(Collectors.toSet()))
          .allSatisfy(metadata -> assertThat(metadata).contains(";u=uid-newer;"));
    }
  }
}
