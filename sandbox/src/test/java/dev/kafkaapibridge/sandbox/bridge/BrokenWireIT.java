package dev.kafkaapibridge.sandbox.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.bridge.Repetitions.Crash;
import dev.kafkaapibridge.sandbox.broker.BrokerSettings;
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import dev.kafkaapibridge.sandbox.network.FreePorts;
import dev.kafkaapibridge.sandbox.network.Wire;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A network that is slow, cuts connections, or swallows what is sent without telling anybody. */
@Tag("turn-2") // 175 s
@Timeout(180)
@EnabledOnOs(value = OS.LINUX, disabledReason = "the broker's wire needs the address 127.0.0.2")
class BrokenWireIT {

  private static final int RECORDS = 20_000;
  private static final Duration SESSION = Duration.ofSeconds(6);
  private static final String KAFKA =
      "consumerConfig: [{name: session.timeout.ms, value: '"
          + SESSION.toMillis()
          + "'}, {name: heartbeat.interval.ms, value: '1000'}]";

  @TempDir Path directory;
  private EmbeddedBroker broker;
  private Wire toBroker;
  private Shop shop;
  private Wire toApi;

  @BeforeEach
  void start() throws IOException {
    // Clients go on to where the broker says it is: 127.0.0.2, where the wire begins.
    List<Integer> ports = FreePorts.several(3);
    int port = ports.getFirst();
    broker =
        EmbeddedBroker.start(
            new BrokerSettings(
                directory.resolve("broker"),
                Uuid.randomUuid().toString(),
                ports.get(1),
                List.of(
                    new BrokerSettings.Listener("127.0.0.1", "127.0.0.1", ports.get(2)),
                    new BrokerSettings.Listener("127.0.0.1", "127.0.0.2", port)),
                Map.of()));
    toBroker =
        Wire.between(
            new InetSocketAddress("127.0.0.2", port), new InetSocketAddress("127.0.0.1", port));
    shop = new Shop(broker, directory, "orders", 12, 1_000);
    toApi = Wire.to(shop.api.port());
    shop.reachingBrokerAt("127.0.0.2:" + port).calling("http://127.0.0.1:" + toApi.port());
    shop.api.set("{\"latencyMillis\": 20}");
    shop.producer.produce(RECORDS);
  }

  @AfterEach
  void stop() {
    toApi.close();
    toBroker.close();
    shop.close();
    broker.close();
  }

  @Test
  void aBlackHoleBeforeTheApiDelaysRecords() throws Exception {
    try (var bridge = shop.bridge(KAFKA, "requestTimeout: 2s", QUICK)) {
      awaitAccepted(RECORDS / 4);
      toApi.hold();
      TimeUnit.SECONDS.sleep(8);
      toApi.mend();
      end(bridge);
    }
    shop.assertKept();
  }

  @Test
  void connectionsToTheApiThatWereForgottenAreReplaced() throws Exception {
    try (var bridge = shop.bridge(KAFKA, "requestTimeout: 2s", QUICK)) {
      for (int i = 1; i < 4; i++) {
        awaitAccepted(RECORDS * i / 5);
        toApi.forgetAll();
      }
      end(bridge);
    }
    shop.assertKept();
  }

  @Test
  void aBrokerThatAnswersSlowlyCausesNoRepetition() {
    toBroker.delay(Duration.ofMillis(400));
    try (var bridge = shop.bridge(KAFKA, "", "")) {
      awaitAccepted(RECORDS / 2);
      toBroker.delay(Duration.ZERO);
      end(bridge);
    }
    shop.assertKept();
    assertThat(shop.repetitions().all()).isEmpty();
  }

  @Test
  void connectionsToTheBrokerThatAreResetCauseNoRepetition() throws Exception {
    try (var bridge = shop.bridge(KAFKA, "", "maxInFlight: 20")) {
      for (int i = 0; i < 8; i++) {
        TimeUnit.SECONDS.sleep(1);
        toBroker.resetAll();
      }
      end(bridge);
    }
    shop.assertKept();
    assertThat(shop.repetitions().all()).isEmpty();
  }

  /** Another member takes over; what the first one goes on to send is bounded by its fence. */
  @Test
  void aMemberThatIsCutOffFromTheBrokerStopsSendingBeforeAnotherTakesOver() throws Exception {
    try (var cutOff = shop.bridge(KAFKA, "", "maxInFlight: 20").awaitReady()) {
      awaitAccepted(RECORDS / 20);
      toBroker.hold();
      Instant from = Instant.now();
      try (var other =
          shop.reachingBrokerAt(broker.bootstrapServers()).bridge(KAFKA, "", "maxInFlight: 20")) {
        other.awaitReady();
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> !other.status().kafka().partitions().isEmpty());
        Instant takenOver = Instant.now();
        TimeUnit.SECONDS.sleep(5);
        toBroker.mend();
        end(other);
        Repetitions repetitions = shop.repetitions();
        System.err.printf(
            "BrokenWireIT: cut off for %s, then taken over; %s; by seconds before: %s%n",
            Duration.between(from, takenOver),
            shop.api.ledger(),
            repetitions.secondsBefore(new Crash(from, takenOver)));
        assertThat(
                repetitions.unexplained(List.of(new Crash(from, takenOver)), Duration.ofSeconds(3)))
            .isEmpty();
      }
      cutOff.terminate();
    }
    shop.assertKept();
  }

  private static final String QUICK =
      "retry: {initialBackoff: 50ms, maxBackoff: 1s},"
          + " circuitBreaker: {openDuration: 1s, maxOpenDuration: 2s}";

  private void awaitAccepted(long records) {
    await().atMost(Duration.ofSeconds(90)).until(() -> shop.accepted() >= records);
  }

  private void end(RunningBridge bridge) {
    shop.awaitAllDelivered(Duration.ofSeconds(90));
    assertThat(bridge.status().records().deadLettered()).isZero();
    assertThat(bridge.terminate()).as(bridge::log).isZero();
  }
}
