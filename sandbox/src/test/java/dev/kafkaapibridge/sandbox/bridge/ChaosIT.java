package dev.kafkaapibridge.sandbox.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.Alone;
import dev.kafkaapibridge.sandbox.bridge.Repetitions.Crash;
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything at once: many records, a real nginx that limits them, kills, a broker that restarts.
 */
@Alone
@Timeout(600)
class ChaosIT {

  private static final int RECORDS = Scale.of(30_000, 200_000);

  /** What ends is committed once a second; a loaded machine gets two more. */
  private static final Duration UNCOMMITTED = Duration.ofSeconds(3);

  private static final String KAFKA =
      "consumerConfig: [{name: session.timeout.ms, value: '3000'}, {name: heartbeat.interval.ms, value: '500'}]";

  /** A learned rate would soon spare the bridge the 429s. */
  private static final String FULL_SPEED = "rateLimit: {adaptive: Disabled}";

  @TempDir Path directory;

  @Test
  void twoKillsAndABrokerRestartBehindALimitLoseNothingAndOvertakeNothing() {
    try (var broker = EmbeddedBroker.start(directory.resolve("broker"));
        var shop = new Shop(broker, directory, "orders", 12, 5_000);
        var nginx = Nginx.before(shop.api.port(), 1_500, 300, directory)) {
      shop.calling(nginx.url());
      shop.producer.produce(RECORDS);

      long begin = System.nanoTime();
      RunningBridge first = shop.bridge(KAFKA, FULL_SPEED);
      await().atMost(Duration.ofMinutes(3)).until(() -> shop.accepted() > RECORDS / 4);
      first.kill();
      Crash firstKill = Crash.at(Instant.now());

      RunningBridge second = shop.bridge(KAFKA, FULL_SPEED);
      await().atMost(Duration.ofMinutes(3)).until(() -> shop.accepted() > RECORDS / 2);
      broker.restart();
      await().atMost(Duration.ofMinutes(3)).until(() -> shop.accepted() > RECORDS / 4 * 3);
      second.kill();
      Crash secondKill = Crash.at(Instant.now());

      try (var third = shop.bridge(KAFKA, FULL_SPEED)) {
        shop.awaitAllDelivered(Duration.ofMinutes(3));
        assertThat(third.status().target().rateLimited()).as("answers of 429").isPositive();
        assertThat(third.status().records().deadLettered()).isZero();
        assertThat(third.terminate()).isZero();
      }

      List<Crash> kills = List.of(firstKill, secondKill);
      Repetitions repetitions = shop.repetitions();
      System.err.printf(
          "ChaosIT: %s; %.0f s; repeated after the kills, by seconds before them: %s, %s%n",
          shop.api.ledger(),
          (System.nanoTime() - begin) / 1e9,
          repetitions.secondsBefore(firstKill),
          repetitions.secondsBefore(secondKill));
      shop.assertKept();
      assertThat(repetitions.unexplained(kills, UNCOMMITTED)).isEmpty();
      assertThat(Repetitions.overtaken(shop.api.journal().calls(), kills)).isEmpty();
    }
  }
}
