package dev.kafkaapibridge.sandbox.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.broker.BrokerPair;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A dead-letter topic that needs two brokers, of which one is down. */
@Tag("turn-3") // 70 s
@Timeout(240)
class MissingReplicasIT {

  @TempDir static Path directory;
  @AutoClose static BrokerPair brokers;

  @BeforeAll
  static void startBrokers() {
    brokers = BrokerPair.start(directory.resolve("brokers"));
  }

  @AfterEach
  void bothRun() {
    brokers.second().stop();
    brokers.second().start();
  }

  @Test
  void deadLettersWaitForTheBrokerAndThenGoOnByThemselves() {
    try (var shop = shop("waits", 500)) {
      // Of the first five hundred every twenty-fifth.
      shop.api.set(
          "{\"refusal\": {\"status\": 422, \"body\": \"\\\"sequence\\\":(0|25|50|75|[1-4](00|25|50|75)),\"}}");
      try (var bridge = shop.bridge("", deadLetter(shop)).awaitReady()) {
        brokers.second().stop();
        shop.producer.produce(500);
        await().atMost(Duration.ofSeconds(60)).until(() -> shop.accepted() == 480);
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> bridge.status().ready().reason().equals("WriteFailed"));
        assertThat(bridge.status().deadLetter().health().message())
            .contains(
                "'" + dead(shop) + "'",
                "NotEnoughReplicas: in sync 1, needed 2",
                "Bring its brokers back",
                "--topic " + dead(shop) + " --add-config min.insync.replicas=1");
        assertThat(bridge.get("/readyz")).startsWith("WriteFailed: ");
        await().atMost(Duration.ofSeconds(30)).until(() -> bridge.status().held().size() == 20);
        assertThat(bridge.status().held())
            .extracting(held -> held.why(), held -> held.reason())
            .containsOnly(tuple("DeadLetterFails", "WriteFailed"));

        shop.producer.produce(500);
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> shop.accepted() == 960); // twenty wait behind those of their key
        assertThat(sequencesOfDeadLetters(shop)).isEmpty();
        assertThat(brokers.first().topics().lag(shop.group, shop.topic).orElseThrow())
            .as("what is held is not passed")
            .isGreaterThanOrEqualTo(40);

        brokers.second().start();
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> bridge.status().records().deadLettered() == 20);
        await().atMost(Duration.ofSeconds(30)).until(() -> shop.accepted() == 980);
        await().atMost(Duration.ofSeconds(30)).until(() -> bridge.status().ready().ok());
        await().atMost(Duration.ofSeconds(30)).until(() -> bridge.status().held().isEmpty());
        assertThat(bridge.terminate()).as(bridge::log).isZero();
      }
      assertThat(sequencesOfDeadLetters(shop))
          .containsExactlyInAnyOrderElementsOf(
              IntStream.range(0, 20).mapToObj(i -> 25 * i).toList());
      assertThat(brokers.first().topics().lag(shop.group, shop.topic)).hasValue(0);
      assertThat(shop.api.ledger().reordered()).isZero();
      assertThat(shop.api.ledger().duplicated()).isZero();
    }
  }

  /** More than there may be calls at once; nor is it a flood, of which others' records know. */
  @Test
  void aHundredKeysWhoseDeadLettersWaitDoNotDelayOneThatIsGood() {
    try (var shop = shop("hundred", 101)) {
      try (var bridge = shop.bridge("", deadLetter(shop)).awaitReady()) {
        shop.producer.produce(3 * 101);
        shop.awaitAllDelivered(Duration.ofSeconds(30));
        brokers.second().stop();
        shop.api.set("{\"refusal\": {\"status\": 422, \"body\": \"\\\"order\\\":\\\"order-000\"}}");

        shop.producer.produce(101);
        await()
            .atMost(Duration.ofSeconds(10))
            .until(() -> shop.api.journal().figures().status(422) == 100);
        // Sooner than the first write has failed, which takes 20 s.
        shop.producer.produce(2 * 101);
        await().atMost(Duration.ofSeconds(10)).until(() -> shop.accepted() == 3 * 101 + 3);
        assertThat(bridge.status().records().deadLettered()).isZero();

        shop.api.set("{}");
        brokers.second().start();
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> bridge.status().records().deadLettered() == 100);
        await().atMost(Duration.ofSeconds(30)).until(() -> shop.accepted() == 5 * 101 + 1);
        assertThat(bridge.terminate()).as(bridge::log).isZero();
      }
      assertThat(sequencesOfDeadLetters(shop))
          .containsExactlyInAnyOrderElementsOf(IntStream.range(303, 403).boxed().toList());
      assertThat(brokers.first().topics().lag(shop.group, shop.topic)).hasValue(0);
    }
  }

  private static Shop shop(String name, int keys) {
    var shop = new Shop(brokers.first(), directory, name, 6, keys);
    brokers.first().topics().create(dead(shop), 2, Map.of("min.insync.replicas", "2"));
    return shop;
  }

  private static String dead(Shop shop) {
    return shop.topic + "-dead";
  }

  private static String deadLetter(Shop shop) {
    return "deadLetter: {topic: " + dead(shop) + ", topicCreation: Never}";
  }

  private static List<Integer> sequencesOfDeadLetters(Shop shop) {
    return brokers.first().topics().read(dead(shop)).stream()
        .map(letter -> new String(letter.value(), UTF_8))
        .map(value -> Integer.valueOf(value.replaceAll(".*\"sequence\":(\\d+),.*", "$1")))
        .toList();
  }
}
