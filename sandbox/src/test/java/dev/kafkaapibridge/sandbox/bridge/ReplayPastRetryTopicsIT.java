package dev.kafkaapibridge.sandbox.bridge;

import static dev.kafkaapibridge.sandbox.bridge.AskedReplays.assertCounts;
import static dev.kafkaapibridge.sandbox.bridge.ReplayScene.every;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.report.StatusReport;
import dev.kafkaapibridge.sandbox.api.Call;
import dev.kafkaapibridge.sandbox.api.SwitchboardApi;
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Replays of a bridge that has retry topics: those are for records that come for the first time.
 */
@Tag("turn-1") // 60 s
@Timeout(180)
class ReplayPastRetryTopicsIT {

  @TempDir static Path directory;
  @AutoClose static EmbeddedBroker broker;

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start(directory.resolve("broker"));
  }

  /** Each fifth of the first 2,000 is refused; at the replay the API fails for every hundredth. */
  @ParameterizedTest
  @CsvSource({
    "unordered, ordering: Unordered",
    "batches, 'ordering: Unordered, batch: {maxRecords: 20, maxWait: 50ms}'",
    "keys, ordering: Key"
  })
  void whatFailsAgainIsCountedAndGoesPastThemBackToTheDeadLetters(String topic, String delivery)
      throws InterruptedException {
    var scene =
        new ReplayScene(
            broker,
            topic,
            directory,
            value -> Call.recordsIn(new String(value, UTF_8)).getFirst().sequence());
    String retry =
        ", retry: {maxAttempts: 2, initialBackoff: 20ms, mode: Topics, topics: [{delay: 1s}]}";
    try (var api = SwitchboardApi.start();
        var producer = scene.producer()) {
      String target = "http: {url: \"%s/v1/orders\"}".formatted(api.url());
      api.set(refusal(422, "1?[0-9]{0,2}[05]"));
      producer.produce(2_000);
      try (var bridge = scene.bridge(scene.yaml(target, delivery + retry, ""))) {
        scene.awaitNoLag(bridge);
        api.set(refusal(503, "1?[0-9]?50"));
        // Others that succeed, so that a failure is known to be the record's.
        var traffic = Thread.ofVirtual().start(() -> producer.produceEvenly(20_000, 100));
        new AskedReplays().of(bridge, "all", "\"window\":{\"until\":\"2099-01-01T00:00:00Z\"}");
        StatusReport.Replay all = AskedReplays.awaitEnd(bridge, "all");
        traffic.interrupt();
        traffic.join();
        System.err.printf("ReplayPastRetryTopicsIT: %s, %s%n", topic, all);

        assertCounts(all, 400, 0, 380, 20);
        assertThat(scene.letters(1)).isEqualTo(every(100, 50, 2_000));
        assertThat(broker.topics().readCommitted(scene.retryTopic(1))).isEmpty();
        assertThat(bridge.terminate()).as(bridge::log).isZero();
      }
    }
  }

  private static String refusal(int status, String sequence) {
    return "{\"refusal\": {\"status\": %d, \"body\": \"sequence\\\":%s,\"}}"
        .formatted(status, sequence);
  }
}
