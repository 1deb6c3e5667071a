package dev.kafkaapibridge.sandbox.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.Alone;
import dev.kafkaapibridge.sandbox.bridge.Repetitions.Crash;
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One process stays; a second and a third come and go, one every two seconds, each for four.
 * Records keep coming meanwhile, and calls take up to a second.
 */
@Alone // sessions are short
@Tag("turn-3") // 119 s
@Timeout(900) // the whole scale takes minutes
class JoinsAndLeavesIT {

  private static final int GUESTS = Scale.of(4, 30);
  private static final int PER_SECOND = 1_000;
  private static final Duration SESSION = Duration.ofSeconds(6);

  /** How a group learns who its members are. */
  enum Protocol {
    Classic(
        "groupProtocol: Classic, consumerConfig: [{name: session.timeout.ms, value: '"
            + SESSION.toMillis()
            + "'}, {name: heartbeat.interval.ms, value: '1000'}]"),
    /** KIP-848: brokers say how long a session is. */
    Consumer("groupProtocol: Consumer");

    final String kafka;

    Protocol(String kafka) {
      this.kafka = kafka;
    }
  }

  @TempDir static Path directory;
  @AutoClose static EmbeddedBroker broker;

  @BeforeAll
  static void startBroker() {
    String session = Long.toString(SESSION.toMillis());
    broker =
        EmbeddedBroker.start(
            directory.resolve("broker"),
            List.of(),
            Map.of(
                "group.consumer.min.session.timeout.ms",
                session,
                "group.consumer.session.timeout.ms",
                session,
                "group.consumer.min.heartbeat.interval.ms",
                "1000",
                "group.consumer.heartbeat.interval.ms",
                "1000"));
  }

  @ParameterizedTest
  @EnumSource
  void whoLeavesInOrderCausesNoRepetition(Protocol protocol) throws Exception {
    try (var shop = new Shop(broker, directory, "leaves-" + protocol, 12, 5_000)) {
      String log =
          comeAndGo(
              shop, protocol, bridge -> assertThat(bridge.terminate()).as(bridge::log).isZero());

      shop.assertKept();
      assertThat(shop.repetitions().all()).as(log).isEmpty();
    }
  }

  /**
   * What is sent again was under way or had ended since the last commit. While the group waits for
   * the killed member nobody can commit, which takes as long as its session.
   */
  @ParameterizedTest
  @EnumSource
  void whoIsKilledCausesRepetitionsOfWhatWasNotCommittedAndOfNothingElse(Protocol protocol)
      throws Exception {
    try (var shop = new Shop(broker, directory, "killed-" + protocol, 12, 5_000)) {
      var kills = new ArrayList<Crash>();
      String log =
          comeAndGo(
              shop,
              protocol,
              bridge -> {
                bridge.kill();
                kills.add(Crash.at(Instant.now()));
              });

      shop.assertKept();
      Repetitions repetitions = shop.repetitions();
      System.err.printf(
          "JoinsAndLeavesIT: %d kills, %s; by seconds before each kill: %s%n",
          kills.size(), shop.api.ledger(), kills.stream().map(repetitions::secondsBefore).toList());
      assertThat(repetitions.unexplained(kills, SESSION.plusSeconds(3))).as(log).isEmpty();
    }
  }

  /** Returns the log of the one that stays. */
  private static String comeAndGo(Shop shop, Protocol protocol, Consumer<RunningBridge> end)
      throws Exception {
    shop.api.set("{\"latencyMillis\": 50, \"jitterMillis\": 200}");
    String delivery = "maxInFlight: 500";
    var guests = new ArrayDeque<RunningBridge>();
    try (var stays = shop.bridge(protocol.kafka, delivery).awaitReady();
        AutoCloseable whoIsLeft = () -> guests.forEach(RunningBridge::close)) {
      Thread producing =
          Thread.ofVirtual()
              .start(() -> shop.producer.produceEvenly(Integer.MAX_VALUE, PER_SECOND));
      for (int i = 0; i < GUESTS; i++) {
        guests.add(shop.bridge(protocol.kafka, delivery));
        TimeUnit.SECONDS.sleep(2);
        if (guests.size() == 2) {
          end.accept(busy(guests.element()));
          guests.remove();
        }
      }
      end.accept(busy(guests.element()));
      guests.remove();
      producing.interrupt();
      producing.join();
      shop.producer.produce(1); // and all before it
      shop.awaitAllDelivered(Duration.ofSeconds(90));
      assertThat(stays.terminate()).isZero();
      return stays.log();
    }
  }

  /** So that its end is one under load, on a slow machine too. */
  private static RunningBridge busy(RunningBridge bridge) {
    await().atMost(Duration.ofSeconds(60)).until(() -> bridge.status().records().delivered() > 100);
    return bridge;
  }
}
