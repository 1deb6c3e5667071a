package dev.kafkaapibridge.sandbox.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.Alone;
import dev.kafkaapibridge.sandbox.api.Call;
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A record's fault, the credentials', the dead-letter topic's, the whole topic's: each is told
 * apart.
 */
@Alone
@Tag("turn-0") // 59 s
@Timeout(180)
class WhoseFaultIT {

  @TempDir static Path directory;
  @AutoClose static EmbeddedBroker broker;

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start(directory.resolve("broker"));
  }

  @Test
  void oneRecordThatAlwaysGets500AmongGoodOnesIsDeadLetteredAndNobodyElseIsDelayed()
      throws Exception {
    try (var stalls = new Stalls();
        var shop = new Shop(broker, directory, "poison", 12, 5_000)) {
      shop.api.set("{\"refusal\": {\"status\": 500, \"body\": \"\\\"sequence\\\":700,\"}}");
      try (var bridge =
          shop.bridge("", "retry: {maxAttempts: 3, initialBackoff: 300ms, maxBackoff: 1s}")
              .awaitReady()) {
        shop.producer.produceEvenly(2_000, 200);
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> bridge.status().records().deadLettered() == 1);
        await().atMost(Duration.ofSeconds(30)).until(() -> shop.accepted() == 1_999);
        assertThat(bridge.status().target().circuit()).isEqualTo("Closed");
        assertThat(bridge.terminate()).as(bridge::log).isZero();
      }
      var letters = broker.topics().read(shop.group + ".dlt");
      assertThat(letters).hasSize(1);
      assertThat(new String(letters.getFirst().value(), UTF_8)).contains("\"sequence\":700,");
      assertThat(letters.getFirst().headers().lastHeader("kab-cause").value())
          .asString(UTF_8)
          .isEqualTo("AttemptsExhausted");
      assertThat(letters.getFirst().headers().lastHeader("kab-attempts").value())
          .asString(UTF_8)
          .isEqualTo("3");
      assertThat(longestPause(shop.api.journal().calls()))
          .as("between two that were accepted; the machine stood still for %s", stalls.longest())
          .isLessThan(Duration.ofMillis(250).plus(stalls.longest()));
    }
  }

  /** From the hundredth on: before, the process is getting warm. */
  private static Duration longestPause(List<Call> calls) {
    Instant before = null;
    Duration longest = Duration.ZERO;
    for (Call call : calls.stream().filter(Call::accepted).skip(100).toList()) {
      if (before != null && Duration.between(before, call.at()).compareTo(longest) > 0) {
        longest = Duration.between(before, call.at());
      }
      before = call.at();
    }
    return longest;
  }

  @Test
  void aRevokedKeyHoldsAllRecordsSaysTheFixAndNoneIsDeadLettered() throws Exception {
    try (var shop = new Shop(broker, directory, "revoked", 12, 5_000)) {
      try (var bridge =
          shop.bridge("", "retry: {maxAttempts: 1, initialBackoff: 100ms}").awaitReady()) {
        shop.producer.produce(200);
        shop.awaitAllDelivered(Duration.ofSeconds(30));
        shop.api.set("{\"authorization\": \"Rejected\"}");
        shop.producer.produce(1_000);
        await().atMost(Duration.ofSeconds(30)).until(() -> !bridge.status().ready().ok());
        TimeUnit.SECONDS.sleep(Scale.of(5, 60));

        assertThat(bridge.status().ready().reason()).isEqualTo("AuthenticationFailed");
        assertThat(bridge.status().ready().message()).contains("Check the credentials");
        assertThat(bridge.get("/readyz")).startsWith("AuthenticationFailed: ");
        assertThat(shop.api.journal().figures().status(401))
            .as("what was under way, and a look every ten seconds")
            .isLessThanOrEqualTo(64 + Scale.of(2, 8));
        assertThat(bridge.status().records().deadLettered()).isZero();

        shop.api.set("{}");
        shop.awaitAllDelivered(Duration.ofSeconds(30));
        await().atMost(Duration.ofSeconds(30)).until(() -> bridge.status().ready().ok());
        assertThat(bridge.status().records().deadLettered()).isZero();
        assertThat(bridge.terminate()).as(bridge::log).isZero();
      }
      shop.assertKept();
    }
  }

  @Test
  void deadLettersThatTheTopicDoesNotTakeWaitAndGoOnOnceMended() throws Exception {
    try (var shop = new Shop(broker, directory, "too-large", 6, 1_000)) {
      String dead = shop.topic + "-dead";
      broker.topics().create(dead, 1, Map.of("max.message.bytes", "100"));
      shop.api.set("{\"refusal\": {\"status\": 422, \"body\": \"\\\"sequence\\\":[567],\"}}");
      try (var bridge =
          shop.bridge("", "deadLetter: {topic: " + dead + ", topicCreation: Never}").awaitReady()) {
        shop.producer.produce(900);
        await().atMost(Duration.ofSeconds(30)).until(() -> shop.accepted() == 897);
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> bridge.status().ready().reason().equals("WriteFailed"));
        assertThat(bridge.status().deadLetter().health().message())
            .contains("--add-config max.message.bytes=BYTES");
        await().atMost(Duration.ofSeconds(30)).until(() -> bridge.status().held().size() == 3);
        assertThat(bridge.status().held())
            .extracting(held -> held.why(), held -> held.reason())
            .containsOnly(tuple("DeadLetterFails", "WriteFailed"));
        await()
            .atMost(Duration.ofSeconds(30))
            .untilAsserted(() ->
                assertThat(bridge.get("/metrics"))
                    .contains("kab_records_held{why=\"DeadLetterFails\"} 3"));

        letGrow(dead);
        await()
            .atMost(Duration.ofSeconds(40))
            .until(() -> bridge.status().records().deadLettered() == 3);
        await().atMost(Duration.ofSeconds(30)).until(() -> bridge.status().ready().ok());
        await().atMost(Duration.ofSeconds(30)).until(() -> bridge.status().held().isEmpty());
        assertThat(bridge.terminate()).as(bridge::log).isZero();
      }
      assertThat(broker.topics().read(dead)).hasSize(3);
      assertThat(broker.topics().lag(shop.group, shop.topic)).hasValue(0);
    }
  }

  private static void letGrow(String topic) throws Exception {
    var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    var entry = new ConfigEntry("max.message.bytes", "1048576");
    var set = new AlterConfigOp(entry, AlterConfigOp.OpType.SET);
    broker.topics().admin().incrementalAlterConfigs(Map.of(resource, List.of(set))).all().get();
  }

  @Test
  void whenMostRecordsAreRefusedTheBridgeStopsSaysSoAndGoesOnByItself() {
    try (var shop = new Shop(broker, directory, "flood", 6, 1_000)) {
      shop.api.set("{\"refusal\": {\"status\": 400, \"body\": \"sequence\"}}");
      shop.producer.produce(3_000);
      try (var bridge = shop.bridge("", "")) {
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> bridge.status().ready().reason().equals("Flooded"));
        long dead = bridge.status().records().deadLettered();
        assertThat(dead).as("a hundred, and what was under way").isLessThanOrEqualTo(100 + 2 * 64);

        shop.api.set("{}");
        await().atMost(Duration.ofSeconds(60)).until(() -> bridge.status().ready().ok());
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> shop.accepted() + bridge.status().records().deadLettered() == 3_000);
        assertThat(bridge.terminate()).as(bridge::log).isZero();
      }
      assertThat(broker.topics().lag(shop.group, shop.topic)).hasValue(0);
    }
  }
}
