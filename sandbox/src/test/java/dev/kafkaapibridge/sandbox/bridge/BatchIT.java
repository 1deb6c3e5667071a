package dev.kafkaapibridge.sandbox.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import dev.kafkaapibridge.sandbox.broker.OrderProducer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.OptionalLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Batches to an API that takes 37 at once, refuses some records and fails now and then. */
@Timeout(300)
class BatchIT {

  private static final int RECORDS = 20_000;

  @TempDir static Path directory;
  @AutoClose static EmbeddedBroker broker;

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start(directory.resolve("broker"));
  }

  @Test
  void killsLoseNothingAndOvertakeNothingAndExactlyTheRefusedAreDeadLettered() {
    survives("split", false, "partialFailure: SplitBatch");
  }

  @Test
  void withAStatusForEachRecordNothingIsLostOrOvertakenEither() {
    survives("each", true, "partialFailure: PerItemStatus");
  }

  private static void survives(String name, boolean each, String partialFailure) {
    broker.topics().create(name, 12);
    try (var api = new BatchApi(37, each);
        var producer = new OrderProducer(broker, name, 500)) {
      producer.produce(RECORDS);
      String yaml = yaml(name, api.url(), partialFailure);
      for (int part = 1; part <= 2; part++) {
        int until = RECORDS / 3 * part;
        RunningBridge killed = RunningBridge.start(directory, yaml);
        await()
            .atMost(Duration.ofSeconds(60))
            .pollInterval(Duration.ofMillis(20))
            .until(() -> api.accepted().cardinality() > until);
        killed.kill();
      }
      try (var bridge = RunningBridge.start(directory, yaml)) {
        await()
            .atMost(Duration.ofSeconds(120))
            .untilAsserted(() ->
                assertThat(broker.topics().lag("shop." + name, name))
                    .as(bridge::log)
                    .isEqualTo(OptionalLong.of(0)));
        System.err.printf(
            "BatchIT, %s: %d requests for %d records, %d repeated, %d too large%n",
            name, api.requests(), RECORDS, api.repeated(), api.tooLarge());
        assertThat(bridge.get("/metrics")).contains("kab_batch_records_count");
        assertThat(bridge.status().target().batch())
            .satisfies(batch -> assertThat(batch.records()).isGreaterThan(batch.answered()));
        assertThat(bridge.terminate()).as(bridge::log).isZero();
      }
      var bad = new BitSet();
      for (int sequence = 7; sequence < RECORDS; sequence += 1_000) {
        bad.set(sequence);
      }
      var refused = new BitSet();
      broker
          .topics()
          .read("shop." + name + ".dlt")
          .forEach(letter -> refused.set((int) CallOrder.sequence(letter)));
      assertThat(refused).as("dead letters").isEqualTo(bad);
      var lost = producer.sent();
      lost.andNot(api.accepted());
      lost.andNot(bad);
      assertThat(lost.isEmpty()).as("none is lost of %s", lost).isTrue();
      assertThat(api.overtaken()).as("overtaken").isZero();
      assertThat(api.requests()).as("fewer than records by far").isLessThan(RECORDS / 5);
    }
  }

  private static String yaml(String name, String url, String partialFailure) {
    return """
    apiVersion: kafka-api-bridge.dev/v1alpha1
    kind: KafkaApiBridge
    metadata: {name: %s, namespace: shop}
    spec:
      kafka: {bootstrapServers: "%s", topics: [%s], startFrom: Earliest,
              consumerConfig: [{name: session.timeout.ms, value: '3000'}, {name: heartbeat.interval.ms, value: '500'}]}
      target: {http: {url: "%s/bulk"}}
      delivery:
        batch: {maxRecords: 100, maxWait: 50ms, format: NDJSON, %s}
        retry: {maxAttempts: 20, initialBackoff: 20ms, maxBackoff: 500ms, budgetPercent: 100}
    """
        .formatted(name, broker.bootstrapServers(), name, url, partialFailure);
  }
}
