package dev.kafkaapibridge.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.operator.cluster.FakeKubelet;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Replays as their author meets them: with kubectl. */
class ReplayKubectlIT extends OrdersBridge {

  private static final String REPLAY =
      """
      apiVersion: kafka-api-bridge.dev/v1alpha1
      kind: KafkaApiBridgeReplay
      metadata: {name: %s, namespace: %s}
      spec: {bridgeRef: {name: orders}, %s}
      """;

  private static final String FIGURES =
      """
      {"name": "first", "uid": "%s", "phase": "%s", "reason": "%s", "message": "", "matched": 7, "skipped": 3,
       "unjudged": 0, "alreadyReplayed": 0, "replayed": %d, "failed": 1, "remaining": %d,
       "byCause": [{"cause": "Refused 422", "count": 7}]}\
      """;

  private void replay(String name, String spec) {
    cluster.apply(REPLAY.formatted(name, namespace, spec));
  }

  private String field(String name, String path) {
    return kubectl("get", "kabr", name, "-o", "jsonpath=" + path);
  }

  private void awaitReason(String name, String reason) {
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> assertThat(field(name, "{.status.conditions[0].reason}")).isEqualTo(reason));
  }

  @Test
  void progressIsSeenAndItsEndIsWaitedForAndPodsGoOnAsTheyWere() {
    apply("");
    kubectl("wait", "--for=condition=Ready", "kab/orders", "--timeout=90s");
    String hash = hash();
    long generation = deployment().getMetadata().getGeneration();
    replay("first", "maxRecords: 100");
    replay("second", "dryRun: Enabled");
    awaitReason("first", "Starting");
    awaitReason("second", "Queued");
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() ->
            assertThat(kubectl("get", "configmap", "orders-bridge", "-o", "yaml"))
                .contains("kafka-api-bridge.dev/replay", "first")
                .doesNotContain("second"));
    String uid = field("first", "{.metadata.uid}");
    var said = new AtomicReference<>(FIGURES.formatted(uid, "Running", "Running", 4, 2));
    kubelet.report(pod -> FakeKubelet.serves(pod, "replay", said.get()));
    awaitReason("first", "Running");
    assertThat(kubectl("get", "kabr", "first")).contains("orders", "7", "4", "Unknown", "Running");

    said.set(FIGURES.formatted(uid, "Finished", "Finished", 6, 0));
    kubectl("wait", "--for=condition=Succeeded", "kabr/first", "--timeout=60s");
    assertThat(kubectl("get", "kabr", "first")).contains("7", "6", "1", "True", "Completed");
    assertThat(field("first", "{.status.byCause[0].cause}")).isEqualTo("Refused 422");
    awaitEvent("ReplayCompleted");
    awaitReason("second", "Starting");
    assertThat(hash()).isEqualTo(hash);
    assertThat(deployment().getMetadata().getGeneration()).isEqualTo(generation);

    kubectl("delete", "kabr", "second");
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() ->
            assertThat(kubectl("get", "configmap", "orders-bridge", "-o", "yaml"))
                .doesNotContain("kafka-api-bridge.dev/replay"));
  }

  /** It looks at the replay before it has heard the bridge's pods. */
  @Test
  void anotherOperatorTakesNothingBackOfOneThatRuns() throws Exception {
    apply("");
    kubectl("wait", "--for=condition=Ready", "kab/orders", "--timeout=90s");
    replay("first", "maxRecords: 100");
    awaitReason("first", "Starting");
    String said = FIGURES.formatted(field("first", "{.metadata.uid}"), "Running", "Running", 4, 2);
    kubelet.report(pod -> FakeKubelet.serves(pod, "replay", said));
    awaitReason("first", "Running");
    kubelet.report(pod -> {
      LockSupport.parkNanos(Duration.ofMillis(1_500).toNanos());
      return FakeKubelet.serves(pod, "replay", said);
    });
    String version = field("first", "{.metadata.resourceVersion}");

    operator.restart();
    awaitLook();

    assertThat(field("first", "{.metadata.resourceVersion}")).isEqualTo(version);
  }

  @Test
  void whatCanNotRunIsSaidAndTheBridgesDeletionEndsIt() {
    apply("");
    kubectl("wait", "--for=condition=Ready", "kab/orders", "--timeout=90s");
    replay("wrong", "filter: \"record.heders['a'] == 'b'\"");
    awaitReason("wrong", "InvalidFilter");
    replay("left", "alreadyReplayed: Repeat");
    awaitReason("left", "Starting");
    kubectl("delete", "kab", "orders");
    awaitReason("left", "BridgeDeleted");

    assertThat(field("left", "{.status.conditions[0].status}")).isEqualTo("False");
  }

  /** Where the time of an object is over, it goes. */
  @Test
  void oneThatIsOverIsDeletedAfterItsTime() {
    replay("old", "ttlAfterFinished: 1m");
    kubectl(
        "patch",
        "kabr",
        "old",
        "--subresource=status",
        "--type=merge",
        "-p",
        "{\"status\": {\"completionTime\": \"2026-01-01T00:00:00Z\", \"conditions\": [{\"type\": \"Succeeded\", \"status\": \"True\", \"reason\": \"Completed\", \"message\": \"\", \"lastTransitionTime\": \"2026-01-01T00:00:00Z\"}]}}");
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(kubectl("get", "kabr")).doesNotContain("old"));
  }
}
