package dev.kafkaapibridge.sandbox.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.broker.KillableBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A broker that is killed while records are written to retry topics in any order, and read from
 * them. In the order of keys: {@link OrderedRetryKillsIT}.
 */
@Tag("turn-1") // 75 s
@Timeout(300)
class BrokerKillsIT {

  private static final int KILLS = Scale.of(3, 10);
  private static final long SEED = Long.getLong("kab.seed", System.nanoTime());

  /** Every twentieth record fails, which fits into the retry budget. */
  private static final String EVERY_TWENTIETH =
      "{\"refusal\": {\"status\": 500, \"body\": \"\\\"sequence\\\":(0|\\\\d*[02468]0),\"}}";

  private static final String DELIVERY =
      "ordering: Unordered, retry: {maxAttempts: 2, initialBackoff: 50ms, maxBackoff: 100ms, mode: Topics, topics: [{delay: 1s}, {delay: %ds}]}"
          .formatted(Scale.of(45, 150));

  @TempDir static Path directory;

  @Test
  void noRecordIsLostBetweenTheSourceAndARetryTopicNorBetweenTwoOfThem() throws Exception {
    System.err.println("BrokerKillsIT: -Dkab.seed=" + SEED);
    var random = new Random(SEED);
    try (var broker = KillableBroker.start(directory.resolve("broker"));
        var shop = new Shop(broker, directory, "mortal", 6, 2_000)) {
      var aside = new Aside(broker, shop);
      shop.api.set(EVERY_TWENTIETH);
      shop.producer.produce(2_000);
      shop.beginStream(100);
      try (var bridge = shop.bridge("", DELIVERY).awaitReady()) {
        for (int kill = 0; kill < KILLS; kill++) {
          long before = shop.accepted();
          await()
              .atMost(Duration.ofSeconds(60))
              .untilAsserted(
                  () -> assertThat(shop.accepted()).as(bridge::log).isGreaterThan(before + 150));
          TimeUnit.MILLISECONDS.sleep(random.nextInt(1_500));
          broker.kill();
          broker.startAgain();
        }
        assertThat(aside.parked(1)).hasSizeGreaterThan(40);
        assertThat(aside.parked(2)).isNotEmpty();
        shop.api.set("{}");
        shop.stopStream();

        aside.awaitAllEnded(Duration.ofSeconds(200));
        assertThat(bridge.terminate()).as(bridge::log).isZero();
      }
      System.err.printf("BrokerKillsIT: %s%n", shop.api.ledger());
      assertThat(aside.letters()).isEmpty();
      assertThat(shop.api.ledger().lost()).isZero();
      assertThat(shop.api.ledger().rekeyed()).as("repeated under another key").isZero();
      assertThat(broker.topics().lag(shop.group, shop.topic)).hasValue(0);
    }
  }
}
