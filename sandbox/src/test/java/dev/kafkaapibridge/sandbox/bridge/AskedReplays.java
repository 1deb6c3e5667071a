package dev.kafkaapibridge.sandbox.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.api.report.StatusReport;
import java.time.Duration;
import java.util.List;

/** Asks for replays, as the operator does: in the bridge's file, each later than the one before. */
final class AskedReplays {

  private int asked;

  /**
   * @param spec further fields of the replay's spec, as members of a JSON object
   */
  void of(RunningBridge bridge, String name, String spec) {
    bridge.edit(yaml -> in(yaml, name, spec));
  }

  /** The file of a bridge, asking for one. */
  String in(String yaml, String name, String spec) {
    String order =
        "{\"uid\":\"uid-%s\",\"name\":\"%s\",\"startedAt\":\"2026-11-22T10:00:%02dZ\",\"createdAt\":\"2026-11-22T10:00:00Z\",\"spec\":{\"bridgeRef\":{\"name\":\"test\"}%s}}"
            .formatted(name, name, asked++, spec.isEmpty() ? "" : "," + spec);
    return without(yaml)
        .replace(
            "{name: test, namespace: shop}",
            "{name: test, namespace: shop, annotations: {kafka-api-bridge.dev/replay: '%s'}}"
                .formatted(order.replace("'", "''")));
  }

  static String without(String yaml) {
    return yaml.replaceAll(
        "metadata: [{]name: test, namespace: shop.*", "metadata: {name: test, namespace: shop}");
  }

  static StatusReport.Replay awaitEnd(RunningBridge bridge, String name) {
    return await()
        .atMost(Duration.ofSeconds(Scale.of(60, 240)))
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> bridge.status().replay(),
            replay ->
                replay != null
                    && replay.name().equals(name)
                    && List.of("Finished", "Failed").contains(replay.phase()));
  }

  /** It is over, and its figures are these, also by cause. */
  static void assertCounts(
      StatusReport.Replay replay, long matched, long already, long replayed, long failed) {
    assertThat(replay)
        .extracting(
            StatusReport.Replay::matched,
            StatusReport.Replay::alreadyReplayed,
            StatusReport.Replay::replayed,
            StatusReport.Replay::failed,
            StatusReport.Replay::remaining)
        .containsExactly(matched, already, replayed, failed, 0L);
    assertThat(replay.byCause().stream().mapToLong(StatusReport.Cause::count).sum())
        .as("by cause: %s", replay)
        .isEqualTo(matched);
  }
}
