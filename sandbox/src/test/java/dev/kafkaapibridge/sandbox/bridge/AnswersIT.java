package dev.kafkaapibridge.sandbox.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an API answers, in a topic of a real broker. */
@Tag("turn-2") // 82 s
@Timeout(300)
class AnswersIT {

  private static final String KAFKA =
      "consumerConfig: [{name: session.timeout.ms, value: '3000'}, {name: heartbeat.interval.ms, value: '500'}]";

  @TempDir static Path directory;
  @AutoClose static EmbeddedBroker broker;

  private final EchoApi api = new EchoApi();

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start(directory.resolve("broker"));
  }

  @AfterEach
  void stop() {
    api.close();
  }

  /** A thousand a second, and two kills meanwhile. */
  @Test
  void everyAcceptedRecordHasItsAnswerInTheOrderOfItsKeyAcrossKills() throws Exception {
    int records = Scale.of(20_000, 120_000);
    try (var shop = new Shop(broker, directory, "asked", 6, 500).calling(api.url())) {
      broker.topics().create("asked-answers", 4);
      Thread producing =
          Thread.ofPlatform().start(() -> shop.producer.produceEvenly(records, 1_000));

      for (int quarter = 1; quarter <= 2; quarter++) {
        int until = records / 4 * quarter;
        RunningBridge killed = start(shop, "");
        await().atMost(Duration.ofMinutes(4)).until(() -> api.calls.size() > until);
        killed.kill();
      }
      try (var last = start(shop, "")) {
        producing.join();
        await()
            .atMost(Duration.ofSeconds(20)) // it has kept up
            .until(() -> broker.topics().lag(shop.group, shop.topic).equals(OptionalLong.of(0)));
        assertThat(last.status().answers().health().ok()).isTrue();
        assertThat(last.status().answers().records()).isGreaterThan(records / 4);
        assertThat(last.terminate()).as(last::log).isZero();
      }

      List<ConsumerRecord<byte[], byte[]>> answers = broker.topics().read("asked-answers");
      System.err.printf(
          "AnswersIT: %d records, %d answers, %d called more than once%n",
          records, answers.size(), api.repeated());
      assertThat(answered(answers).cardinality()).isEqualTo(records);
      assertInOrderOfKeys(answers);
      assertThat(api.repeated())
          .as("what was under way or not committed at one of two kills")
          .isLessThan(2 * 5_000);
      ConsumerRecord<byte[], byte[]> one = answers.getFirst();
      assertThat(one.value()).asString(UTF_8).startsWith("{\"echo\": {\"order\":");
      assertThat(header(one, "kab-topic")).isEqualTo("asked");
      assertThat(header(one, "kab-correlation-id"))
          .isEqualTo(header(one, "kab-idempotency-key"))
          .isNotEmpty();
      assertThat(header(one, "content-type")).isEqualTo("application/json");
    }
  }

  @Test
  void aTopicThatIsMissingOrGoesHoldsRecordsAndNoneIsCalledTwiceForIt() throws Exception {
    try (var shop = new Shop(broker, directory, "gone", 3, 20).calling(api.url())) {
      try (var bridge = start(shop, "")) {
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> bridge.status().ready().reason().equals("TopicNotFound"));
        assertThat(bridge.status().answers().health().message())
            .contains("'gone-answers'", "kafka-topics.sh --create --topic gone-answers");
        shop.producer.produce(20);
        await().atMost(Duration.ofSeconds(30)).until(() -> api.calls.size() == 20);
        await().atMost(Duration.ofSeconds(30)).until(() -> bridge.status().held().size() == 20);
        assertThat(bridge.status().held())
            .extracting(held -> held.why(), held -> held.reason())
            .containsOnly(tuple("AnswerFails", "TopicNotFound"));
        assertThat(broker.topics().lag(shop.group, shop.topic)).isNotEqualTo(OptionalLong.of(0));

        broker.topics().create("gone-answers", 2);
        await().atMost(Duration.ofSeconds(30)).until(() -> bridge.status().ready().ok());
        awaitNoLag(shop);
        assertThat(answered(broker.topics().read("gone-answers")).cardinality()).isEqualTo(20);

        broker.topics().admin().deleteTopics(List.of("gone-answers")).all().get();
        shop.producer.produce(40); // two of each key: the second waits for the first's answer
        await().atMost(Duration.ofSeconds(60)).until(() -> !bridge.status().ready().ok());
        assertThat(api.calls).hasSize(40);
        assertThat(bridge.status().records().delivered()).isEqualTo(20);

        broker.topics().create("gone-answers", 2);
        awaitNoLag(shop);
        List<ConsumerRecord<byte[], byte[]>> answers = broker.topics().read("gone-answers");
        assertThat(answered(answers).cardinality()).isEqualTo(40);
        assertInOrderOfKeys(answers);
        await().atMost(Duration.ofSeconds(30)).until(() -> bridge.status().ready().ok());
        assertThat(bridge.terminate()).as(bridge::log).isZero();
      }
      assertThat(api.calls).hasSize(60);
      assertThat(api.repeated()).isZero();
    }
  }

  @Test
  void anAnswerThatIsTooLargeHoldsItsKeyAloneUntilTheTopicTakesIt() throws Exception {
    api.large = sequence -> sequence == 7;
    try (var shop = new Shop(broker, directory, "large", 3, 20).calling(api.url())) {
      broker.topics().create("large-answers", 1, Map.of("max.message.bytes", "20000"));
      try (var bridge = start(shop, "")) {
        shop.producer.produce(100); // five of each key
        await().atMost(Duration.ofSeconds(60)).until(() -> api.calls.size() == 96);
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> bridge.status().records().delivered() == 95);
        await().atMost(Duration.ofSeconds(60)).until(() -> bridge.status().held().size() == 1);
        assertThat(bridge.status().held().getFirst().why()).isEqualTo("AnswerFails");
        assertThat(bridge.status().ready().reason()).isEqualTo("WriteFailed");
        assertThat(bridge.status().answers().health().message())
            .contains(
                "doesn't take a record of this size",
                "--topic large-answers --add-config max.message.bytes=");

        var topic = new ConfigResource(ConfigResource.Type.TOPIC, "large-answers");
        var more =
            new AlterConfigOp(
                new ConfigEntry("max.message.bytes", "1000000"), AlterConfigOp.OpType.SET);
        broker.topics().admin().incrementalAlterConfigs(Map.of(topic, List.of(more))).all().get();
        awaitNoLag(shop);
        assertThat(bridge.status().ready().ok()).isTrue();
        assertThat(bridge.terminate()).as(bridge::log).isZero();
      }
      List<ConsumerRecord<byte[], byte[]>> answers = broker.topics().read("large-answers");
      assertThat(answers).hasSize(100);
      assertThat(answered(answers).cardinality()).isEqualTo(100);
      assertInOrderOfKeys(answers);
      assertThat(api.repeated()).isZero();
    }
  }

  @Test
  void withAlwaysARecordThatIsGivenUpHasItsAnswerInAnEnvelope() {
    api.refused = sequence -> sequence % 10 == 3;
    try (var shop = new Shop(broker, directory, "always", 3, 20).calling(api.url())) {
      broker.topics().create("always-answers", 1);
      try (var bridge = start(shop, "when: Always, format: Envelope, correlationHeader: order")) {
        shop.producer.produce(100);
        awaitNoLag(shop);
        assertThat(bridge.terminate()).as(bridge::log).isZero();
      }
      List<ConsumerRecord<byte[], byte[]>> answers = broker.topics().read("always-answers");
      assertThat(answers).hasSize(100);
      assertThat(broker.topics().read(shop.group + ".dlt")).hasSize(10);
      for (ConsumerRecord<byte[], byte[]> answer : answers) {
        boolean refused = EchoApi.sequence(answer.value()) % 10 == 3;
        assertThat(answer.value())
            .asString(UTF_8)
            .startsWith("{\"status\":" + (refused ? "422,\"reason\":\"Refused\"" : "200,"))
            .contains("\"content-type\":\"application/json\"", "\"body\":{\"echo\": {\"order\":");
        assertThat(header(answer, "kab-outcome")).isEqualTo(refused ? "DeadLettered" : "Delivered");
        assertThat(header(answer, "order")).isEqualTo(header(answer, "kab-idempotency-key"));
      }
      assertInOrderOfKeys(answers);
    }
  }

  private static RunningBridge start(Shop shop, String response) {
    return RunningBridge.start(
        directory,
        shop.yaml(KAFKA, "", "")
            + "  response: {topic: "
            + shop.topic
            + "-answers, "
            + response
            + "}\n");
  }

  private static void awaitNoLag(Shop shop) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> broker.topics().lag(shop.group, shop.topic).equals(OptionalLong.of(0)));
  }

  private static BitSet answered(List<ConsumerRecord<byte[], byte[]>> answers) {
    var sequences = new BitSet();
    answers.forEach(answer -> sequences.set((int) EchoApi.sequence(answer.value())));
    return sequences;
  }

  /** Each key's first answers; what a kill has repeated comes once more behind them. */
  private static void assertInOrderOfKeys(List<ConsumerRecord<byte[], byte[]>> answers) {
    Map<String, TreeSet<Long>> byKey = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> answer : answers) {
      TreeSet<Long> before =
          byKey.computeIfAbsent(new String(answer.key(), UTF_8), key -> new TreeSet<>());
      long sequence = EchoApi.sequence(answer.value());
      assertThat(before.contains(sequence) || before.isEmpty() || before.last() < sequence)
          .as("answer %d of key %s is first seen behind %s", sequence, answer.key(), before)
          .isTrue();
      before.add(sequence);
    }
  }

  private static String header(ConsumerRecord<byte[], byte[]> answer, String name) {
    return new String(answer.headers().lastHeader(name).value(), UTF_8);
  }
}
