package dev.kafkaapibridge.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.operator.cluster.FakeKubelet;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What becomes of a spec that is edited: rolled out, refused by the operator, or by the API server.
 */
@Tag("turn-0") // 75 s
class EditedSpecIT extends OrdersBridge {

  @Test
  void anEditedSpecRollsThePodsAndReadyWaitsForThem() {
    apply("");
    awaitCondition("Ready", "True", "Running");
    String before = hash();
    kubelet.fate(pod -> hash(pod).equals(before) ? FakeKubelet.ready() : null);

    patch("{\"spec\":{\"delivery\":{\"maxInFlight\":8}}}");
    awaitCondition("Ready", "Unknown", "RollingOut");
    assertThat(tryKubectl("wait", "--for=condition=Ready", "kab/orders", "--timeout=2s"))
        .isNotZero();
    assertThat(deployment().getStatus().getAvailableReplicas()).isEqualTo(1);

    kubelet.fate(pod -> FakeKubelet.ready());
    kubectl("wait", "--for=condition=Ready", "kab/orders", "--timeout=90s");
    assertThat(hash()).isNotEqualTo(before);
    awaitStatus(status -> assertThat(status.get("observedGeneration")).isEqualTo(2));
    assertThat(kubectl("get", "configmap", "orders-bridge", "-o", "yaml"))
        .contains("maxInFlight: 8");
    awaitEvent("BridgeUpdated");
  }

  @Test
  void whatASpecNoLongerWantsIsTakenAwayAndNothingOfOthers() {
    String unmanaged =
        "  networkPolicy: {mode: Unmanaged}\n"
            + "  workload: {podDisruptionBudget: {mode: Unmanaged}}\n";
    apply("");
    awaitCondition("Ready", "True", "Running");
    assertThat(kubectl("get", "poddisruptionbudgets,networkpolicies", "-o", "name").lines())
        .hasSize(2);

    apply(unmanaged);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() ->
            assertThat(kubectl("get", "poddisruptionbudgets,networkpolicies", "-o", "name"))
                .isEmpty());
    cluster.apply(
        "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: orders-bridge, namespace: %s}, spec: {podSelector: {}}}"
            .formatted(namespace));
    kubectl("annotate", "kab", "orders", "kafka-api-bridge.dev/restarted-at=now");
    awaitStatus(status -> assertThat(status.get("restartedAt")).isEqualTo("now"));
    awaitCondition("Ready", "True", "Running");
    assertThat(kubectl("get", "networkpolicies", "-o", "name")).contains("orders-bridge");

    apply("");
    awaitCondition("Stalled", "True", "NameConflict");
    assertThat(message("Ready")).contains("NetworkPolicy 'orders-bridge' exists");
    kubectl("delete", "networkpolicy", "orders-bridge");
    awaitCondition("Ready", "True", "Running");
  }

  @Test
  void aRefusedSpecLeavesRunningWhatRunsAndStopsNoOtherBridge() {
    apply("");
    awaitCondition("Ready", "True", "Running");
    String before = hash();

    apply(
        "  workload: {affinity: {nodeAffinity: [nonsense]}, tolerations: [{tolerationSeconds:"
            + " soon}]}\n");
    awaitCondition("Accepted", "False", "InvalidSpec");
    awaitCondition("Stalled", "True", "InvalidSpec");
    assertThat(message("Ready"))
        .contains(
            "spec.workload.affinity.nodeAffinity",
            "spec.workload.tolerations[0].tolerationSeconds");
    assertThat(hash()).isEqualTo(before);
    assertThat(status().get("readyReplicas")).isEqualTo(1);

    cluster.apply(BRIDGE.formatted("others", namespace, ""));
    kubectl("wait", "--for=condition=Ready", "kab/others", "--timeout=90s");

    apply("  observability: {tracing: {otlpEndpoint: 'http://otel:4317'}}\n");
    awaitCondition("Accepted", "False", "NotServed");

    apply("");
    awaitCondition("Ready", "True", "Running");
  }

  @Test
  void aRefusedSpecFreezesNothingButItself() throws Exception {
    apply("  autoscaling: {mode: External}\n");
    awaitCondition("Ready", "True", "Running");
    apply(
        "  autoscaling: {mode: External}\n  observability: {tracing: {otlpEndpoint: 'http://otel:4317'}}\n");
    awaitCondition("Stalled", "True", "NotServed");

    kubectl("scale", "kab/orders", "--replicas=2");
    awaitStatus(status -> assertThat(status.get("readyReplicas")).isEqualTo(2));
    kubectl("delete", "service/orders-bridge");
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(child("service")).isNotNull());
    operator.close();
    operator = TestedOperator.start(cluster, "operator-it");
    patch("{\"spec\":{\"state\":\"Stopped\"}}");
    awaitStatus(status -> assertThat(status.get("replicas")).isEqualTo(0));
    awaitCondition("Paused", "True", "Stopped");
    assertThat(kubectl("get", "configmap/orders-bridge", "-o", "yaml")).doesNotContain("batch");
  }

  /** A pod that is evicted meanwhile starts from the file that it was made for. */
  @Test
  void whileARolloutFailsTheFilesOfBothSpecsAreThere() {
    apply("  delivery: {maxInFlight: 5}\n");
    awaitCondition("Ready", "True", "Running");
    kubelet.fate(pod ->
        "bad".equals(pod.getSpec().getContainers().getFirst().getImage())
            ? FakeKubelet.waiting("ImagePullBackOff", "no such image")
            : FakeKubelet.ready());

    apply("  delivery: {maxInFlight: 6}\n  workload: {image: bad}\n");
    awaitCondition("Stalled", "True", "ImagePullFailed");
    assertThat(kubectl("get", "configmap/orders-bridge", "-o", "yaml"))
        .contains("maxInFlight: 5", "maxInFlight: 6");

    kubelet.fate(pod -> FakeKubelet.ready());
    awaitCondition("Ready", "True", "Running");
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() ->
            assertThat(kubectl("get", "configmap/orders-bridge", "-o", "yaml"))
                .doesNotContain("maxInFlight: 5"));
  }

  @Test
  void whatTheApiServerRefusesIsToldInItsWords() {
    apply(
        "  workload: {tolerations: [{operator: Sometimes}], resources: {requests: {memory: 1Gi},"
            + " limits: {memory: 512Mi}}}\n");

    awaitCondition("Stalled", "True", "InvalidSpec");
    assertThat(message("Ready"))
        .contains("must be less than or equal to memory limit", "Sometimes");
  }

  @Test
  void whatTheApiServerRefusesChangesNothingThatPodsRead() {
    apply("");
    awaitCondition("Ready", "True", "Running");
    assertThat(kubectl("get", "configmap", "orders-bridge", "-o", "yaml")).contains("maxInFlight");

    apply("  delivery: {maxInFlight: 7}\n  workload: {tolerations: [{operator: Sometimes}]}\n");
    awaitCondition("Stalled", "True", "InvalidSpec");

    assertThat(kubectl("get", "configmap", "orders-bridge", "-o", "yaml"))
        .doesNotContain("maxInFlight: 7\n");
  }
}
