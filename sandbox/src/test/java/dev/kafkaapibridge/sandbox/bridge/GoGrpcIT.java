package dev.kafkaapibridge.sandbox.bridge;

import static dev.kafkaapibridge.sandbox.bridge.GoRun.MANY_ATTEMPTS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.sandbox.bridge.GoRun.Way;
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.util.BitSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * JSON records to a gRPC server in another language, on another implementation of HTTP/2: what it
 * says and how it ends and bounds its connections. None is lost or overtaken by it.
 */
@Tag("turn-1") // 77 s
@Timeout(300)
class GoGrpcIT {

  @TempDir static Path directory;
  @AutoClose static EmbeddedBroker broker;
  static Path program;

  @BeforeAll
  static void startBroker() {
    program = GoProgram.built();
    broker = EmbeddedBroker.start(directory.resolve("broker"));
  }

  /** Each transient status with its details, and orders that are bad, under a declared limit. */
  @ParameterizedTest
  @EnumSource(names = {"Unary", "OneByOne"})
  void whateverItAnswersNothingIsLostAndExactlyTheRefusedAreDeadLettered(Way way) {
    int records = Scale.of(4_000, 40_000);
    int perSecond = 500;
    String moods =
        """
        {"Rules": [
          {"Every": 300, "At": 7, "BySequence": true, "Code": "INVALID_ARGUMENT", "Message": "no such umbrella", "Field": "pieces: above 3", "Reason": "STOCK"},
          {"Every": 2000, "At": 1999, "Code": "RESOURCE_EXHAUSTED", "RetryMillis": 200, "Quota": "2 a second"},
          {"Every": 2000, "At": 999, "Code": "UNAVAILABLE", "PushbackMillis": "150"},
          {"Every": 300, "At": 50, "Code": "UNAVAILABLE"},
          {"Every": 300, "At": 100, "Code": "ABORTED"},
          {"Every": 300, "At": 150, "Code": "DEADLINE_EXCEEDED"},
          {"Every": 300, "At": 200, "Code": "INTERNAL"},
          {"Every": 300, "At": 250, "Code": "UNKNOWN"},
          {"Every": 300, "At": 280, "Code": "CANCELLED"}]}
        """;
    try (var stalls = new Stalls();
        var run = new GoRun(broker, program, directory, "statuses-" + way, moods)) {
      run.producer.produce(records);
      run.through(
          run.server.address(),
          way,
          "5s",
          MANY_ATTEMPTS + ", rateLimit: {requests: " + perSecond + ", period: 1s}");
      var bad = new BitSet();
      for (int sequence = 7; sequence < records; sequence += 300) {
        bad.set(sequence);
      }
      assertThat(run.deadLettered()).as("dead letters").isEqualTo(bad);
      for (ConsumerRecord<byte[], byte[]> letter : run.letters()) {
        assertThat(header(letter, "kab-verdict")).isEqualTo("RecordRefused");
        assertThat(header(letter, "kab-status")).isEqualTo("INVALID_ARGUMENT");
        assertThat(header(letter, "kab-message"))
            .contains("no such umbrella", "pieces: above 3", "STOCK");
      }
      run.assertAcceptedInOrderAllBut(bad);
      GoOrders.Counts counts = run.server.counts();
      assertThat(counts.repeated()).as("accepted twice").isZero();
      // A message arrives a little later than it left, one more so than another.
      long jitter = 50_000 + stalls.longest().toNanos() / 1_000;
      assertThat(counts.within(1_000_000 - jitter)).as("of the limit").isLessThan(perSecond + 1);
    }
  }

  /** GOAWAY every two seconds or so; what is under way has time to end. */
  @ParameterizedTest
  @EnumSource(names = {"Unary", "OneByOne"})
  void whereConnectionsEndEveryTwoSecondsNoRecordFailsOrIsRepeated(Way way) {
    int seconds = Scale.of(8, 60);
    String age = "{\"ConnectionAgeMillis\": 2000, \"GraceMillis\": 5000, \"DelayMillis\": 2}";
    try (var run = new GoRun(broker, program, directory, "goaway-" + way, age)) {
      run.producer.produce(500 * seconds);
      run.through(
          run.server.address(),
          way,
          "5s",
          "retry: {maxAttempts: 1}, rateLimit: {requests: 500, period: 1s}");
      GoOrders.Counts counts = run.server.counts();
      assertThat(counts.connected()).isGreaterThanOrEqualTo(seconds / 3);
      run.assertAllAcceptedInOrder();
      assertThat(counts.repeated()).isZero();
      assertThat(counts.calls()).isEqualTo(500L * seconds);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"Unary", "OneByOne"})
  void tenStreamsOnAConnectionAreMadeUpForByMoreConnections(Way way) {
    int records = Scale.of(3_000, 40_000);
    String ten = "{\"Streams\": 10, \"DelayMillis\": 5}";
    try (var run = new GoRun(broker, program, directory, "ten-" + way, ten)) {
      run.producer.produce(records);
      run.through(run.server.address(), way, "5s", "maxInFlight: 64, " + MANY_ATTEMPTS);
      GoOrders.Counts counts = run.server.counts();
      assertThat(counts.connected()).isGreaterThanOrEqualTo(2);
      assertThat(counts.most()).as("calls at once").isGreaterThan(10);
      run.assertAllAcceptedInOrder();
      assertThat(counts.repeated()).isZero();
      assertThat(counts.calls()).isEqualTo(records);
    }
  }

  private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
    return new String(letter.headers().lastHeader(name).value(), UTF_8);
  }
}
