package dev.kafkaapibridge.sandbox.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.Alone;
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An API that takes few calls at once, and one that fails now and then whatever is asked of it. */
@Alone
@Tag("turn-1") // 61 s
@Timeout(180)
class CallsAtOnceIT {

  private static final Pattern LIMIT =
      Pattern.compile("(?m)^kab_requests_in_flight_limit ([0-9.]+)$");
  private static final Duration STRETCH = Duration.ofSeconds(Scale.of(10, 60));

  @TempDir static Path directory;
  @AutoClose static EmbeddedBroker broker;

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start(directory.resolve("broker"));
  }

  @Test
  void fourCallsAtOnceAreFoundUsedAndEveryRecordIsDelivered() throws Exception {
    try (var shop = new Shop(broker, directory, "four", 12, 5_000)) {
      int records = (int) (80 * (STRETCH.toSeconds() + 20));
      shop.producer.produce(records);
      shop.api.set("{\"latencyMillis\": 50, \"capacity\": 4}");
      try (var bridge = shop.bridge("", "")) {
        await().atMost(Duration.ofSeconds(30)).until(() -> shop.accepted() > 100);
        Thread.sleep(Duration.ofSeconds(10));
        double used = acceptedPerSecond(shop) / 80;
        System.err.printf("CallsAtOnceIT: %.2f of 4 used, at once %.0f%n", used, limit(bridge));
        assertThat(used).isGreaterThan(0.65);
        assertThat(limit(bridge)).isBetween(2.0, 8.0);
        assertThat(bridge.status().target().slots()).isBetween(2, 8);
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> shop.accepted() + bridge.status().records().deadLettered() >= records);
        assertThat(bridge.status().records().deadLettered()).isZero();
        assertThat(bridge.terminate()).as(bridge::log).isZero();
      }
      shop.assertKept();
    }
  }

  @Test
  void whatFailsByChanceTakesNoCallsAway() throws Exception {
    try (var shop = new Shop(broker, directory, "chance", 12, 5_000)) {
      shop.producer.produce(60_000);
      shop.api.set("{\"latencyMillis\": 200, \"errors\": {\"status\": 500, \"percent\": 20}}");
      try (var bridge = shop.bridge("", "retry: {budgetPercent: 100}")) {
        await().atMost(Duration.ofSeconds(30)).until(() -> shop.accepted() > 100);
        Thread.sleep(Duration.ofSeconds(10));
        double used = acceptedPerSecond(shop) / (64 / 0.2 * 0.8);
        System.err.printf(
            "CallsAtOnceIT: 20%% fail, %.2f used, at once %.0f%n", used, limit(bridge));
        assertThat(used).isGreaterThan(0.65);
        await().atMost(Duration.ofSeconds(10)).until(() -> limit(bridge) > 48);
        assertThat(bridge.status().target().slots()).isGreaterThan(48);
      }
    }
  }

  private static double acceptedPerSecond(Shop shop) throws InterruptedException {
    long from = System.nanoTime();
    long before = shop.accepted();
    Thread.sleep(STRETCH);
    return (shop.accepted() - before) * 1e9 / (System.nanoTime() - from);
  }

  private static double limit(RunningBridge bridge) {
    Matcher limit = LIMIT.matcher(bridge.get("/metrics"));
    assertThat(limit.find()).isTrue();
    return Double.parseDouble(limit.group(1));
  }
}
