package dev.kafkaapibridge.sandbox.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import dev.kafkaapibridge.sandbox.broker.OrderProducer;
import io.grpc.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** JSON records to a gRPC server that has moods. */
@Tag("turn-0") // 49 s
@Timeout(600)
class GrpcIT {

  private static final int RECORDS = 20_000;
  private static final Pattern SEQUENCE = Pattern.compile("\"sequence\":(\\d+),");

  @TempDir static Path directory;
  @AutoClose static EmbeddedBroker broker;

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start(directory.resolve("broker"));
  }

  /** Twenty orders are bad; the rest of its answers say nothing of the order. */
  private static GrpcOrders.Answer moody(long sequence, long call) {
    if (sequence % 1_000 == 7) {
      return new GrpcOrders.Answer(Status.INVALID_ARGUMENT.withDescription("no such umbrella"));
    }
    if (call % 4_000 == 3_999) {
      return new GrpcOrders.Answer(Status.RESOURCE_EXHAUSTED, GrpcOrders.retryAfterMillis(200));
    }
    return call % 50 == 49 ? new GrpcOrders.Answer(Status.UNAVAILABLE) : null;
  }

  @Test
  void nothingIsLostOrOvertakenAndExactlyTheRefusedAreDeadLettered() throws Exception {
    runs("moods", "Put", "Unary");
  }

  @Test
  void onStreamsNothingIsLostOrOvertakenAndExactlyTheRefusedAreDeadLettered() throws Exception {
    runs("streams", "Exchange", "BidirectionalStreaming, stream: {acknowledgement: PerResponse}");
  }

  private static void runs(String name, String method, String mode) throws Exception {
    Path refs = directory.resolve("refs");
    Path descriptors = Files.createDirectories(refs.resolve("configmap/orders-api"));
    Files.write(descriptors.resolve("orders.pb"), GrpcOrders.descriptorSet());
    broker.topics().create(name, 12);
    try (var orders = new GrpcOrders(GrpcIT::moody);
        var producer = new OrderProducer(broker, name, 2_000)) {
      producer.produce(RECORDS);
      try (var bridge =
          RunningBridge.start(
                  directory, yaml(name, orders.address(), method, mode), "--refs", refs.toString())
              .awaitReady()) {
        await()
            .atMost(Duration.ofSeconds(120))
            .until(() -> orders.accepted().cardinality() > RECORDS / 2);
        orders.restart();
        await()
            .atMost(Duration.ofSeconds(120))
            .untilAsserted(() ->
                assertThat(broker.topics().lag("shop." + name, name))
                    .as(bridge::log)
                    .isEqualTo(OptionalLong.of(0)));
        assertThat(bridge.status().target().endpoint()).isEqualTo("grpc://" + orders.address());
        System.err.printf(
            "GrpcIT, %s: %d calls for %d records, %d repeated, %d streams%n",
            method, orders.calls(), RECORDS, orders.repeated(), orders.streams());
        assertThat(bridge.terminate()).as(bridge::log).isZero();
      }
      var refused = new BitSet();
      for (ConsumerRecord<byte[], byte[]> letter : broker.topics().read("shop." + name + ".dlt")) {
        refused.set(sequence(letter));
        assertThat(header(letter, "kab-verdict")).isEqualTo("RecordRefused");
        assertThat(header(letter, "kab-status")).isEqualTo("INVALID_ARGUMENT");
        assertThat(header(letter, "kab-message"))
            .isEqualTo("the server answered INVALID_ARGUMENT: no such umbrella");
      }
      var bad = new BitSet();
      for (int sequence = 7; sequence < RECORDS; sequence += 1_000) {
        bad.set(sequence);
      }
      assertThat(refused).as("dead letters").isEqualTo(bad);
      var lost = producer.sent();
      lost.andNot(orders.accepted());
      lost.andNot(bad);
      assertThat(lost.isEmpty()).as("none is lost of %s", lost).isTrue();
      assertThat(orders.reordered()).as("overtaken").isZero();
      // Cut by the restart after the server had taken them, before it could say so.
      assertThat(orders.repeated()).isLessThanOrEqualTo(64);
    }
  }

  private static int sequence(ConsumerRecord<byte[], byte[]> letter) {
    Matcher matcher = SEQUENCE.matcher(new String(letter.value(), UTF_8));
    assertThat(matcher.find()).isTrue();
    return Integer.parseInt(matcher.group(1));
  }

  private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
    return new String(letter.headers().lastHeader(name).value(), UTF_8);
  }

  private static String yaml(String name, String address, String method, String mode) {
    return """
    apiVersion: kafka-api-bridge.dev/v1alpha1
    kind: KafkaApiBridge
    metadata: {name: %s, namespace: shop}
    spec:
      kafka: {bootstrapServers: "%s", topics: [%s], startFrom: Earliest}
      target:
        grpc:
          {address: "%s", service: shop.v1.Orders, method: %s, mode: %s, transport: Plaintext, deadline: 5s,
           payload: JSONToProtobuf, descriptorConfigMapKeyRef: {name: orders-api, key: orders.pb}}
      delivery: {retry: {maxAttempts: 10, initialBackoff: 20ms, maxBackoff: 1s}}
    """
        .formatted(name, broker.bootstrapServers(), name, address, method, mode);
  }
}
