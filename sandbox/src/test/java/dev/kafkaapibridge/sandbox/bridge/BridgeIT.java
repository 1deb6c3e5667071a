package dev.kafkaapibridge.sandbox.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.api.Call;
import dev.kafkaapibridge.sandbox.api.SwitchboardApi;
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import dev.kafkaapibridge.sandbox.broker.OrderProducer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The runtime's jar, a real broker and a real API: what the guarantees promise about records. */
@Timeout(180)
class BridgeIT {

  @TempDir static Path directory;
  @AutoClose static EmbeddedBroker broker;

  private SwitchboardApi api;
  private OrderProducer producer;
  private String topic;
  private String group;

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start(directory.resolve("broker"));
  }

  @BeforeEach
  void start(TestInfo test) {
    topic = test.getTestMethod().orElseThrow().getName();
    topic = topic.substring(0, Math.min(topic.length(), 60));
    group = "shop." + topic;
    api = SwitchboardApi.start();
    broker.topics().create(topic, 6);
    producer = new OrderProducer(broker, topic, 100);
    api.account(producer::sent, () -> new java.util.BitSet());
  }

  @AfterEach
  void stop() {
    producer.close();
    api.close();
  }

  @Test
  void everyRecordIsDeliveredOnceAndSigtermLeavesTheOffsetsAtTheEnd() {
    producer.produce(1_000);
    try (var bridge = bridge("startFrom: Earliest", "")) {
      awaitDelivered(1_000);

      assertThat(bridge.terminate()).as(bridge.log()).isZero();
    }

    assertThat(api.ledger().duplicated()).isZero();
    assertThat(api.ledger().kept()).isTrue();
    assertThat(broker.topics().lag(group, topic)).isEqualTo(OptionalLong.of(0));
    assertThat(broker.topics().members(group)).isZero();
  }

  @Test
  void sigtermUnderLoadLosesAndRepeatsNothing() {
    // So slow that there is load left when the signal comes.
    api.set("{\"latencyMillis\": 80, \"jitterMillis\": 40}");
    producer.produce(3_000);
    try (var bridge = bridge("startFrom: Earliest", "")) {
      await().atMost(Duration.ofSeconds(30)).until(() -> api.ledger().delivered() > 500);
      assertThat(bridge.terminate()).isZero();
      assertThat(api.ledger().delivered()).isLessThan(3_000);
    }
    try (var bridge = bridge("startFrom: Earliest", "")) {
      awaitDelivered(3_000);
      bridge.terminate();
    }

    assertThat(api.ledger().duplicated()).isZero();
    assertThat(api.ledger().kept()).isTrue();
  }

  @Test
  void aKilledProcessRepeatsWithTheSameKeyAndLosesNothing() {
    api.set("{\"latencyMillis\": 10}");
    producer.produce(3_000);
    // Its successor waits until its session is over.
    String kafka =
        "startFrom: Earliest, consumerConfig: [{name: session.timeout.ms, value: '6000'}]";
    var bridge = bridge(kafka, "");
    await().atMost(Duration.ofSeconds(30)).until(() -> api.ledger().delivered() > 500);
    bridge.kill();

    try (var next = bridge(kafka, "")) {
      awaitDelivered(3_000);
      next.terminate();
    }

    assertThat(api.ledger().rekeyed()).as("no repetition under another key").isZero();
    assertThat(api.ledger().kept()).isTrue();
  }

  @Test
  void exactlyTheRefusedRecordsAreDeadLetteredWithKeyValueHeadersAndCause() {
    // Sequences 0, 250, 500, ... 4750
    api.set(
        "{\"refusal\": {\"status\": 400, \"body\": \"\\\"sequence\\\":(0|\\\\d*[05]00|\\\\d*[27]50),\"}}");
    producer.produce(5_000);
    try (var bridge = bridge("startFrom: Earliest", "")) {
      awaitDelivered(4_980);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> bridge.status().records().deadLettered() == 20);
      assertThat(bridge.terminate()).isZero();
    }

    var deadLetters = broker.topics().read(group + ".dlt");
    assertThat(deadLetters).hasSize(20);
    assertThat(deadLetters)
        .allSatisfy(letter -> {
          assertThat(new String(letter.value(), UTF_8))
              .containsPattern("\"sequence\":(0|\\d*[05]00|\\d*[27]50),");
          assertThat(new String(letter.value(), UTF_8))
              .contains("\"order\":\"" + new String(letter.key(), UTF_8) + "\"");
          assertThat(header(letter, "origin")).isEqualTo("web-shop");
          assertThat(header(letter, "kab-cause")).isEqualTo("Refused");
          assertThat(header(letter, "kab-status")).isEqualTo("400");
          assertThat(header(letter, "kab-topic")).isEqualTo(topic);
          assertThat(header(letter, "kab-group")).isEqualTo(group);
          assertThat(header(letter, "kab-attempts")).isEqualTo("1");
        });
    assertThat(broker.topics().lag(group, topic)).isEqualTo(OptionalLong.of(0));
  }

  @Test
  void aDeadLetterThatCannotBeWrittenHoldsTheOffsetUntilItCan() throws Exception {
    api.set("{\"refusal\": {\"status\": 422, \"body\": \"\\\"sequence\\\":7,\"}}");
    producer.produce(200);
    try (var bridge =
        bridge(
            "startFrom: Earliest",
            "deadLetter: {topic: " + topic + "-dead, topicCreation: Never}")) {
      // Record 107 has the key of record 7 and waits behind it; all others go on.
      await().atMost(Duration.ofSeconds(30)).until(() -> api.ledger().delivered() == 198);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> bridge.status().deadLetter().health().reason().equals("TopicNotFound"));
      assertThat(bridge.status().ready().ok()).isFalse();
      assertThat(bridge.status().deadLetter().health().message())
          .contains("kafka-topics.sh --create --topic " + topic + "-dead");
      Thread.sleep(2_500);
      assertThat(broker.topics().lag(group, topic).orElseThrow())
          .as("its partition waits")
          .isPositive();

      broker
          .topics()
          .admin()
          .createTopics(java.util.List.of(new NewTopic(topic + "-dead", 1, (short) 1)))
          .all()
          .get();

      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> bridge.status().records().deadLettered() == 1);
      await().atMost(Duration.ofSeconds(30)).until(() -> bridge.status().ready().ok());
      assertThat(bridge.terminate()).isZero();
    }
    assertThat(broker.topics().read(topic + "-dead")).hasSize(1);
    assertThat(broker.topics().lag(group, topic)).isEqualTo(OptionalLong.of(0));
  }

  @Test
  void retryAfterClosesThePodAndNoRecordSpendsAnAttempt() {
    api.set("{\"quota\": {\"requests\": 50, \"windowMillis\": 1000}}");
    producer.produce(300);
    try (var bridge =
        bridge("startFrom: Earliest", "retry: {maxAttempts: 1}, rateLimit: {adaptive: Disabled}")) {
      awaitDelivered(300);
      assertThat(bridge.status().records().deadLettered()).isZero();
      assertThat(bridge.status().target().slowedMillis()).as("stood still for it").isPositive();
      assertThat(bridge.status().target().limitedMillis()).as("no limit is declared").isZero();
      bridge.terminate();
    }
    long limited = api.journal().figures().status(429);
    assertThat(limited)
        .as("at most what was under way when the window closed, a few windows long")
        .isBetween(1L, 6 * 64L);
    assertThat(api.ledger().kept()).isTrue();
  }

  @Test
  void inAnOutageRecordsWaitAndNothingIsDeadLettered() throws Exception {
    api.set("{\"outage\": \"ServiceUnavailable\"}");
    producer.produce(500);
    try (var bridge =
        bridge(
            "startFrom: Earliest",
            "retry: {maxAttempts: 2, initialBackoff: 50ms, maxBackoff: 200ms}, circuitBreaker: {openDuration: 500ms, maxOpenDuration: 1s}")) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> bridge.status().target().circuit().equals("Open"));
      Thread.sleep(3_000);
      assertThat(bridge.status().target().health().reason()).isEqualTo("CircuitOpen");
      assertThat(bridge.status().records().deadLettered()).isZero();
      assertThat(api.journal().figures().calls()).as("few probes").isLessThan(150);

      api.set("{}");
      awaitDelivered(500);
      bridge.terminate();
    }
    assertThat(api.ledger().kept()).isTrue();
    assertThat(api.ledger().duplicated()).isZero();
  }

  @Test
  void refusedCredentialsHoldRecordsAndSayTheFix() {
    api.set("{\"authorization\": \"Rejected\"}");
    producer.produce(50);
    try (var bridge = bridge("startFrom: Earliest", "retry: {maxAttempts: 1}")) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> bridge.status().target().health().reason().equals("AuthenticationFailed"));
      assertThat(bridge.status().target().health().message()).contains("Check the credentials");
      api.set("{}");
      awaitDelivered(50);
      assertThat(bridge.status().records().deadLettered()).isZero();
      bridge.terminate();
    }
  }

  @Test
  void latestBeginsAtTheFirstStartAndWhatComesLaterIsNeverSkipped() {
    producer.produce(100);
    try (var bridge = bridge("", "")) {
      bridge.awaitReady();
      producer.produce(50);
      await().atMost(Duration.ofSeconds(30)).until(() -> api.ledger().delivered() == 50);
      bridge.terminate();
    }
    producer.produce(25);
    try (var bridge = bridge("", "")) {
      await().atMost(Duration.ofSeconds(30)).until(() -> api.ledger().delivered() == 75);
      bridge.terminate();
    }
  }

  @Test
  void aMissingOffsetMeansEarliestOnceTheBridgeHasStarted() {
    producer.produce(100);
    try (var bridge =
        RunningBridge.start(directory, yaml("", ""), "--started-at", "2026-11-01T00:00:00Z")) {
      awaitDelivered(100);
      bridge.terminate();
    }
  }

  @Test
  void behindAbortedTransactionsLagStillReachesZero() {
    broker.topics().create(topic + "-tx", 1);
    try (var transactional = Transactions.producer(broker.bootstrapServers())) {
      Transactions.commit(transactional, topic + "-tx", 10);
      Transactions.abort(transactional, topic + "-tx", 10);
      Transactions.commit(transactional, topic + "-tx", 1);
      Transactions.abort(transactional, topic + "-tx", 5);
    }
    try (var bridge =
        RunningBridge.start(
            directory,
            yaml("startFrom: Earliest", "")
                .replace("topics: [" + topic + "]", "topics: [" + topic + "-tx]"))) {
      await().atMost(Duration.ofSeconds(30)).until(() -> api.journal().figures().accepted() == 11);
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> broker.topics().lag(group, topic + "-tx").orElse(-1) == 0);
      bridge.terminate();
    }
  }

  @Test
  void orderOfAKeyHoldsThroughRetries() {
    api.set(
        "{\"errors\": {\"status\": 500, \"percent\": 20}, \"latencyMillis\": 2, \"jitterMillis\": 10}");
    producer.produce(2_000);
    try (var bridge =
        bridge(
            "startFrom: Earliest",
            "retry: {budgetPercent: 100, maxAttempts: 50, initialBackoff: 10ms, maxBackoff: 50ms}")) {
      awaitDelivered(2_000);
      bridge.terminate();
    }
    assertThat(api.ledger().reordered()).isZero();
    Map<String, Long> keys =
        api.journal().calls().stream()
            .filter(Call::accepted)
            .collect(
                java.util.stream.Collectors.groupingBy(
                    Call::idempotencyKey, java.util.stream.Collectors.counting()));
    assertThat(keys).hasSize(2_000);
  }

  @Test
  void cutConnectionsDelayRecordsAndNothingElse() {
    api.set("{\"resets\": {\"percent\": 20, \"at\": \"BeforeAnswer\"}, \"latencyMillis\": 5}");
    producer.produce(1_000);
    try (var bridge =
        bridge(
            "startFrom: Earliest",
            "retry: {budgetPercent: 100, maxAttempts: 50, initialBackoff: 10ms, maxBackoff: 100ms}")) {
      awaitDelivered(1_000);
      assertThat(bridge.status().records().deadLettered()).isZero();
      bridge.terminate();
    }
    assertThat(api.ledger().kept()).isTrue();
  }

  @Test
  void aBrokerThatIsRestartedLosesAndRepeatsNothing() {
    api.set("{\"latencyMillis\": 20}");
    producer.produce(2_000);
    try (var bridge = bridge("startFrom: Earliest", "")) {
      await().atMost(Duration.ofSeconds(30)).until(() -> api.ledger().delivered() > 300);
      broker.restart();
      awaitDelivered(2_000);
      assertThat(bridge.terminate()).isZero();
    }
    assertThat(api.ledger().kept()).isTrue();
    assertThat(api.ledger().duplicated()).isZero();
  }

  @Test
  void aGoneBrokerIsSaidAndDeliveryGoesOnWhenItIsBack() {
    producer.produce(10);
    try (var bridge = bridge("startFrom: Earliest", "").awaitReady()) {
      awaitDelivered(10);
      broker.stop();
      try {
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> bridge.status().kafka().health().reason().equals("BootstrapUnreachable"));
        assertThat(bridge.status().ready().ok()).isFalse();
      } finally {
        broker.start();
      }
      producer.produce(10);
      awaitDelivered(20);
      await().atMost(Duration.ofSeconds(30)).until(() -> bridge.status().ready().ok());
      bridge.terminate();
    }
  }

  @Test
  void metricsAndProbesAnswer() {
    producer.produce(10);
    try (var bridge = bridge("startFrom: Earliest", "").awaitReady()) {
      awaitDelivered(10);
      assertThat(bridge.get("/healthz")).isEqualTo("ok\n");
      assertThat(bridge.get("/readyz")).startsWith("Running");
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() ->
              assertThat(bridge.get("/metrics"))
                  .contains(
                      "kab_records_ended_total{outcome=\"Delivered\"} 10.0",
                      "kab_requests_sent_total 10.0",
                      "kab_lag_records"));
      bridge.terminate();
    }
  }

  private RunningBridge bridge(String kafka, String delivery) {
    return RunningBridge.start(directory, yaml(kafka, delivery));
  }

  private String yaml(String kafka, String delivery) {
    return """
    apiVersion: kafka-api-bridge.dev/v1alpha1
    kind: KafkaApiBridge
    metadata: {name: test, namespace: shop}
    spec:
      kafka: {bootstrapServers: "%s", topics: [%s], consumerGroup: %s, %s}
      target: {http: {url: "%s/v1/orders"}}
      delivery: {%s}
    """
        .formatted(broker.bootstrapServers(), topic, group, kafka, api.url(), delivery)
        .replace(", }", "}");
  }

  private void awaitDelivered(long records) {
    await()
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(() -> assertThat(api.ledger().delivered()).isEqualTo(records));
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), UTF_8);
  }
}
