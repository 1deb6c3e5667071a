package dev.kafkaapibridge.sandbox.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.temporal.ChronoUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.api.report.StatusReport;
import dev.kafkaapibridge.sandbox.api.Call;
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Records that are put aside: they come back in time, and none is lost on the way. */
@Timeout(240)
class RetryTopicsIT {

  /** A successor of a process that was killed waits until its session is over. */
  private static final String SHORT_SESSION =
      "consumerConfig: [{name: session.timeout.ms, value: '6000'}]";

  /** What is tried again must fit into the retry budget. */
  private static final String EVERY_TWENTIETH =
      "{\"refusal\": {\"status\": 500, \"body\": \"\\\"sequence\\\":(0|\\\\d*[02468]0),\"}}";

  @TempDir static Path directory;
  @AutoClose static EmbeddedBroker broker;

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start(directory.resolve("broker"));
  }

  @Test
  void recordsThatFailForAWhileLetTheOthersPassAndAreDeliveredThroughKillsAndNewPartitions()
      throws Exception {
    try (var shop = new Shop(broker, directory, "aside", 6, 2_000)) {
      String delivery = delivery("2s", "30s", "");
      shop.api.set(EVERY_TWENTIETH);
      shop.producer.produce(2_000);
      // Others that succeed, so that a failure is known to be the record's.
      Thread traffic = Thread.ofPlatform().start(() -> shop.producer.produceEvenly(100_000, 50));
      var bridge = shop.bridge(SHORT_SESSION, delivery);
      await().atMost(Duration.ofSeconds(60)).until(() -> shop.accepted() > 800);
      bridge.kill(); // between writes to the first retry topic and the commits behind them

      bridge = shop.bridge(SHORT_SESSION, delivery);
      await().atMost(Duration.ofSeconds(60)).until(() -> shop.accepted() >= 1_850);
      grow(shop.group + ".retry.1", 9);
      RunningBridge running = bridge;
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> {
            assertThat(broker.topics().lag(shop.group, shop.topic).orElseThrow())
                .as("the others pass while they wait")
                .isLessThan(100);
            assertThat(waiting(running)).isGreaterThan(30);
          });
      StatusReport.Retry retry = bridge.status().retry();
      assertThat(retry.health().reason()).isEqualTo("TopicsReady");
      assertThat(retry.topics())
          .containsExactly(
              new StatusReport.RetryTopic(shop.group + ".retry.1", 2_000),
              new StatusReport.RetryTopic(shop.group + ".retry.2", 30_000));
      assertThat(retry.partitions())
          .filteredOn(p -> p.topic().endsWith(".retry.2") && p.dueAt() != null)
          .isNotEmpty()
          .allSatisfy(p -> {
            assertThat(p.due()).as("of what waits").isEqualTo(p.unfinished());
            assertThat(Instant.parse(p.oldestAt()))
                .isCloseTo(Instant.parse(p.dueAt()).minusSeconds(30), within(2, SECONDS));
          });
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> broker.topics().read(shop.group + ".retry.2").size() > 10);
      bridge.kill();

      shop.api.set("{}");
      traffic.interrupt();
      traffic.join();
      try (var last = shop.bridge(SHORT_SESSION, delivery)) {
        shop.awaitAllDelivered(Duration.ofSeconds(90));
        await()
            .atMost(Duration.ofSeconds(30))
            .untilAsserted(() -> assertThat(waiting(last)).as("in retry topics").isZero());
        assertThat(last.terminate()).as(last::log).isZero();
      }
      assertThat(shop.api.ledger().rekeyed()).as("repeated under another key").isZero();
      assertThat(broker.topics().lag(shop.group + ".retry", shop.group + ".retry.1")).hasValue(0);
      assertThat(broker.topics().lag(shop.group + ".retry", shop.group + ".retry.2")).hasValue(0);
    }
  }

  @Test
  void whatNeverSucceedsPassesEachTopicInItsTimeAndEndsAsADeadLetterOfItsSource() {
    try (var shop = new Shop(broker, directory, "never", 6, 2_000)) {
      shop.api.set("{\"refusal\": {\"status\": 503, \"body\": \"\\\"sequence\\\":7,\"}}");
      try (var bridge = shop.bridge("", delivery("1s", "3s", "")).awaitReady()) {
        for (int i = 0; i < 150 && bridge.status().records().deadLettered() == 0; i++) {
          shop.producer.produceEvenly(20, 100);
        }
        assertThat(bridge.status().records().deadLettered()).isEqualTo(1);
        assertThat(bridge.terminate()).as(bridge::log).isZero();
      }
      List<Call> calls =
          shop.api.journal().calls().stream()
              .filter(call -> call.records().getFirst().sequence() == 7)
              .toList();
      assertThat(calls)
          .extracting(Call::idempotencyKey)
          .containsOnly(calls.get(0).idempotencyKey());
      // While nobody is accepted a failure spends no attempt, so there may be more than two calls
      // in each topic.
      assertThat(pauses(calls)).filteredOn(pause -> pause.toMillis() >= 1_000).hasSize(2);
      assertThat(pauses(calls)).filteredOn(pause -> pause.toMillis() >= 3_000).hasSize(1);
      ConsumerRecord<byte[], byte[]> letter = broker.topics().read(shop.group + ".dlt").getFirst();
      assertThat(header(letter, "kab-topic")).isEqualTo(shop.topic);
      assertThat(header(letter, "kab-attempts")).isEqualTo(Integer.toString(calls.size()));
      assertThat(header(letter, "kab-cause")).isEqualTo("AttemptsExhausted");
      assertThat(letter.headers().toArray())
          .as("no trace of the retry topics")
          .noneMatch(header -> header.key().startsWith("kab-retry-"));
    }
  }

  @Test
  void anOutageDivertsRecordsAndTakesNoneOfThemToTheDeadLetters() {
    try (var shop = new Shop(broker, directory, "outage", 6, 2_000)) {
      String delivery =
          delivery(
              "1s",
              "2s",
              "circuitBreaker: {onOpen: RetryTopic, minimumRequests: 5, openDuration: 500ms, maxOpenDuration: 1s}");
      try (var bridge = shop.bridge("", delivery).awaitReady()) {
        shop.producer.produce(200);
        shop.awaitAllDelivered(Duration.ofSeconds(30));
        shop.api.set("{\"outage\": \"ServiceUnavailable\"}");
        shop.producer.produceEvenly(2_000, 200); // ten seconds: many times both delays together
        await()
            .atMost(Duration.ofSeconds(30))
            .untilAsserted(() ->
                assertThat(broker.topics().lag(shop.group, shop.topic).orElseThrow())
                    .as("diverted, but for what is under way")
                    .isLessThan(100));
        assertThat(bridge.status().records().deadLettered()).isZero();
        assertThat(broker.topics().read(shop.group + ".retry.1").size()).isGreaterThan(1_000);

        shop.api.set("{}");
        shop.awaitAllDelivered(Duration.ofSeconds(60));
        assertThat(bridge.status().records().deadLettered()).isZero();
        assertThat(bridge.terminate()).as(bridge::log).isZero();
      }
      assertThat(broker.topics().read(shop.group + ".retry.2"))
          .as("while the target fails, retry topics hold")
          .isEmpty();
      assertThat(shop.api.ledger().rekeyed()).isZero();
    }
  }

  @Test
  void aRetryTopicThatCannotBeWrittenHoldsTheRecordVisiblyUntilItCan() throws Exception {
    try (var shop = new Shop(broker, directory, "full", 6, 2_000)) {
      String first = shop.group + ".retry.1";
      broker.topics().create(first, 1, Map.of("max.message.bytes", "100"));
      shop.api.set("{\"refusal\": {\"status\": 500, \"body\": \"\\\"sequence\\\":[567],\"}}");
      try (var bridge = shop.bridge("", delivery("1s", "2s", "")).awaitReady()) {
        shop.producer.produce(900);
        await().atMost(Duration.ofSeconds(30)).until(() -> shop.accepted() == 897);
        shop.producer.produce(100);
        await().atMost(Duration.ofSeconds(30)).until(() -> bridge.status().held().size() == 3);
        assertThat(bridge.status().held())
            .extracting(held -> held.why(), held -> held.reason())
            .containsOnly(tuple("RetryTopicFails", "WriteFailed"));
        assertThat(bridge.status().retry().health().message())
            .contains("--add-config max.message.bytes=BYTES");

        shop.api.set("{}");
        letGrow(first);
        shop.awaitAllDelivered(Duration.ofSeconds(60));
        await().atMost(Duration.ofSeconds(30)).until(() -> bridge.status().retry().health().ok());
        assertThat(bridge.terminate()).as(bridge::log).isZero();
      }
      assertThat(broker.topics().lag(shop.group, shop.topic)).hasValue(0);
    }
  }

  private static String delivery(String first, String second, String more) {
    return "ordering: Unordered, retry: {maxAttempts: 2, initialBackoff: 50ms, maxBackoff: 100ms, mode: Topics, topics: [{delay: "
        + first
        + "}, {delay: "
        + second
        + "}]}, "
        + more;
  }

  private static long waiting(RunningBridge bridge) {
    return bridge.status().retry().partitions().stream()
        .mapToLong(partition -> partition.backlog() == null ? 1 : partition.backlog())
        .sum();
  }

  private static List<Duration> pauses(List<Call> calls) {
    return IntStream.range(1, calls.size())
        .mapToObj(i -> Duration.between(calls.get(i - 1).at(), calls.get(i).at()))
        .toList();
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), UTF_8);
  }

  private static void grow(String topic, int partitions) throws Exception {
    broker
        .topics()
        .admin()
        .createPartitions(Map.of(topic, NewPartitions.increaseTo(partitions)))
        .all()
        .get();
  }

  private static void letGrow(String topic) throws Exception {
    var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    var entry = new ConfigEntry("max.message.bytes", "1048576");
    var set = new AlterConfigOp(entry, AlterConfigOp.OpType.SET);
    broker.topics().admin().incrementalAlterConfigs(Map.of(resource, List.of(set))).all().get();
  }
}
