package dev.kafkaapibridge.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.operator.cluster.FakeKubelet;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What pods say, and what keeps them from running, as conditions and events tell it. */
class ConditionsIT extends OrdersBridge {

  @Test
  void aQuotaIsNamed() {
    cluster.apply(
        "{apiVersion: v1, kind: ResourceQuota, metadata: {name: small, namespace: %s}, spec: {hard: {pods: 0}}}"
            .formatted(namespace));
    apply("");

    awaitCondition("Stalled", "True", "QuotaExceeded");
    assertThat(message("Ready")).contains("exceeded quota: small");
    kubectl("delete", "resourcequota", "small");
  }

  @Test
  void aServiceAccountThatIsMissingIsNamedAndWaitedFor() {
    apply("  workload: {serviceAccountName: crm-caller}\n");

    awaitCondition("ResolvedRefs", "False", "ServiceAccountNotFound");
    assertThat(message("Ready")).contains("crm-caller", "spec.workload.serviceAccountName");
    kubectl("create", "serviceaccount", "crm-caller");
    kubectl("delete", "replicasets", "--all"); // or wait for the ReplicaSet's own patience
    awaitCondition("Ready", "True", "Running");
  }

  @Test
  void whatPodsSayIsSeenInConditionsAndEvents() {
    kubelet.report(pod ->
        FakeKubelet.serves(
            pod,
            "kafka.health",
            "{\"ok\": false, \"reason\": \"BootstrapUnreachable\", \"message\": \"kafka:9092"
                + " refuses\\u001b[2J.\"}"));
    apply("");

    awaitCondition("KafkaConnected", "False", "BootstrapUnreachable");
    awaitCondition("Ready", "False", "BootstrapUnreachable");
    assertThat(message("Ready")).endsWith(": kafka:9092 refuses [2J");
    awaitEvent("KafkaUnreachable");

    kubelet.report(pod ->
        FakeKubelet.serves(
            pod,
            "target.health",
            "{\"ok\": false, \"reason\": \"CircuitOpen\", \"message\": \"503\"}"));
    awaitCondition("TargetHealthy", "False", "CircuitOpen");
    awaitCondition("Ready", "True", "Running");
    awaitEvent("CircuitOpened");

    kubelet.report(pod -> "no JSON");
    awaitCondition("KafkaConnected", "Unknown", "NotReported");
    // On a busy machine it may first have been too slow to answer; the words follow in a minute.
    await()
        .atMost(Duration.ofSeconds(90))
        .untilAsserted(() ->
            assertThat(message("KafkaConnected")).contains("it answers something that is no JSON"));
  }

  @Test
  void whatMakesRecordsWaitIsSeenInConditionsAndEventsAndTheBridgeIsReady() {
    kubelet.report(pod ->
        FakeKubelet.serves(
            pod,
            "target.requests",
            "100",
            "target.rateLimited",
            "40",
            "held",
            "[{\"topic\": \"orders\", \"partition\": 1, \"offset\": 512, \"why\": \"Blocked\","
                + " \"reason\": \"Refused\"}]"));
    apply("");

    awaitCondition("Throttled", "True", "TargetThrottling");
    assertThat(message("Throttled")).contains("429 to 40% of the calls");
    awaitCondition("Blocked", "True", "RecordRefused");
    awaitCondition("Ready", "True", "Running");
    awaitEvent("TargetThrottling");
    awaitEvent("DeliveryBlocked");

    kubelet.report(pod ->
        FakeKubelet.serves(
            pod,
            "kafka.positionResets",
            "[{\"at\": \"2026-11-25T10:00:20Z\", \"reason\": \"OffsetOutOfRange\", \"topic\":"
                + " \"orders\", \"partition\": 0, \"from\": 5, \"to\": 90}]"));
    awaitEvent("records from offset 5 to 89 were not read");
    await().atMost(Duration.ofSeconds(30)).until(() -> condition("Blocked").isEmpty());
  }

  @Test
  void aStrangersPodDoesNotSpeakForTheBridge() {
    cluster.kubectl("label", "namespace", namespace, "pod-security.kubernetes.io/enforce-");
    apply("");
    awaitCondition("Ready", "True", "Running");
    kubelet.report(pod ->
        pod.getMetadata().getName().equals("stranger")
            ? FakeKubelet.serves(
                pod, "kafka.health", "{\"ok\": false, \"reason\": \"Lies\", \"message\": \"\"}")
            : FakeKubelet.serves(pod));
    cluster.apply(
        """
        apiVersion: v1
        kind: Pod
        metadata:
          name: stranger
          namespace: %s
          annotations: {kafka-api-bridge.dev/spec-hash: %s}
          labels: {app.kubernetes.io/name: stranger, app.kubernetes.io/instance: orders, app.kubernetes.io/managed-by: kafka-api-bridge-operator}
        spec: {containers: [{name: a, image: a}]}
        """
            .formatted(namespace, hash()));

    await()
        .during(Duration.ofSeconds(12))
        .atMost(Duration.ofSeconds(15))
        .until(() -> reason("KafkaConnected").equals("Connected"));
  }

  @Test
  void anImageThatCannotBePulledStalls() {
    kubelet.fate(pod -> FakeKubelet.waiting("ImagePullBackOff", "not found"));
    apply("");

    awaitCondition("Stalled", "True", "ImagePullFailed");
    assertThat(message("Ready")).contains("not found", "spec.workload.image");
  }
}
