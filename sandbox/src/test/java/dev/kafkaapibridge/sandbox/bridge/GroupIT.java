package dev.kafkaapibridge.sandbox.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.api.Call;
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Processes that share a topic, under both protocols of Kafka's groups. */
@Tag("turn-1") // 190 s
@Timeout(180)
class GroupIT {

  @TempDir static Path directory;
  @AutoClose static EmbeddedBroker broker;

  private Scene scene;

  @BeforeAll
  static void startBroker() {
    // Sessions of six seconds, so that tests needn't wait for 45.
    broker =
        EmbeddedBroker.start(
            directory.resolve("broker"),
            List.of(),
            Map.of(
                "group.consumer.min.session.timeout.ms", "6000",
                "group.consumer.session.timeout.ms", "6000",
                "group.consumer.min.heartbeat.interval.ms", "1000",
                "group.consumer.heartbeat.interval.ms", "1500"));
  }

  @BeforeEach
  void start(TestInfo test) {
    scene = Scene.of(broker, directory, Scene.name(test), 6, 100);
  }

  @AfterEach
  void stop() {
    scene.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Classic", "Consumer"})
  void everyRecordIsDeliveredOnceAndSigtermLeavesTheOffsetsAtTheEnd(String protocol) {
    scene.producer.produce(1_000);
    try (var bridge = bridge(protocol)) {
      scene.awaitDelivered(1_000);
      assertThat(bridge.status().kafka().generation()).isPositive();

      assertThat(bridge.terminate()).as(bridge.log()).isZero();
    }

    assertThat(scene.repeated()).isZero();
    assertThat(scene.api.ledger().kept()).isTrue();
    assertThat(broker.topics().lag(scene.group, scene.topic)).isEqualTo(OptionalLong.of(0));
    assertThat(broker.topics().members(scene.group)).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Classic", "Consumer"})
  void processesThatJoinAndLeaveLoseReorderAndRepeatNothing(String protocol) throws Exception {
    scene.api.set("{\"latencyMillis\": 300, \"jitterMillis\": 700}");
    scene.producer.produce(4_000);
    try (var stays = bridge(protocol)) {
      stays.awaitReady();
      for (int i = 0; i < 3; i++) {
        try (var comes = bridge(protocol)) {
          await()
              .atMost(Duration.ofSeconds(40))
              .until(() -> !comes.status().kafka().partitions().isEmpty());
          Thread.sleep(1_000); // some of its calls
          assertThat(comes.terminate()).as(comes.log()).isZero();
        }
      }
      scene.api.set("{}");
      scene.awaitDelivered(4_000);
      stays.terminate();
    }
    assertThat(scene.api.ledger().kept()).isTrue();
    assertThat(scene.repeated()).isZero();
    assertThat(broker.topics().lag(scene.group, scene.topic)).isEqualTo(OptionalLong.of(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Classic", "Consumer"})
  void aKilledProcessIsTakenOverAndLosesNothing(String protocol) {
    scene.api.set("{\"latencyMillis\": 100}");
    scene.producer.produce(6_000);
    try (var stays = bridge(protocol)) {
      stays.awaitReady();
      var dies = bridge(protocol);
      await()
          .atMost(Duration.ofSeconds(40))
          .until(() -> dies.status().kafka().partitions().size() == 3);
      dies.kill();

      scene.awaitDelivered(6_000);
      stays.terminate();
    }
    assertThat(scene.api.ledger().kept()).isTrue();
    // What ended within the second before it died, and what was under way.
    assertThat(scene.repeated()).isLessThan(1_500);
  }

  /** A machine that was suspended, a collection of garbage that took a minute, a debugger. */
  @ParameterizedTest
  @ValueSource(strings = {"Classic", "Consumer"})
  void aProcessThatStoodStillSendsNothingOfWhatOthersTookOver(String protocol) throws Exception {
    scene.api.set("{\"latencyMillis\": 50}");
    scene.producer.produce(12_000);
    try (var stands = bridge(protocol, "/v1/stands");
        var goesOn = bridge(protocol)) {
      await()
          .atMost(Duration.ofSeconds(40))
          .until(() ->
              stands.status().kafka().partitions().size() == 3
                  && goesOn.status().kafka().partitions().size() == 3
                  && stands.status().records().delivered() > 100);
      stands.standStill();
      await()
          .atMost(Duration.ofSeconds(40))
          .until(() -> goesOn.status().kafka().partitions().size() == 6);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> scene.api.ledger().duplicated() > 0 || behindNothing(goesOn));
      Thread.sleep(3_000); // the records that stood in the other's queues are delivered by now

      List<Call> before = scene.api.journal().calls();
      var accepted = new HashSet<String>();
      before.forEach(call -> accepted.add(call.idempotencyKey()));
      stands.goOn();
      Thread.sleep(3_000);
      List<String> again =
          scene.api.journal().calls().stream()
              .skip(before.size())
              // The other may still be busy with what it took over.
              .filter(call -> call.path().startsWith("/v1/stands"))
              .filter(call -> accepted.contains(call.idempotencyKey()))
              .map(call -> call.path() + " " + call.records() + " " + call.at())
              .toList();

      assertThat(again).as("calls for records that had been delivered\n%s", stands.log()).isEmpty();
      scene.api.set("{}");
      scene.awaitDelivered(12_000);
      stands.terminate();
      goesOn.terminate();
    }
    assertThat(scene.api.ledger().kept()).isTrue();
  }

  private static boolean behindNothing(RunningBridge bridge) {
    return bridge.status().kafka().partitions().stream()
        .allMatch(partition -> partition.unfinished() == 0);
  }

  private RunningBridge bridge(String protocol) {
    return bridge(protocol, "/v1/orders");
  }

  /**
   * @param path by which the API sees which process calls
   */
  private RunningBridge bridge(String protocol, String path) {
    String sessions =
        protocol.equals("Classic")
            ? ", consumerConfig: [{name: session.timeout.ms, value: '6000'}, {name: heartbeat.interval.ms, value: '1500'}]"
            : "";
    String yaml = scene.yaml("startFrom: Earliest, groupProtocol: " + protocol + sessions, "");
    return RunningBridge.start(directory, yaml.replace("/v1/orders", path));
  }
}
