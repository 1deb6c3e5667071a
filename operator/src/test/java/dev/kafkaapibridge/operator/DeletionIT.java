package dev.kafkaapibridge.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.operator.cluster.ControlPlane;
import dev.kafkaapibridge.operator.cluster.FakeKubelet;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a bridge goes whose consumer group is to go with it, on a real control plane. */
class DeletionIT {

  private static final String CLEANUP = "app.kubernetes.io/name=kafka-api-bridge-cleanup";
  private static final AtomicInteger NAMESPACES = new AtomicInteger();
  private static ControlPlane cluster;
  private static TestedOperator operator;

  private String namespace;
  private FakeKubelet kubelet;

  /** What becomes of the Job's pod; "" leaves it pending. */
  private volatile String jobsEnd = "";

  @BeforeAll
  static void start() throws Exception {
    cluster = ControlPlane.get();
    operator = TestedOperator.start(cluster, "deletion-it");
  }

  @AfterAll
  static void stop() {
    operator.close();
  }

  @BeforeEach
  void ownNamespace() {
    namespace = "leave-" + NAMESPACES.incrementAndGet();
    cluster.kubectl("create", "namespace", namespace);
    kubelet = new FakeKubelet(cluster.admin(), namespace, operator.podPort());
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
    kubectl("wait", "--for=condition=Ready", "kab/orders", "--timeout=60s");
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

  @AfterEach
  void stopPods() {
    kubelet.close();
    cluster.kubectl("delete", "namespace", namespace, "--wait=false", "--ignore-not-found");
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
    await()
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
    kubectl("wait", "--for=jsonpath={.status.replicas}=0", "kab/orders", "--timeout=60s");

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
        "{\"spec\":{\"kafka\":{\"bootstrapServers\":\"elsewhere:9092\"},\"delivery\":{\"batch\":{}}}}");
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

    cluster.kubectl("delete", "namespace", namespace, "--timeout=90s");
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
        .untilAsserted(() ->
            assertThat(kubectl("get", "kab/orders", "-o", "jsonpath={.metadata.finalizers}"))
                .isEmpty());
  }

  private void awaitMessage(String part) {
    await()
        .atMost(Duration.ofSeconds(40))
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
        .atMost(Duration.ofSeconds(40))
        .untilAsserted(() -> assertThat(kubectl("get", "kab", "-o", "name")).isEmpty());
  }

  private void awaitEvent(String reason) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(kubectl("get", "events", "-o", "wide")).contains(reason));
  }

  private String kubectl(String... arguments) {
    var all = new ArrayList<>(List.of("-n", namespace));
    all.addAll(List.of(arguments));
    return cluster.kubectl(all.toArray(String[]::new));
  }
}
