package dev.kafkaapibridge.sandbox.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.api.Call;
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Retry topics with {@code ordering: Key}: who follows a record that was put aside goes behind. */
@Tag("turn-0") // 186 s
@Timeout(240)
class OrderedRetryTopicsIT {

  @TempDir static Path directory;
  @AutoClose static EmbeddedBroker broker;

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start(directory.resolve("broker"));
  }

  @Test
  void aKeyWithASteadyStreamComesBackToItsTopicInOrder() throws Exception {
    try (var shop = new Shop(broker, directory, "steady", 6, 10)) {
      var aside = new Aside(broker, shop);
      shop.api.set(
          "{\"latencyMillis\": 5, \"refusal\": {\"status\": 503, \"body\": \"\\\"sequence\\\":0,\"}}");
      shop.beginStream(); // twenty a second of each key
      try (var bridge = shop.bridge("", delivery("", "1s", "4s", "10s")).awaitReady()) {
        TimeUnit.SECONDS.sleep(10);
        shop.api.set("{\"latencyMillis\": 5}");
        await()
            .atMost(Duration.ofSeconds(60))
            .pollInterval(Duration.ofSeconds(1))
            .until(() -> aside.callsFor(0).stream().anyMatch(Call::accepted));
        await()
            .atMost(Duration.ofSeconds(60))
            .pollInterval(Duration.ofMillis(1))
            .until(() -> aside.nothingIsParkedFor5s(3));
        shop.endStream();
        assertThat(bridge.terminate()).as(bridge::log).isZero();
      }
      assertThat(aside.parked(1))
          .as("this key alone")
          .extracting(record -> new String(record.key(), UTF_8))
          .hasSizeGreaterThan(20)
          .containsOnly("order-00000");
      assertThat(aside.parked(1))
          .extracting(record -> Aside.header(record, "kab-retry-cause"))
          .startsWith("AttemptsExhausted", "Behind");
      aside.assertKept(0);
    }
  }

  @Test
  void whatNeverSucceedsEndsAsADeadLetterAndItsSuccessorsAreDeliveredAfterIt() {
    try (var shop = new Shop(broker, directory, "never", 6, 10)) {
      var aside = new Aside(broker, shop);
      shop.api.set("{\"refusal\": {\"status\": 503, \"body\": \"\\\"sequence\\\":7,\"}}");
      try (var bridge = shop.bridge("", delivery("", "1s", "3s")).awaitReady()) {
        for (int i = 0; i < 150 && bridge.status().records().deadLettered() == 0; i++) {
          shop.producer.produceEvenly(20, 100);
        }
        aside.awaitAllEnded(Duration.ofSeconds(60));
        assertThat(bridge.status().records().deadLettered()).isEqualTo(1);
        assertThat(bridge.terminate()).as(bridge::log).isZero();
      }
      List<Call> calls = aside.callsFor(7);
      assertThat(calls)
          .extracting(Call::idempotencyKey)
          .containsOnly(calls.getFirst().idempotencyKey());
      // While nobody is accepted a failure spends no attempt, so there may be more than two calls
      // in each topic.
      assertThat(pauses(calls)).filteredOn(pause -> pause.toMillis() >= 1_000).hasSize(2);
      assertThat(pauses(calls)).filteredOn(pause -> pause.toMillis() >= 3_000).hasSize(1);
      ConsumerRecord<byte[], byte[]> letter = aside.letters().getFirst();
      assertThat(Aside.header(letter, "kab-attempts")).isEqualTo(Integer.toString(calls.size()));
      assertThat(Aside.header(letter, "kab-cause")).isEqualTo("AttemptsExhausted");
      assertThat(aside.parked(2)).as("they went with it").hasSizeGreaterThan(1);
      assertThat(aside.callsFor(17)).as("behind it without a call").hasSize(1);
      aside.assertKept(0);
    }
  }

  @Test
  void aRetryTopicThatCannotBeWrittenHoldsItsKeysVisiblyAndTheOthersGoOn() throws Exception {
    try (var shop = new Shop(broker, directory, "full", 6, 200)) {
      var aside = new Aside(broker, shop);
      String first = shop.group + ".retry.1";
      broker.topics().create(first, 6, Map.of("max.message.bytes", "100"));
      shop.api.set(
          "{\"refusal\": {\"status\": 500, \"body\": \"\\\"order\\\":\\\"order-0000[567]\"}}");
      try (var bridge = shop.bridge("", delivery("", "1s", "2s")).awaitReady()) {
        shop.producer.produce(800);
        await().atMost(Duration.ofSeconds(30)).until(() -> shop.accepted() == 4 * 197);
        shop.producer.produce(200);
        await().atMost(Duration.ofSeconds(30)).until(() -> bridge.status().held().size() == 3);
        assertThat(bridge.status().held())
            .extracting(held -> held.why(), held -> held.reason())
            .containsOnly(tuple("RetryTopicFails", "WriteFailed"));
        assertThat(bridge.status().retry().health().message())
            .contains("--add-config max.message.bytes=BYTES");
        await().atMost(Duration.ofSeconds(30)).until(() -> shop.accepted() == 5 * 197);

        shop.api.set("{}");
        letGrow(first);
        shop.awaitAllDelivered(Duration.ofSeconds(60));
        await().atMost(Duration.ofSeconds(30)).until(() -> bridge.status().retry().health().ok());
        assertThat(bridge.terminate()).as(bridge::log).isZero();
      }
      aside.assertKept(0);
    }
  }

  @Test
  void anOutageDivertsRecordsAndEachKeyIsDeliveredInOrderAfterwards() {
    try (var shop = new Shop(broker, directory, "outage", 6, 50)) {
      var aside = new Aside(broker, shop);
      String breaker =
          "circuitBreaker: {onOpen: RetryTopic, minimumRequests: 5, openDuration: 500ms, maxOpenDuration: 1s}";
      try (var bridge = shop.bridge("", delivery(breaker, "1s", "2s")).awaitReady()) {
        shop.producer.produce(200);
        shop.awaitAllDelivered(Duration.ofSeconds(30));
        shop.api.set("{\"outage\": \"ServiceUnavailable\"}");
        shop.producer.produceEvenly(2_000, 200); // ten seconds: many times both delays together
        await()
            .atMost(Duration.ofSeconds(60))
            .untilAsserted(() ->
                assertThat(broker.topics().lag(shop.group, shop.topic).orElseThrow())
                    .as("diverted, but for what is under way")
                    .isLessThan(100));
        assertThat(aside.parked(1)).hasSizeGreaterThan(1_000);

        shop.api.set("{}");
        shop.producer.produceEvenly(1_000, 200); // behind those that wait
        shop.awaitAllDelivered(Duration.ofSeconds(90));
        assertThat(bridge.status().records().deadLettered()).isZero();
        assertThat(bridge.terminate()).as(bridge::log).isZero();
      }
      assertThat(aside.parked(2)).as("while the target fails, retry topics hold").isEmpty();
      aside.assertKept(0);
    }
  }

  /** Keys move with the partitions; those of the new ones have retry topics, too. */
  @Test
  void partitionsThatAreAddedMeanwhileLoseNothing() throws Exception {
    try (var shop = new Shop(broker, directory, "grows", 3, 100)) {
      var aside = new Aside(broker, shop);
      shop.beginStream();
      try (var bridge = shop.bridge("", delivery("", "1s", "2s", "26s")).awaitReady()) {
        try (var _ = new KeysThatRecover(shop.api, everyFifthFor(25), List.of())) {
          await().atMost(Duration.ofSeconds(60)).until(() -> aside.parked(1).size() > 10);
          grow(shop.topic);
          await()
              .atMost(Duration.ofSeconds(90))
              .until(() -> bridge.status().kafka().partitions().size() == 6);
        }
        try (var _ = new KeysThatRecover(shop.api, everyFifthFor(25), List.of())) {
          await()
              .atMost(Duration.ofSeconds(30))
              .until(() -> aside.parked(1).stream().anyMatch(record -> record.partition() >= 3));
        }
        shop.stopStream();
        aside.awaitAllEnded(Duration.ofSeconds(90));
        assertThat(bridge.terminate()).as(bridge::log).isZero();
      }
      aside.assertKept(0);
    }
  }

  /** What was sent again from retry topics isn't once more, whoever reads them from then on. */
  @Test
  void orderIsAskedForAndGivenUpWhereNothingWaits() throws Exception {
    try (var shop = new Shop(broker, directory, "changes", 3, 100)) {
      var aside = new Aside(broker, shop);
      shop.beginStream();
      for (String ordering : List.of("Unordered", "Key", "Unordered", "Key")) {
        String delivery =
            delivery("", "1s", "2s").replace("ordering: Key", "ordering: " + ordering);
        try (var bridge = shop.bridge("", delivery).awaitReady()) {
          long before = aside.parked(1).size();
          try (var _ = new KeysThatRecover(shop.api, everyFifthFor(10), List.of())) {
            await().atMost(Duration.ofSeconds(60)).until(() -> aside.parked(1).size() > before + 5);
          }
          shop.api.set("{\"latencyMillis\": 5}");
          await()
              .atMost(Duration.ofSeconds(60))
              .pollInterval(Duration.ofMillis(1))
              .until(() -> aside.nothingIsParkedFor5s(2));
          assertThat(bridge.terminate()).as(bridge::log).isZero();
        }
      }
      shop.stopStream();
      try (var bridge = shop.bridge("", delivery("", "1s", "2s")).awaitReady()) {
        aside.awaitAllEnded(Duration.ofSeconds(60));
        assertThat(bridge.terminate()).as(bridge::log).isZero();
      }
      assertThat(shop.api.ledger().lost()).isZero();
      assertThat(shop.api.ledger().duplicated()).isZero();
    }
  }

  private static Map<Integer, Duration> everyFifthFor(int seconds) {
    return IntStream.range(0, 20)
        .boxed()
        .collect(Collectors.toMap(i -> 5 * i, i -> Duration.ofMillis(1_000L * seconds - 100L * i)));
  }

  private static String delivery(String more, String... delays) {
    String topics =
        Stream.of(delays).map("{delay: %s}"::formatted).collect(Collectors.joining(", "));
    return "ordering: Key, retry: {maxAttempts: 2, initialBackoff: 50ms, maxBackoff: 100ms, mode: Topics, topics: ["
        + topics
        + "]}, "
        + more;
  }

  private static List<Duration> pauses(List<Call> calls) {
    return IntStream.range(1, calls.size())
        .mapToObj(i -> Duration.between(calls.get(i - 1).at(), calls.get(i).at()))
        .toList();
  }

  private static void grow(String topic) throws Exception {
    broker
        .topics()
        .admin()
        .createPartitions(Map.of(topic, NewPartitions.increaseTo(6)))
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
