package dev.kafkaapibridge.sandbox.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import dev.kafkaapibridge.sandbox.broker.OrderProducer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * JSON records to a gRPC server in another language, on another implementation of HTTP/2. In each
 * test the server fails in one way, and none is lost or overtaken by it.
 */
@Timeout(300)
class GoGrpcIT {

  private static final Pattern SEQUENCE = Pattern.compile("\"sequence\":(\\d+),");
  private static final String MANY_ATTEMPTS =
      "retry: {maxAttempts: 30, initialBackoff: 20ms, maxBackoff: 500ms}";

  @TempDir static Path directory;
  @AutoClose static EmbeddedBroker broker;
  static Path program;

  /** How records are sent. */
  enum Way {
    Unary("Put", "mode: Unary"),
    OneByOne("Exchange", "mode: BidirectionalStreaming, stream: {acknowledgement: PerResponse}");

    final String fields;

    Way(String method, String mode) {
      fields = "method: " + method + ", " + mode;
    }
  }

  @BeforeAll
  static void startBroker() throws Exception {
    program = GoProgram.built();
    broker = EmbeddedBroker.start(directory.resolve("broker"));
    Path descriptors = Files.createDirectories(refs().resolve("configmap/orders-api"));
    Files.write(descriptors.resolve("orders.pb"), GrpcOrders.descriptorSet());
  }

  private static Path refs() {
    return directory.resolve("refs");
  }

  /** Each transient status with its details, and twenty orders that are bad. */
  @ParameterizedTest
  @EnumSource
  void whateverItAnswersNothingIsLostAndExactlyTheRefusedAreDeadLettered(Way way) {
    int records = Scale.of(6_000, 60_000);
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
    try (var run = new Run("statuses-" + way, moods, records)) {
      run.through(run.server.address(), way, MANY_ATTEMPTS, () -> {});
      var bad = new BitSet();
      for (int sequence = 7; sequence < records; sequence += 300) {
        bad.set(sequence);
      }
      assertThat(run.deadLettered()).isEqualTo(bad);
      for (ConsumerRecord<byte[], byte[]> letter : run.letters()) {
        assertThat(header(letter, "kab-verdict")).isEqualTo("RecordRefused");
        assertThat(header(letter, "kab-status")).isEqualTo("INVALID_ARGUMENT");
        assertThat(header(letter, "kab-message"))
            .contains("no such umbrella", "pieces: above 3", "STOCK");
      }
      run.assertNoneLostOrOvertakenBut(bad);
      if (way == Way.Unary) {
        assertThat(run.server.counts().repeated()).isZero();
      }
    }
  }

  /** GOAWAY every two seconds or so; what is under way has time to end. */
  @ParameterizedTest
  @EnumSource
  void whereConnectionsEndEveryTwoSecondsNoRecordFailsOrIsRepeated(Way way) {
    int seconds = Scale.of(8, 60);
    String age = "{\"ConnectionAgeMillis\": 2000, \"GraceMillis\": 5000, \"DelayMillis\": 2}";
    try (var run = new Run("goaway-" + way, age, 500 * seconds)) {
      run.through(
          run.server.address(),
          way,
          "retry: {maxAttempts: 1}, rateLimit: {requests: 500, period: 1s}",
          () -> {});
      GoOrders.Counts counts = run.server.counts();
      assertThat(counts.connected()).isGreaterThanOrEqualTo(seconds / 3);
      assertThat(run.deadLettered()).isEqualTo(new BitSet());
      run.assertNoneLostOrOvertakenBut(new BitSet());
      assertThat(counts.repeated()).isZero();
      assertThat(counts.calls()).isEqualTo(500L * seconds);
    }
  }

  @ParameterizedTest
  @EnumSource
  void tenStreamsOnAConnectionAreMadeUpForByMoreConnections(Way way) {
    int records = Scale.of(4_000, 40_000);
    try (var run = new Run("ten-" + way, "{\"Streams\": 10, \"DelayMillis\": 5}", records)) {
      run.through(run.server.address(), way, "maxInFlight: 64, " + MANY_ATTEMPTS, () -> {});
      GoOrders.Counts counts = run.server.counts();
      assertThat(counts.connected()).isGreaterThanOrEqualTo(2);
      assertThat(counts.most()).as("calls at once").isGreaterThan(10);
      assertThat(run.deadLettered()).isEqualTo(new BitSet());
      run.assertNoneLostOrOvertakenBut(new BitSet());
      assertThat(counts.repeated()).isZero();
      assertThat(counts.calls()).isEqualTo(records);
    }
  }

  /** A topic with its records, a server, and a bridge between them until no record is left. */
  private static final class Run implements AutoCloseable {
    final GoOrders server;
    final OrderProducer producer;
    final String name;

    Run(String name, String switches, int records) {
      this.name = name.toLowerCase(Locale.ROOT);
      broker.topics().create(this.name, 12);
      server = GoOrders.start(program, directory, switches);
      producer = new OrderProducer(broker, this.name, 500);
      producer.produce(records);
    }

    void through(String address, Way way, String delivery, Runnable meanwhile) {
      long from = System.nanoTime();
      try (var bridge =
          RunningBridge.start(
                  directory, yaml(name, address, way, delivery), "--refs", refs().toString())
              .awaitReady()) {
        meanwhile.run();
        await()
            .atMost(Duration.ofSeconds(Scale.of(60, 240)))
            .pollInterval(Duration.ofMillis(200))
            .untilAsserted(() ->
                assertThat(broker.topics().lag("shop." + name, name))
                    .as(bridge::log)
                    .isEqualTo(OptionalLong.of(0)));
        assertThat(bridge.terminate()).as(bridge::log).isZero();
      }
      GoOrders.Counts counts = server.counts();
      System.err.printf(
          "GoGrpcIT, %s: %d s, %d calls, %d accepted, %d repeated, %d streams, %d connections, %d resets%n",
          name,
          (System.nanoTime() - from) / 1_000_000_000,
          counts.calls(),
          counts.accepted().length,
          counts.repeated(),
          counts.streams(),
          counts.connected(),
          counts.resets());
    }

    Iterable<ConsumerRecord<byte[], byte[]>> letters() {
      return broker.topics().read("shop." + name + ".dlt");
    }

    BitSet deadLettered() {
      var refused = new BitSet();
      for (ConsumerRecord<byte[], byte[]> letter : letters()) {
        Matcher matcher = SEQUENCE.matcher(new String(letter.value(), UTF_8));
        assertThat(matcher.find()).isTrue();
        refused.set(Integer.parseInt(matcher.group(1)));
      }
      return refused;
    }

    void assertNoneLostOrOvertakenBut(BitSet bad) {
      var lost = producer.sent();
      GoOrders.Counts counts = server.counts();
      lost.andNot(counts.sequences());
      assertThat(lost).as("not accepted").isEqualTo(bad);
      assertThat(counts.reordered()).as("overtaken").isZero();
    }

    @Override
    public void close() {
      producer.close();
      server.close();
    }
  }

  private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
    return new String(letter.headers().lastHeader(name).value(), UTF_8);
  }

  private static String yaml(String name, String address, Way way, String delivery) {
    return """
    apiVersion: kafka-api-bridge.dev/v1alpha1
    kind: KafkaApiBridge
    metadata: {name: %s, namespace: shop}
    spec:
      kafka: {bootstrapServers: "%s", topics: [%s], startFrom: Earliest}
      target:
        grpc:
          {address: "%s", service: shop.v1.Orders, %s, transport: Plaintext, deadline: 5s,
           payload: JSONToProtobuf, descriptorConfigMapKeyRef: {name: orders-api, key: orders.pb}}
      delivery: {%s}
    """
        .formatted(name, broker.bootstrapServers(), name, address, way.fields, delivery);
  }
}
