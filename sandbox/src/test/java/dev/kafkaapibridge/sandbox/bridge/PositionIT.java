package dev.kafkaapibridge.sandbox.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.api.report.StatusReport.Partition;
import dev.kafkaapibridge.api.report.StatusReport.PositionReset;
import dev.kafkaapibridge.sandbox.api.Call;
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import dev.kafkaapibridge.sandbox.broker.Order;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.internal.FileRecords;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a bridge goes on, whatever became of its offsets and topics meanwhile. */
@Tag("turn-3") // 206 s
@Timeout(180)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PositionIT {

  @TempDir static Path directory;
  static EmbeddedBroker broker;

  /** Stopped before all tests: the last one finds its offsets expired, which takes a minute. */
  static Scene forgotten;

  private Scene scene;

  @BeforeAll
  static void startBroker() {
    broker =
        EmbeddedBroker.start(
            directory.resolve("broker"),
            List.of(),
            Map.of(
                "offsets.retention.minutes", "1", "offsets.retention.check.interval.ms", "2000"));
    forgotten = Scene.of(broker, directory, "forgotten", 3, 10);
    forgotten.producer.produce(100);
    try (var bridge = forgotten.bridge("startFrom: Earliest", "")) {
      forgotten.awaitDelivered(100);
      bridge.terminate();
    }
    forgotten.producer.produce(500);
  }

  @AfterAll
  static void stopBroker() {
    forgotten.close();
    broker.close();
  }

  @BeforeEach
  void start(TestInfo test) {
    scene = Scene.of(broker, directory, Scene.name(test), 4, 100);
  }

  @AfterEach
  void stop() {
    scene.close();
  }

  @Test
  void whatEndedBeyondARecordThatIsStuckIsNotSentAgain() {
    scene.api.set("{\"refusal\": {\"status\": 422, \"body\": \"\\\"sequence\\\":7,\"}}");
    scene.producer.produce(5_000);
    try (var bridge = scene.bridge("startFrom: Earliest", "onRefused: Block")) {
      // Of the key of record 7 nothing goes on, all others do.
      await().atMost(Duration.ofSeconds(60)).until(() -> scene.api.ledger().delivered() == 4_950);
      assertThat(bridge.status().kafka().partitions())
          .anySatisfy(held -> {
            assertThat(held.heldBy()).isNotNull();
            assertThat(Instant.parse(held.heldSince())).isBefore(Instant.now());
          });
      assertThat(bridge.terminate()).isZero();
    }
    assertThat(broker.topics().lag(scene.group, scene.topic).orElseThrow())
        .as("the partition of record 7, but for what was before it")
        .isGreaterThan(500);

    scene.api.set("{}");
    try (var bridge = scene.bridge("startFrom: Earliest", "")) {
      scene.awaitDelivered(5_000);
      bridge.terminate();
    }

    assertThat(scene.repeated()).isZero();
    assertThat(scene.api.ledger().kept()).isTrue();
    assertThat(broker.topics().lag(scene.group, scene.topic)).isEqualTo(OptionalLong.of(0));
  }

  @Test
  void aStuckKeyStopsNobodyUntilItsPartitionsWindowIsFullAndThenItIsSaid() {
    // 16 calls at once make a window of 1,000 records, 250 for each of four partitions; one that
    // was full goes on with a quarter of it free.
    try (var twentyKeys = Scene.of(broker, directory, "stuck-key", 4, 20)) {
      twentyKeys.api.set("{\"refusal\": {\"status\": 422, \"body\": \"\\\"sequence\\\":7,\"}}");
      twentyKeys.producer.produce(2_000);
      ConsumerRecord<byte[], byte[]> seventh =
          broker.topics().read(twentyKeys.topic).stream()
              .filter(record -> new String(record.value(), UTF_8).contains("\"sequence\":7,"))
              .findFirst()
              .orElseThrow();
      var stuck = new TopicPartition(seventh.topic(), seventh.partition());

      try (var bridge =
          twentyKeys.bridge("startFrom: Earliest", "onRefused: Block, maxInFlight: 16")) {
        twentyKeys.awaitDelivered(1_900);
        await()
            .atMost(Duration.ofSeconds(30))
            .untilAsserted(() -> {
              assertThat(bridge.status().kafka().partitions())
                  .hasSize(4)
                  .noneMatch(Partition::paused);
              assertThat(bridge.get("/metrics")).contains("kab_partitions_window_full 0.0");
            });

        twentyKeys.producer.produce(6_000);
        await()
            .atMost(Duration.ofSeconds(30))
            .untilAsserted(() ->
                assertThat(bridge.status().kafka().partitions())
                    .filteredOn(Partition::paused)
                    .singleElement()
                    .satisfies(full -> {
                      assertThat(full.partition()).isEqualTo(stuck.partition());
                      assertThat(full.pauseReason()).isEqualTo("PartitionWindowFull");
                      assertThat(full.heldBy()).isEqualTo(seventh.offset());
                      assertThat(full.unfinished()).isBetween(188, 400);
                    }));
        await()
            .atMost(Duration.ofSeconds(30))
            .untilAsserted(() ->
                assertThat(bridge.get("/metrics")).contains("kab_partitions_window_full 1.0"));
        var ends = new HashMap<>(broker.topics().ends(twentyKeys.topic));
        ends.remove(stuck);
        await()
            .atMost(Duration.ofSeconds(30))
            .untilAsserted(() ->
                assertThat(ends)
                    .as("the other partitions have gone on to their ends")
                    .allSatisfy((partition, end) ->
                        assertThat(broker.topics().committed(twentyKeys.group).get(partition))
                            .isNotNull()
                            .extracting(OffsetAndMetadata::offset)
                            .isEqualTo(end)));
        bridge.terminate();
      }
      twentyKeys.api.set("{}");
      try (var bridge = twentyKeys.bridge("startFrom: Earliest", "maxInFlight: 16")) {
        twentyKeys.awaitDelivered(8_000);
        bridge.terminate();
      }
      assertThat(twentyKeys.repeated()).isZero();
      assertThat(twentyKeys.api.ledger().kept()).isTrue();
    }
  }

  @Test
  void aFullWindowIsSaid() {
    // One key in one partition that is stuck, and too many records behind it.
    scene.api.set("{\"refusal\": {\"status\": 422, \"body\": \"\\\"sequence\\\":\"}}");
    scene.producer.produce(2_000);
    try (var bridge =
        scene.bridge("startFrom: Earliest", "onRefused: Block, ordering: Partition")) {
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> {
            assertThat(bridge.status().kafka().partitions())
                .hasSize(4)
                .allSatisfy(partition -> {
                  assertThat(partition.paused()).isTrue();
                  assertThat(partition.pauseReason()).endsWith("WindowFull");
                  assertThat(partition.heldBy()).isZero();
                });
            assertThat(bridge.get("/metrics")).contains("kab_partitions_window_full 4.0");
          });
      bridge.terminate();
    }
  }

  @Test
  void aTopicMadeAgainWhileTheBridgeIsStoppedIsReadFromItsFirstRecord() {
    scene.producer.produce(300);
    try (var bridge =
        scene.bridge("startFrom: Latest", "", "--started-at", "2026-01-01T00:00:00Z")) {
      scene.awaitDelivered(300);
      bridge.terminate();
    }
    makeAgain();
    scene.producer.produce(300);
    try (var bridge =
        scene.bridge("startFrom: Latest", "", "--started-at", "2026-01-01T00:00:00Z")) {
      scene.awaitDelivered(600);
      bridge.terminate();
    }
    assertThat(keysOf(0, 300)).doesNotContainAnyElementsOf(keysOf(300, 600));
    assertThat(scene.api.ledger().kept()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Classic", "Consumer"})
  void aTopicMadeAgainWhileTheBridgeRunsIsReadFromItsFirstRecord(String protocol) {
    scene.producer.produce(300);
    try (var bridge =
        scene.bridge("startFrom: Earliest, groupProtocol: " + protocol, "").awaitReady()) {
      scene.awaitDelivered(300);
      makeAgain();
      // As many in each partition as before: the new offsets are the old ones.
      scene.producer.produce(300);

      scene.awaitDelivered(600);
      bridge.terminate();
    }
    assertThat(keysOf(0, 300)).doesNotContainAnyElementsOf(keysOf(300, 600));
    assertThat(broker.topics().lag(scene.group, scene.topic)).isEqualTo(OptionalLong.of(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Classic", "Consumer"})
  void partitionsThatAppearAreReadFromTheirFirstRecord(String protocol) throws Exception {
    Thread load = Thread.ofVirtual().start(() -> scene.producer.produceEvenly(10_000, 250));
    try (var bridge = scene.bridge("startFrom: Earliest, groupProtocol: " + protocol, "")) {
      await().atMost(Duration.ofSeconds(30)).until(() -> scene.api.ledger().delivered() > 500);
      broker
          .topics()
          .admin()
          .createPartitions(Map.of(scene.topic, NewPartitions.increaseTo(12)))
          .all()
          .get();

      await()
          .atMost(Duration.ofSeconds(45))
          .until(() -> bridge.status().kafka().partitions().size() == 12);
      await()
          .atMost(Duration.ofSeconds(15))
          .until(() -> Integer.valueOf(12).equals(bridge.status().kafka().partitionCount()));
      load.join();
      scene.awaitDelivered(10_000);
      bridge.terminate();
    }
    assertThat(scene.api.ledger().lost()).isZero();
    assertThat(scene.repeated()).isZero();
  }

  @Test
  void recordsThatRetentionHasTakenAreSkippedAndSaid() throws Exception {
    scene.producer.produce(400);
    try (var bridge = scene.bridge("startFrom: Earliest", "")) {
      scene.awaitDelivered(400);
      bridge.terminate();
    }
    scene.producer.produce(400);
    Map<TopicPartition, RecordsToDelete> upTo =
        broker.topics().ends(scene.topic).entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey, end -> RecordsToDelete.beforeOffset(end.getValue() - 5)));
    broker.topics().admin().deleteRecords(upTo).all().get();

    try (var bridge = scene.bridge("startFrom: Earliest", "")) {
      scene.awaitDelivered(420);
      assertThat(bridge.status().kafka().positionResets())
          .hasSize(4)
          .extracting(PositionReset::reason)
          .containsOnly("OffsetOutOfRange");
      bridge.terminate();
    }
    try (var bridge = scene.bridge("startFrom: Earliest, onOffsetOutOfRange: Stop", "")) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> !bridge.status().kafka().partitions().isEmpty());
      assertThat(bridge.status().kafka().positionResets()).as("it was committed").isEmpty();
      bridge.terminate();
    }
  }

  /** As after an unclean change of leaders: the end of the log is gone, and others write there. */
  @Test
  void whereALogWasCutOffReadingGoesOnAtTheCut() throws Exception {
    String cut = scene.topic + "-cut";
    broker.topics().create(cut, 1);
    write(cut, 0, 100);
    try (var bridge =
        RunningBridge.start(
            directory,
            scene
                .yaml("startFrom: Earliest", "")
                .replace("topics: [" + scene.topic + "]", "topics: [" + cut + "]"))) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> scene.api.journal().figures().accepted() == 100);
      broker.stop();
      cutOff(directory.resolve("broker").resolve(cut + "-0"), 60);
      broker.start();
      write(cut, 100, 30);

      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> scene.api.journal().figures().accepted() == 130);
      assertThat(bridge.status().kafka().positionResets())
          .extracting(PositionReset::reason, PositionReset::from, PositionReset::to)
          .containsExactly(tuple("LogTruncated", 100L, 60L));
      bridge.terminate();
    }
    assertThat(scene.repeated()).isZero();
    assertThat(broker.topics().lag(scene.group, cut)).isEqualTo(OptionalLong.of(0));
  }

  private static void write(String topic, int from, int records) throws Exception {
    var serializer = new ByteArraySerializer();
    try (var producer =
        new KafkaProducer<>(
            Map.<String, Object>of(
                "bootstrap.servers", broker.bootstrapServers(), "enable.idempotence", "false"),
            serializer,
            serializer)) {
      for (int i = from; i < from + records; i++) {
        // One batch each, so that the log can be cut between any two.
        Order order = Order.numbered(i, 10);
        producer.send(new ProducerRecord<>(topic, order.key(), order.value())).get();
      }
    }
  }

  /** Takes from a log of a broker that is down what comes after its first records. */
  private static void cutOff(Path log, int records) throws IOException {
    try (Stream<Path> files = Files.list(log)) {
      for (Path file : files.toList()) {
        if (file.toString().endsWith("index") || file.toString().endsWith("snapshot")) {
          Files.delete(file);
        }
      }
    }
    Files.deleteIfExists(log.getParent().resolve(".kafka_cleanshutdown"));
    try (var segment = FileRecords.open(log.resolve("00000000000000000000.log").toFile())) {
      int end = 0;
      for (var batch : segment.batches()) {
        end += batch.lastOffset() < records ? batch.sizeInBytes() : 0;
      }
      segment.truncateTo(end);
    }
  }

  @Test
  void fromATimestampOnMeansTheFirstRecordOfThatTimeOrLater() throws Exception {
    scene.producer.produce(100);
    Thread.sleep(1_100);
    String from = Instant.now().minusMillis(500).toString();
    scene.producer.produce(50);
    try (var bridge = scene.bridge("startFrom: Timestamp, startTimestamp: '" + from + "'", "")) {
      await().atMost(Duration.ofSeconds(30)).until(() -> scene.api.ledger().delivered() == 50);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> broker.topics().lag(scene.group, scene.topic).equals(OptionalLong.of(0)));
      bridge.terminate();
    }
    assertThat(scene.api.ledger().delivered()).isEqualTo(50);
  }

  @Test
  @org.junit.jupiter.api.Order(Integer.MAX_VALUE)
  void whatWaitedWhileTheOffsetsExpiredIsDelivered() {
    await()
        .atMost(Duration.ofSeconds(100))
        .until(() -> broker.topics().committed(forgotten.group).isEmpty());
    try (var bridge =
        forgotten.bridge("startFrom: Latest", "", "--started-at", "2026-01-01T00:00:00Z")) {
      forgotten.awaitDelivered(600);
      assertThat(bridge.status().kafka().positionResets())
          .extracting(PositionReset::reason)
          .contains("NoCommittedOffset");
      bridge.terminate();
    }
    assertThat(forgotten.api.ledger().kept()).as("and what is repeated has its key").isTrue();
  }

  private void makeAgain() {
    var admin = broker.topics().admin();
    try {
      admin.deleteTopics(List.of(scene.topic)).all().get();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    await()
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptions()
        .until(() -> {
          broker.topics().create(scene.topic, 4);
          return true;
        });
  }

  /** The idempotency keys of numbered records. */
  private Set<String> keysOf(long from, long to) {
    var keys = new HashSet<String>();
    for (Call call : scene.api.journal().calls()) {
      if (call.records().stream().anyMatch(r -> r.sequence() >= from && r.sequence() < to)) {
        keys.add(call.idempotencyKey());
      }
    }
    return keys;
  }
}
