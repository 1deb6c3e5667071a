package dev.kafkaapibridge.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.operator.cluster.FakeKubelet;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a bridge goes whose consumer group is to go with it, on a real control plane. */
@Tag("turn-2") // 93 s
class DeletionIT extends OwnNamespace {

  private static final String CLEANUP = "app.kubernetes.io/name=kafka-api-bridge-cleanup";

  /** What becomes of the Job's pod; "" leaves it pending. */
  private volatile String jobsEnd = "";

  @BeforeEach
  void aBridge() {
    kubelet.fate(this::fate);
    cluster.apply(
        """
        apiVersion: kafka-api-bridge.dev/v1alpha1
        kind: KafkaApiBridge
        metadata: {name: orders, namespace: %s}
        spec:
          kafka: {bootstrapServers: "kafka:9092", topics: [orders]}
          target: {http: {url: "https://crm.example.com/v1/orders"}}
          deletionPolicy: {consumerGroup: Delete}
        """
            .formatted(namespace));
    kubectl("wait", "--for=condition=Ready", "kab/orders", "--timeout=90s");
    assertThat(kubectl("get", "kab/orders", "-o", "jsonpath={.metadata.finalizers}"))
        .contains("kafka-api-bridge.dev/consumer-group");
  }

  private PodStatusBuilder fate(Pod pod) {
    if (!"kafka-api-bridge-cleanup"
        .equals(pod.getMetadata().getLabels().get("app.kubernetes.io/name"))) {
      return FakeKubelet.ready();
    }
    return jobsEnd.isEmpty() ? null : new PodStatusBuilder().withPhase(jobsEnd);
  }

  @ParameterizedTest
  @ValueSource(strings = {"background", "foreground"})
  void thePodsEndThenTheGroupIsDeletedThenTheBridgeIsGone(String cascade) {
    kubectl("delete", "kab/orders", "--wait=false", "--cascade=" + cascade);

    awaitMessage("a Job deletes consumer group '" + namespace + ".orders'");
    assertThat(
            kubectl("get", "pods", "-l", "app.kubernetes.io/name=kafka-api-bridge", "-o", "name"))
        .isEmpty();
    jobsEnd = "Succeeded";
    awaitGone();
    awaitEvent("ConsumerGroupDeleted");
    // The garbage collector learns of a new kind every half minute.
    await()
        .atMost(Duration.ofSeconds(90))
        .untilAsserted(() ->
            assertThat(kubectl("get", "deployments,configmaps,services", "-o", "name"))
                .doesNotContain("orders"));
  }

  /** Whoever has none: the Job is no pod of the bridge, and needs none. */
  @Test
  void theGroupOfABridgeWithoutPodsGoesWithItToo() {
    kubectl(
        "patch",
        "kab/orders",
        "--type=merge",
        "-p",
        "{\"spec\": {\"autoscaling\": {\"mode\": \"External\"}, \"replicas\": 0}}");
    kubectl("wait", "--for=jsonpath={.status.replicas}=0", "kab/orders", "--timeout=90s");

    kubectl("delete", "kab/orders", "--wait=false");
    awaitMessage("a Job deletes consumer group '" + namespace + ".orders'");
    jobsEnd = "Succeeded";
    awaitGone();
    awaitEvent("ConsumerGroupDeleted");
  }

  @Test
  void aJobThatFailsHoldsNothingUpAndTheCommandIsSaid() {
    jobsEnd = "Failed";
    kubectl("delete", "kab/orders", "--wait=false");

    awaitGone();
    awaitEvent("FinalizerBlocked");
    assertThat(kubectl("get", "events", "-o", "wide"))
        .contains(
            "kafka-consumer-groups.sh --bootstrap-server kafka:9092 --delete --group "
                + namespace
                + ".orders");
  }

  @Test
  void anAnnotationEndsTheWaiting() {
    kubectl("delete", "kab/orders", "--wait=false");
    awaitMessage("a Job deletes");

    kubectl("annotate", "kab/orders", "kafka-api-bridge.dev/skip-cleanup=true");
    awaitGone();
    assertThat(kubectl("get", "jobs", "-o", "jsonpath={.items[*].status.conditions[*].type}"))
        .as("a Job that worked on would delete what a bridge that is applied again has committed")
        .contains("Failed");
    assertThat(kubectl("get", "pods", "-l", CLEANUP, "-o", "name")).isEmpty();
    awaitEvent("ConsumerGroupKept");
  }

  @Test
  void theGroupIsTheOneOfThePodsAlsoWhereTheSpecWasEditedAndRefused() {
    kubectl(
        "patch",
        "kab/orders",
        "--type=merge",
        "-p",
        "{\"spec\":{\"kafka\":{\"bootstrapServers\":\"elsewhere:9092\"},\"observability\":{\"tracing\":{\"otlpEndpoint\":\"http://otel:4317\"}}}}");
    kubectl("delete", "kab/orders", "--wait=false");

    awaitMessage("a Job deletes consumer group '" + namespace + ".orders'");
    assertThat(
            kubectl("get", "jobs", "-o", "jsonpath={.items[0].spec.template.metadata.annotations}"))
        .contains("kafka:9092")
        .doesNotContain("elsewhere");
    jobsEnd = "Succeeded";
    awaitGone();
    awaitEvent("ConsumerGroupDeleted");
    assertThat(kubectl("get", "events", "-o", "wide")).contains("at kafka:9092");
  }

  @Test
  void orphanedPodsRunOnAndKeepTheirGroup() {
    kubectl("delete", "kab/orders", "--wait=false", "--cascade=orphan");

    awaitGone();
    assertThat(kubectl("get", "deployment/orders-bridge", "-o", "jsonpath={.spec.replicas}"))
        .isEqualTo("1");
    assertThat(kubectl("get", "jobs", "-o", "name")).isEmpty();
  }

  @Test
  void theNamespaceGoesThoughTheJobNeverEnds() {
    kubectl("delete", "kab/orders", "--wait=false");
    awaitMessage("a Job deletes");

    cluster.kubectl("delete", "namespace", namespace, "--timeout=180s");
  }

  @Test
  void theFinalizerGoesWithThePolicy() {
    kubectl(
        "patch",
        "kab/orders",
        "--type=merge",
        "-p",
        "{\"spec\":{\"deletionPolicy\":{\"consumerGroup\":\"Retain\"}}}");

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() ->
            assertThat(kubectl("get", "kab/orders", "-o", "jsonpath={.metadata.finalizers}"))
                .isEmpty());
  }

  private void awaitMessage(String part) {
    await()
        .atMost(Duration.ofSeconds(90))
        .untilAsserted(() ->
            assertThat(
                    kubectl(
                        "get",
                        "kab/orders",
                        "-o",
                        "jsonpath={.status.conditions[?(@.type==\"Reconciling\")].message}"))
                .contains(part));
  }

  private void awaitGone() {
    await()
        .atMost(Duration.ofSeconds(90))
        .untilAsserted(() -> assertThat(kubectl("get", "kab", "-o", "name")).isEmpty());
  }

  private void awaitEvent(String reason) {
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(kubectl("get", "events", "-o", "wide")).contains(reason));
  }
}
