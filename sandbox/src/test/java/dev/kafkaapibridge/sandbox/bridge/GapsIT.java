package dev.kafkaapibridge.sandbox.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Offsets that no record has: each ends all the same, and lag reaches 0. */
@Timeout(120)
class GapsIT {

  @TempDir static Path directory;
  @AutoClose static EmbeddedBroker broker;
  private Shop shop;

  @BeforeAll
  static void startBroker() {
    broker =
        EmbeddedBroker.start(
            directory.resolve("broker"), List.of(), Map.of("log.cleaner.backoff.ms", "200"));
  }

  @BeforeEach
  void start(TestInfo test) {
    shop = new Shop(broker, directory, test.getTestMethod().orElseThrow().getName(), 6, 50);
  }

  @AfterEach
  void stop() {
    shop.close();
  }

  /** Markers and aborted records, between others, at the end, and while the bridge runs. */
  @Test
  void transactionsThatAreCommittedAndAborted() {
    try (var transactional = Transactions.producer(broker.bootstrapServers());
        var bridge = shop.bridge("", "")) {
      int committed = 0;
      for (int i = 0; i < 20; i++) {
        Transactions.commit(transactional, shop.topic, 1 + i);
        committed += 1 + i;
        Transactions.abort(transactional, shop.topic, 25);
      }
      int expected = committed;
      await().atMost(Duration.ofSeconds(30)).until(() -> shop.accepted() == expected);
      awaitNoLag();
      assertThat(bridge.terminate()).isZero();
      assertThat(shop.accepted()).as("and nothing of the aborted ones").isEqualTo(expected);
    }
  }

  /** Nothing but aborted records: the bridge has never anything to send. */
  @Test
  void transactionsThatAreOnlyAborted() {
    try (var transactional = Transactions.producer(broker.bootstrapServers());
        var bridge = shop.bridge("", "")) {
      Transactions.abort(transactional, shop.topic, 100);
      awaitNoLag();
      assertThat(bridge.terminate()).isZero();
    }
    assertThat(shop.accepted()).isZero();
  }

  @Test
  void recordsThatWereCompactedAway() {
    broker
        .topics()
        .create(
            "compacted",
            2,
            Map.of(
                "cleanup.policy", "compact",
                "segment.bytes", "1048576",
                "segment.ms", "200",
                "min.cleanable.dirty.ratio", "0.01",
                "max.compaction.lag.ms", "500"));
    try (var compacted = shop.beside("compacted")) {
      compacted.producer.produce(4_000);
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> {
            compacted.producer.produce(1); // another segment, so that the one before can be cleaned
            return broker.topics().read("compacted").size() < 1_000;
          });
      int left = broker.topics().read("compacted").size();
      try (var bridge = compacted.bridge("", "")) {
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> broker.topics().lag(compacted.group, "compacted").equals(NONE));
        assertThat(compacted.accepted()).isBetween(50L, (long) left);
        assertThat(bridge.terminate()).isZero();
      }
    }
  }

  private static final OptionalLong NONE = OptionalLong.of(0);

  private void awaitNoLag() {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> assertThat(broker.topics().lag(shop.group, shop.topic)).isEqualTo(NONE));
  }
}
