package dev.kafkaapibridge.sandbox.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.Alone;
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A limit that the bridge was not told, of an API that counts by the second. */
@Alone
@Tag("turn-3") // 132 s
@Timeout(300)
class LearnedRateIT {

  private static final Duration STRETCH = Duration.ofSeconds(Scale.of(10, 60));

  @TempDir static Path directory;
  @AutoClose static EmbeddedBroker broker;

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start(directory.resolve("broker"));
  }

  @Test
  void aLimitThatNobodyDeclaredIsFoundUsedAndFollowed() throws Exception {
    try (var shop = new Shop(broker, directory, "unknown", 12, 5_000)) {
      shop.producer.produce(60_000);
      allow(shop, 300, "None");
      try (var bridge = shop.bridge("", "")) {
        await().atMost(Duration.ofSeconds(30)).until(() -> shop.accepted() > 100);
        Thread.sleep(Duration.ofSeconds(20));
        assertKept(shop, 300);
        assertThat(bridge.status().target().learnedRate()).isBetween(200.0, 400.0);
        assertThat(bridge.status().target().paceMode()).isIn("Hold", "Probe");
        assertThat(bridge.status().target().pacedMillis()).isPositive();
        allow(shop, 100, "None");
        Thread.sleep(Duration.ofSeconds(30));
        assertKept(shop, 100);
        allow(shop, 500, "None");
        Thread.sleep(Duration.ofSeconds(30));
        assertKept(shop, 500);
        assertThat(bridge.terminate()).as(bridge::log).isZero();
      }
      long before = shop.accepted();
      long limited = shop.api.journal().figures().status(429);
      try (var again = shop.bridge("", "")) {
        await().atMost(Duration.ofSeconds(30)).until(() -> shop.accepted() > before + 50);
        assertThat(again.status().target().learnedRate())
            .as("what the partitions brought with them")
            .isBetween(350.0, 700.0);
        assertThat(shop.api.journal().figures().status(429) - limited)
            .as("limited since the restart")
            .isLessThan(50);
      }
      assertThat(shop.repetitions().all()).isEmpty();
    }
  }

  @Test
  void aLimitThatTheApiTellsIsKeptWithoutA429() throws Exception {
    try (var shop = new Shop(broker, directory, "told", 12, 5_000)) {
      shop.producer.produce(20_000);
      allow(shop, 200, "All");
      try (var bridge = shop.bridge("", "")) {
        await().atMost(Duration.ofSeconds(30)).until(() -> shop.accepted() > 200);
        long limited = shop.api.journal().figures().status(429);
        assertKept(shop, 200);
        assertThat(shop.api.journal().figures().status(429) - limited)
            .as("limited while it was told")
            .isLessThanOrEqualTo(STRETCH.toSeconds());
        assertThat(bridge.status().target().advertisedLimit()).isEqualTo(200);
      }
    }
  }

  private static void allow(Shop shop, int requests, String hints) {
    shop.api.set(
        "{\"latencyMillis\": 20, \"quota\": {\"requests\": %d, \"windowMillis\": 1000, \"hints\": \"%s\"}}"
            .formatted(requests, hints));
  }

  /** Less than 2% limited, 85% used. */
  private static void assertKept(Shop shop, int perSecond) throws InterruptedException {
    long from = System.nanoTime();
    var before = shop.api.journal().figures();
    Thread.sleep(STRETCH);
    double seconds = (System.nanoTime() - from) / 1e9;
    var after = shop.api.journal().figures();
    double accepted = after.accepted() - before.accepted();
    double limited = after.status(429) - before.status(429);
    System.err.printf(
        "LearnedRateIT: of %d/s %.3f used, %.4f limited%n",
        perSecond, accepted / seconds / perSecond, limited / (limited + accepted));
    assertThat(accepted / seconds / perSecond).as("used of %d/s", perSecond).isGreaterThan(0.85);
    assertThat(limited / (limited + accepted)).as("limited of %d/s", perSecond).isLessThan(0.02);
  }
}
