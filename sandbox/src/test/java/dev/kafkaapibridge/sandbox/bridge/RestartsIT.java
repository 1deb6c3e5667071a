package dev.kafkaapibridge.sandbox.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.bridge.Repetitions.Crash;
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One process after the other, each ended at some moment; and a broker that goes for long. */
@Tag("turn-3") // 123 s
@Timeout(300)
class RestartsIT {

  private static final int ROUNDS = Scale.of(5, 20);
  private static final int RECORDS = ROUNDS * 4_000;
  private static final Duration SESSION = Duration.ofSeconds(3);
  private static final String KAFKA =
      "consumerConfig: [{name: session.timeout.ms, value: '"
          + SESSION.toMillis()
          + "'}, {name: heartbeat.interval.ms, value: '500'}]";
  private static final long SEED = Long.getLong("kab.seed", System.nanoTime());

  @TempDir static Path directory;
  @AutoClose static EmbeddedBroker broker;
  private Shop shop;
  private final Random random = new Random(SEED);

  @BeforeAll
  static void startBroker() {
    System.err.println("RestartsIT: -Dkab.seed=" + SEED);
    broker = EmbeddedBroker.start(directory.resolve("broker"));
  }

  @BeforeEach
  void start(TestInfo test) {
    shop = new Shop(broker, directory, Scene.name(test), 12, 1_000);
    shop.api.set("{\"latencyMillis\": 20, \"jitterMillis\": 80}");
    shop.producer.produce(RECORDS);
  }

  @AfterEach
  void stop() {
    shop.close();
  }

  @Test
  void endedInOrderAtWhateverMomentNothingIsRepeated() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      try (var bridge = shop.bridge(KAFKA, "")) {
        TimeUnit.MILLISECONDS.sleep(random.nextInt(4_000)); // before the first record, too
        assertThat(bridge.terminate()).as(bridge::log).isZero();
      }
    }
    deliverTheRest();
    shop.assertKept();
    assertThat(shop.repetitions().all()).isEmpty();
  }

  @Test
  void killedAtWhateverMomentOnlyWhatWasNotCommittedIsRepeated() throws Exception {
    var kills = new ArrayList<Crash>();
    for (int round = 0; round < ROUNDS; round++) {
      long before = shop.accepted();
      try (var bridge = shop.bridge(KAFKA, "")) {
        await().atMost(Duration.ofSeconds(60)).until(() -> shop.accepted() > before);
        TimeUnit.MILLISECONDS.sleep(random.nextInt(3_000));
        bridge.kill();
        kills.add(Crash.at(Instant.now()));
      }
    }
    deliverTheRest();

    Repetitions repetitions = shop.repetitions();
    System.err.printf(
        "RestartsIT: %d kills, %s; by seconds before each kill: %s%n",
        kills.size(), shop.api.ledger(), kills.stream().map(repetitions::secondsBefore).toList());
    shop.assertKept();
    assertThat(repetitions.unexplained(kills, Duration.ofSeconds(3))).isEmpty();
    assertThat(Repetitions.overtaken(shop.api.journal().calls(), kills)).isEmpty();
  }

  /** Much longer than a session: when it is back, what it remembers of the group decides. */
  @Test
  void aBrokerThatIsGoneForLongLosesNothing() throws Exception {
    try (var bridge = shop.bridge(KAFKA, "")) {
      await().atMost(Duration.ofSeconds(60)).until(() -> shop.accepted() > RECORDS / 10);
      Instant from = Instant.now();
      broker.stop();
      TimeUnit.SECONDS.sleep(Scale.of(12, 60));
      broker.start();
      Instant until = Instant.now();
      shop.awaitAllDelivered(Duration.ofSeconds(120));
      assertThat(bridge.terminate()).as(bridge::log).isZero();

      Repetitions repetitions = shop.repetitions();
      System.err.printf("RestartsIT: broker gone, %s%n", shop.api.ledger());
      shop.assertKept();
      assertThat(repetitions.unexplained(List.of(new Crash(from, until)), Duration.ofSeconds(3)))
          .as(bridge::log)
          .isEmpty();
    }
  }

  private void deliverTheRest() {
    shop.api.set("{}");
    try (var last = shop.bridge(KAFKA, "")) {
      shop.awaitAllDelivered(Duration.ofSeconds(120));
      assertThat(last.status().records().deadLettered()).isZero();
      assertThat(last.terminate()).as(last::log).isZero();
    }
  }
}
