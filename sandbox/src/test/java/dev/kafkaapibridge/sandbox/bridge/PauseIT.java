package dev.kafkaapibridge.sandbox.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.api.SwitchboardApi;
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import dev.kafkaapibridge.sandbox.broker.OrderProducer;
import dev.kafkaapibridge.sandbox.process.GuardedProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is asked of a bridge beside its work: changes of spec.state in its file, its group's end.
 */
@Tag("turn-3") // 55 s
@Timeout(120)
class PauseIT {

  @TempDir static Path directory;
  @AutoClose static EmbeddedBroker broker;

  private SwitchboardApi api;
  private OrderProducer producer;
  private String topic;

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start(directory.resolve("broker"));
  }

  @BeforeEach
  void start(TestInfo test) {
    topic = "pause" + Integer.toHexString(test.getDisplayName().hashCode());
    api = SwitchboardApi.start();
    // So slow that there is work left when the file's change is seen.
    api.set("{\"latencyMillis\": 100}");
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
  void aPauseCallsNothingKeepsItsPlaceInTheGroupAndGoesOnWhereItWas() {
    producer.produce(4_000);
    try (var bridge = bridge()) {
      await().atMost(Duration.ofSeconds(30)).until(() -> api.ledger().delivered() > 500);
      bridge.edit(text -> text.replace("spec:\n", "spec:\n  state: Paused\n"));
      awaitPaused(bridge, true);

      var atPause = bridge.status();
      assertThat(api.ledger().delivered()).as("delivered when it paused").isLessThan(4_000);
      producer.produce(500);
      await()
          .during(Duration.ofSeconds(4))
          .atMost(Duration.ofSeconds(8))
          .untilAsserted(() -> {
            var now = bridge.status();
            assertThat(now.target().requests()).isEqualTo(atPause.target().requests());
            assertThat(now.records().polled()).isEqualTo(atPause.records().polled());
            assertThat(now.kafka().generation()).isEqualTo(atPause.kafka().generation());
            assertThat(now.ready().ok()).isTrue();
          });
      assertThat(broker.topics().members("shop." + topic)).isEqualTo(1);

      bridge.edit(text -> text.replace("  state: Paused\n", ""));
      awaitPaused(bridge, false);
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> assertThat(api.ledger().delivered()).isEqualTo(4_500));
      assertThat(bridge.status().kafka().generation()).isEqualTo(atPause.kafka().generation());
      assertThat(bridge.terminate()).as(bridge.log()).isZero();
    }

    assertThat(api.ledger().duplicated()).isZero();
    assertThat(api.ledger().kept()).isTrue();
  }

  @Test
  void aPausedBridgeThatIsTerminatedLosesAndRepeatsNothing() {
    producer.produce(1_000);
    try (var bridge = bridge()) {
      await().atMost(Duration.ofSeconds(30)).until(() -> api.ledger().delivered() > 300);
      bridge.edit(text -> text.replace("spec:\n", "spec:\n  state: Paused\n"));
      awaitPaused(bridge, true);
      assertThat(bridge.terminate()).as(bridge.log()).isZero();
    }
    try (var next = bridge()) {
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> assertThat(api.ledger().delivered()).isEqualTo(1_000));
      next.terminate();
    }

    assertThat(api.ledger().duplicated()).isZero();
  }

  @Test
  void stoppedEndsTheProcessInOrder() {
    producer.produce(1_000);
    try (var bridge = bridge()) {
      await().atMost(Duration.ofSeconds(30)).until(() -> api.ledger().delivered() > 100);
      bridge.edit(text -> text.replace("spec:\n", "spec:\n  state: Stopped\n"));

      assertThat(bridge.awaitEnd()).as(bridge.log()).isZero();
    }

    assertThat(broker.topics().members("shop." + topic)).isZero();
    assertThat(api.ledger().duplicated()).isZero();
  }

  @Test
  void aGroupIsDeletedOnceItsMembersHaveLeft() {
    producer.produce(200);
    try (var bridge = bridge()) {
      await().atMost(Duration.ofSeconds(30)).until(() -> api.ledger().delivered() == 200);
      GuardedProcess deletion = deleteGroup(bridge.file());
      await()
          .during(Duration.ofSeconds(6))
          .atMost(Duration.ofSeconds(9))
          .until(() -> deletion.running() && broker.topics().members("shop." + topic) == 1);

      assertThat(bridge.terminate()).isZero();
      assertThat(deletion.ended().join()).as(deletion.logTail(2_000)).isZero();
    }

    assertThat(broker.topics().committed("shop." + topic)).isEmpty();
  }

  private static GuardedProcess deleteGroup(Path file) {
    return GuardedProcess.start(
        List.of(
            GuardedProcess.java(),
            "-jar",
            RunningBridge.JAR.toString(),
            "delete-group",
            file.toString()),
        Map.of(),
        Path.of(file + ".deletion.log"));
  }

  private void awaitPaused(RunningBridge bridge, boolean paused) {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> Boolean.valueOf(paused).equals(bridge.status().paused()));
  }

  private RunningBridge bridge() {
    return RunningBridge.start(
        directory,
        """
        apiVersion: kafka-api-bridge.dev/v1alpha1
        kind: KafkaApiBridge
        metadata: {name: %1$s, namespace: shop}
        spec:
          kafka: {bootstrapServers: "%2$s", topics: [%1$s], consumerGroup: shop.%1$s, startFrom: Earliest}
          target: {http: {url: "%3$s/v1/orders"}}
        """
            .formatted(topic, broker.bootstrapServers(), api.url()));
  }
}
