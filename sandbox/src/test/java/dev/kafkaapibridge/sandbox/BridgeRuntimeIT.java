package dev.kafkaapibridge.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.api.Call;
import dev.kafkaapibridge.sandbox.api.Ledger;
import dev.kafkaapibridge.sandbox.api.SwitchboardApi;
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import dev.kafkaapibridge.sandbox.broker.Order;
import dev.kafkaapibridge.sandbox.broker.OrderProducer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The runtime as a program of its own, between a real broker and a real API. */
class BridgeRuntimeIT {

  private static final Duration GRACE = Duration.ofSeconds(30);
  private static final AtomicInteger TESTS = new AtomicInteger();

  @TempDir static Path directory;
  static EmbeddedBroker broker;
  private SwitchboardApi api;
  private OrderProducer producer;
  private Example bridge;
  private String topic;

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start(directory.resolve("broker"));
  }

  @AfterAll
  static void closeBroker() {
    broker.close();
  }

  @BeforeEach
  void start() {
    topic = "orders-" + TESTS.incrementAndGet();
    broker.topics().create(topic, 3);
    producer = new OrderProducer(broker, topic, 50);
    api = SwitchboardApi.start();
    api.account(producer::sent, this::deadLetters);
    bridge =
        Example.load(SandboxOptions.projectRoot(), "orders-to-crm")
            .named(topic)
            .with(List.of(topic), "kafka", "topics")
            .at(broker.bootstrapServers(), api.url());
  }

  @AfterEach
  void close() {
    producer.close();
    api.close();
  }

  @Test
  void aThousandRecordsAreDeliveredOnceAndSigtermDrains() {
    try (var runtime = start(bridge).ready()) {
      producer.produce(1000);
      awaitLedger(new Ledger(1000, 1000, 0, 0, 0, 0, 0));

      assertThat(runtime.terminate(GRACE)).as(runtime.output()).isZero();
    }

    assertThat(broker.topics().lag(group(), topic)).hasValue(0);
    assertThat(broker.topics().members(group())).isZero();
    assertThat(api.journal().calls())
        .allSatisfy(call -> {
          assertThat(call.method()).isEqualTo("POST");
          assertThat(call.path()).isEqualTo("/v1/orders");
          assertThat(call.idempotencyKey()).isNotBlank();
        });
  }

  @Test
  void sigtermUnderLoadLosesNothingAndRepeatsNothing() {
    api.set("{\"latencyMillis\": 50, \"jitterMillis\": 50}");
    try (var first = start(bridge).ready()) {
      producer.produce(3000);
      await().until(() -> api.journal().figures().accepted() > 300);
      assertThat(first.terminate(GRACE)).as(first.output()).isZero();
    }
    assertThat(api.ledger().delivered()).isLessThan(3000);

    try (var second = start(bridge)) {
      awaitLedger(new Ledger(3000, 3000, 0, 0, 0, 0, 0));
    }
  }

  @Test
  void aCrashRepeatsSomeUnderTheirOldKeysAndLosesNone() {
    api.set("{\"latencyMillis\": 20, \"jitterMillis\": 20}");
    bridge = // else the group waits 45 s for the one that crashed
        bridge.with(
            List.of(
                Map.of("name", "session.timeout.ms", "value", "3000"),
                Map.of("name", "heartbeat.interval.ms", "value", "1000")),
            "kafka",
            "consumerConfig");
    try (var first = start(bridge).ready()) {
      producer.produce(3000);
      await().until(() -> api.journal().figures().accepted() > 500);
      first.kill();
    }

    try (var second = start(bridge)) {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> broker.topics().lag(group(), topic).equals(OptionalLong.of(0)));
    }
    Ledger ledger = api.ledger();
    assertThat(ledger.lost()).isZero();
    assertThat(ledger.reordered()).isZero();
    assertThat(ledger.rekeyed()).isZero();
  }

  @Test
  void refusedRecordsGoToTheDeadLetterTopicWithAllThatTheyWere() {
    api.set(
        "{\"refusal\": {\"status\": 400, \"body\": \"\\\"sequence\\\":\\\\d*(249|499|749|999),\"}}");
    try (var runtime = start(bridge).ready()) {
      producer.produce(5000);
      awaitLedger(new Ledger(5000, 4980, 20, 0, 0, 0, 0));
    }

    List<ConsumerRecord<byte[], byte[]>> letters =
        broker.topics().read(bridge.deadLetterTopic("default"));
    assertThat(letters).hasSize(20);
    for (ConsumerRecord<byte[], byte[]> letter : letters) {
      Call.Numbered numbered = Call.recordsIn(new String(letter.value(), UTF_8)).getFirst();
      Order order = Order.numbered(numbered.sequence(), 50);
      assertThat(letter.key()).isEqualTo(order.key());
      assertThat(letter.value()).isEqualTo(order.value());
      assertThat(letter.headers().lastHeader("origin").value())
          .isEqualTo("web-shop".getBytes(UTF_8));
      Map<String, String> headers = new HashMap<>();
      letter
          .headers()
          .forEach(header -> headers.put(header.key(), new String(header.value(), UTF_8)));
      assertThat(headers.values()).anyMatch(value -> value.contains("400"));
      assertThat(headers).containsValue(topic);
    }
  }

  @Test
  void aDeadLetterThatCannotBeWrittenHoldsTheOffsetAndNothingIsLost() throws Exception {
    String deadLetterTopic = bridge.deadLetterTopic("default");
    broker.topics().create(deadLetterTopic, 1, Map.of("max.message.bytes", "50"));
    api.set("{\"refusal\": {\"status\": 400, \"body\": \"\\\"sequence\\\":10,\"}}");
    try (var runtime = start(bridge).ready()) {
      producer.produce(1000);
      await()
          .until(
              () -> api.ledger().delivered() == 980); // its key waits, 20 records, the others go on
      Thread.sleep(3000);
      assertThat(broker.topics().lag(group(), topic).orElseThrow()).isPositive();

      var resource = new ConfigResource(ConfigResource.Type.TOPIC, deadLetterTopic);
      var raised =
          new AlterConfigOp(
              new ConfigEntry("max.message.bytes", "1048576"), AlterConfigOp.OpType.SET);
      broker
          .topics()
          .admin()
          .incrementalAlterConfigs(Map.of(resource, List.of(raised)))
          .all()
          .get();

      awaitLedger(new Ledger(1000, 999, 1, 0, 0, 0, 0));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> broker.topics().lag(group(), topic).equals(OptionalLong.of(0)));
    }
  }

  @Test
  void limitsOutagesAndCutConnectionsDelayRecordsAndNothingElse() {
    api.set("{\"quota\": {\"requests\": 100, \"windowMillis\": 1000}}");
    try (var runtime = start(bridge).ready()) {
      producer.produce(500);
      await().until(() -> api.journal().figures().status(429) > 0);
      api.set("{\"outage\": \"ConnectionRefused\"}");
      producer.produce(250);
      sleep(2000);
      api.set("{\"resets\": {\"percent\": 20, \"at\": \"BeforeAnswer\"}}");
      producer.produce(250);

      awaitLedger(new Ledger(1000, 1000, 0, 0, 0, 0, 0));
    }
  }

  @Test
  void aBrokerThatIsRolledCostsNothing() {
    api.set("{\"latencyMillis\": 5}");
    try (var runtime = start(bridge).ready()) {
      producer.produce(500);
      broker.restart();
      producer.produce(500);

      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> broker.topics().lag(group(), topic).equals(OptionalLong.of(0)));
      Ledger ledger = api.ledger();
      assertThat(ledger.delivered()).isEqualTo(1000);
      assertThat(ledger.reordered()).isZero();
      assertThat(ledger.rekeyed()).isZero();
    }
  }

  private static RuntimeProcess start(Example bridge) {
    return RuntimeProcess.start(directory, bridge.yaml());
  }

  private String group() {
    return bridge.group("default");
  }

  private BitSet deadLetters() {
    var sequences = new BitSet();
    for (ConsumerRecord<byte[], byte[]> letter :
        broker.topics().read(bridge.deadLetterTopic("default"))) {
      Call.recordsIn(new String(letter.value(), UTF_8))
          .forEach(record -> sequences.set((int) record.sequence()));
    }
    return sequences;
  }

  private void awaitLedger(Ledger expected) {
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(api.ledger()).isEqualTo(expected));
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
