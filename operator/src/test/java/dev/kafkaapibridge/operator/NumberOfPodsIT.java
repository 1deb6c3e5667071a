package dev.kafkaapibridge.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.operator.cluster.FakeKubelet;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who says how many pods a bridge has, and who is not asked. */
@Tag("turn-2") // 122 s
class NumberOfPodsIT extends OrdersBridge {

  /** When processes of pods began that have been at work for a while. */
  private static final Instant BEGUN = Instant.now().minusSeconds(3600);

  @Test
  void kubectlScaleIsObeyedAndRestartsNothing() {
    apply("  autoscaling: {mode: Disabled}\n");
    awaitCondition("Ready", "True", "Running");
    String replicaSets = kubectl("get", "replicasets", "-o", "name");
    Set<String> ready = watchReady();

    kubectl("scale", "kab/orders", "--replicas=2");
    awaitStatus(status -> assertThat(status.get("readyReplicas")).isEqualTo(2));
    kubectl("scale", "kab/orders", "--replicas=3");
    awaitStatus(status -> assertThat(status.get("readyReplicas")).isEqualTo(3));

    assertThat(ready).as("Ready while it was scaled").containsExactly("True/Running");
    assertThat(kubectl("get", "replicasets", "-o", "name")).isEqualTo(replicaSets);
    assertThat(scale())
        .contains(
            "\"replicas\":3",
            "app.kubernetes.io/instance=orders,app.kubernetes.io/name=kafka-api-bridge");
    awaitEvent("ScaledUp");
  }

  @Test
  void theOperatorFollowsTheLagAndIgnoresAWrittenNumber() {
    apply("  autoscaling: {minReplicas: 1, maxReplicas: 3, scaleDownStabilization: 5s}\n");
    awaitCondition("Ready", "True", "Running");

    kubectl("scale", "kab/orders", "--replicas=9");
    awaitEvent("ScaleRequestIgnored");
    assertThat(deployment().getSpec().getReplicas()).isEqualTo(1);
    // The event is told first.
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() ->
            assertThat(message("ScalingActive")).contains("spec.replicas: 9 counts for nothing"));

    kubelet.report(pod -> working(pod, 100_000));
    // There are two partitions for each pod that runs, so it takes two steps; the first is soon
    // over.
    awaitEvent("Scaled from 1 to 2 replicas: demand 40/s, pod rate 20/s");
    awaitStatus(status -> assertThat(status.get("desiredReplicas")).isEqualTo(3));
    awaitCondition("ScalingLimited", "True", "TooManyReplicas");
    awaitCondition("ScalingActive", "True", "Tracking");

    kubelet.report(pod -> working(pod, 0));
    // Pods are taken away when all have been ready for half a minute.
    await()
        .atMost(Duration.ofSeconds(150))
        .untilAsserted(() -> assertThat(status().get("readyReplicas")).isEqualTo(1));
    assertThat(bridge().<Map<String, Object>>get("spec").get("replicas")).isEqualTo(9);
  }

  /** A pod that makes 20 calls a second with all its slots, while it has a backlog. */
  private static String working(io.fabric8.kubernetes.api.model.Pod pod, long backlog) {
    int first = 2 * Math.floorMod(pod.getMetadata().getUid().hashCode(), 100_000);
    Instant now = Instant.now();
    long age = Duration.between(BEGUN, now).toMillis();
    String partition =
        "{\"topic\": \"orders\", \"partition\": %%d, \"end\": 1000000, \"endAt\": \"%s\", \"lag\": %d, \"backlog\": %d}"
            .formatted(now, backlog, backlog);
    long calls = backlog == 0 ? 0 : age / 50;
    return FakeKubelet.serves(
        pod,
        "processStartedAt",
        "\"%s\"".formatted(backlog == 0 ? now : BEGUN),
        "reportedAt",
        "\"%s\"".formatted(now),
        "kafka.partitions",
        "[%s, %s]".formatted(partition.formatted(first), partition.formatted(first + 1)),
        "target.requests",
        String.valueOf(calls),
        "target.accepted",
        String.valueOf(calls),
        "target.busyMillis",
        String.valueOf(64 * age),
        "target.slots",
        "64");
  }

  /** Real HPA of the control plane; without a metrics API it can find the scale, and no more. */
  @Test
  void aHorizontalPodAutoscalerFindsItsTarget() {
    apply("  autoscaling: {mode: External}\n");
    awaitCondition("Ready", "True", "Running");

    kubectl("autoscale", "kab/orders", "--min=2", "--max=4", "--cpu-percent=50");

    await()
        .atMost(Duration.ofSeconds(150))
        .untilAsserted(() ->
            assertThat(
                    kubectl(
                        "get",
                        "hpa",
                        "orders",
                        "-o",
                        "jsonpath={range .status.conditions[*]}{.type}={.status}/{.reason} {end}"))
                .contains("AbleToScale=True/"));
    // Below its minimum it scales without any metric.
    awaitStatus(status -> assertThat(status.get("readyReplicas")).isEqualTo(2));
    assertThat(bridge().<Map<String, Object>>get("spec").get("replicas")).isEqualTo(2);
    assertThat(bridge().getMetadata().getManagedFields())
        .filteredOn(field -> field.getManager().equals("kafka-api-bridge-operator"))
        .allSatisfy(field -> assertThat(field.getSubresource()).isEqualTo("status"));
  }

  private String scale() {
    return kubectl(
        "get",
        "--raw",
        "/apis/kafka-api-bridge.dev/v1alpha1/namespaces/"
            + namespace
            + "/kafkaapibridges/orders/scale");
  }

  @Test
  void anAutoscalersNumberIsTakenAsItIs() {
    apply("  autoscaling: {mode: External, maxReplicas: 2}\n");
    awaitCondition("Ready", "True", "Running");
    kubectl("scale", "kab/orders", "--replicas=4");
    awaitStatus(status -> assertThat(status.get("readyReplicas")).isEqualTo(4));

    kubectl("scale", "kab/orders", "--replicas=0");
    awaitCondition("Ready", "True", "ScaledToZero");
    awaitEvent("ScaledToZero");
  }
}
