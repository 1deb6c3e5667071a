package dev.kafkaapibridge.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.operator.cluster.InjectingWebhook;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Others who write what the operator writes: what is theirs stays theirs, what is the operator's is
 * put back, once, and then there is peace. On a real control plane.
 */
@Tag("turn-0") // 197 s
class RivalsIT extends OwnNamespace {

  /** Longer than two of the looks that come without a cause. */
  private static final Duration PEACE =
      "full".equals(System.getProperty("kab.scale"))
          ? Duration.ofMinutes(1)
          : Duration.ofSeconds(25);

  @Test
  void aBridgeAppliedTwoHundredTimesInARowEndsAsTheLastOneSays() throws Exception {
    aBridge();
    long began = System.nanoTime();
    for (int i = 1; i <= 200; i++) {
      cluster
          .admin()
          .genericKubernetesResources("kafka-api-bridge.dev/v1alpha1", "KafkaApiBridge")
          .inNamespace(namespace)
          .withName("orders")
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              "{\"spec\": {\"replicas\": %d, \"delivery\": {\"maxInFlight\": %d}}}"
                  .formatted(1 + i % 2, i % 2 == 0 ? 20 : 10));
    }
    kubectl("wait", "--for=condition=Ready", "kab/orders", "--timeout=90s");
    double seconds = (System.nanoTime() - began) / 1e9;
    awaitPeace();

    assertThat(kubectl("get", "kab/orders", "-o", "jsonpath={.status.observedGeneration}"))
        .isEqualTo(kubectl("get", "kab/orders", "-o", "jsonpath={.metadata.generation}"));
    assertThat(kubectl("get", "configmap/orders-bridge", "-o", "yaml")).contains("maxInFlight: 20");
    assertThat(deployment().getSpec().getReplicas()).isOne();
    long generations = deployment().getMetadata().getGeneration();
    int events = kubectl("get", "events.events.k8s.io", "-o", "name").lines().toList().size();
    System.err.printf(
        "200 specs in %.0f s: %d generations of the Deployment, %d events, %d writes%n",
        seconds, generations, bridgeEvents(), cluster.writes(namespace).size());
    assertThat(generations).as("four looks in two seconds").isLessThan((long) (2 * seconds) + 10);
    assertThat(bridgeEvents()).isLessThanOrEqualTo(26);
    assertThat(events).isPositive();
    assertThat(kubectl("get", "replicasets", "-o", "name").lines()).hasSizeLessThanOrEqualTo(4);
  }

  private int bridgeEvents() {
    return (int)
        kubectl(
                "get",
                "events.events.k8s.io",
                "-o",
                "jsonpath={range .items[?(@.regarding.kind==\"KafkaApiBridge\")]}{.reason}{\"\\n\"}{end}")
            .lines()
            .count();
  }

  @Test
  void kubectlRolloutRestartIsLetGoThrough() throws Exception {
    aBridge();
    String pod = kubectl("get", "pods", "-o", "name");
    List<String> before = awaitPeace();

    kubectl("rollout", "restart", "deployment/orders-bridge");
    kubectl("rollout", "status", "deployment/orders-bridge", "--timeout=90s");
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() ->
            assertThat(kubectl("get", "pods", "-o", "name")).isNotEmpty().doesNotContain(pod));
    awaitPeace();

    assertThat(deployment().getSpec().getTemplate().getMetadata().getAnnotations())
        .containsKey("kubectl.kubernetes.io/restartedAt");
    assertThat(written(before, "deployments")).isEmpty();
  }

  @Test
  void whatAWebhookInjectsStays() throws Exception {
    try (var webhook = InjectingWebhook.thatAddsAContainer()) {
      cluster.apply(webhook.configuration("injector", namespace));
      awaitAsked("name: proxy");
      aBridge();
      awaitPeace();

      assertThat(deployment().getSpec().getTemplate().getSpec().getContainers())
          .extracting(container -> container.getName())
          .containsExactly("runtime", "proxy");
      assertThat(deployment().getSpec().getTemplate().getMetadata().getAnnotations())
          .containsEntry("mesh/injected", "yes");
      assertThat(written(List.of(), "deployments")).as("it was made, and no more").hasSize(1);
    } finally {
      cluster.kubectl("delete", "mutatingwebhookconfiguration", "injector", "--ignore-not-found");
    }
  }

  /** It has the last word, so it is asked no second time. */
  @Test
  void aWebhookThatChangesWhatTheOperatorWroteIsNotFought() throws Exception {
    try (var webhook = InjectingWebhook.thatMirrorsImages()) {
      cluster.apply(webhook.configuration("mirror", namespace));
      awaitAsked("image: mirror.example.com/");
      aBridge();
      List<String> before = awaitPeace();

      assertThat(
              deployment().getSpec().getTemplate().getSpec().getContainers().getFirst().getImage())
          .isEqualTo("mirror.example.com/runtime:1");
      Thread.sleep(PEACE);
      assertThat(written(before, "deployments")).isEmpty();
      assertThat(kubectl("get", "kab/orders")).contains("True", "Running");

      kubectl("scale", "deployment/orders-bridge", "--replicas=3");
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(deployment().getSpec().getReplicas()).isEqualTo(1));
    } finally {
      cluster.kubectl("delete", "mutatingwebhookconfiguration", "mirror", "--ignore-not-found");
    }
  }

  /** As a recommender of resources would: limits are its own, requests are the bridge's. */
  @Test
  void aRivalsFieldStaysAndTheOperatorsIsPutBackOnce() throws Exception {
    aBridge();
    List<String> before = awaitPeace();

    kubectl(
        "patch",
        "deployment/orders-bridge",
        "--field-manager=vpa-like",
        "-p",
        "{\"spec\": {\"template\": {\"spec\": {\"containers\": [{\"name\": \"runtime\", \"resources\": {\"limits\": {\"cpu\": \"2\"}, \"requests\": {\"cpu\": \"777m\"}}}]}}}}");
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() ->
            assertThat(resources()).contains("\"limits\":{\"cpu\":\"2\"").doesNotContain("777m"));
    awaitPeace();

    assertThat(resources()).contains("\"limits\":{\"cpu\":\"2\"").doesNotContain("777m");
    assertThat(written(before, "deployments")).hasSize(1);
  }

  private String resources() {
    return kubectl(
        "get",
        "deployment/orders-bridge",
        "-o",
        "jsonpath={.spec.template.spec.containers[0].resources}");
  }

  private void aBridge() {
    cluster.apply(
        """
        apiVersion: kafka-api-bridge.dev/v1alpha1
        kind: KafkaApiBridge
        metadata: {name: orders, namespace: %s}
        spec:
          kafka: {bootstrapServers: "kafka:9092", topics: [orders]}
          target: {http: {url: "https://crm.example.com/v1/orders"}}
          autoscaling: {mode: Disabled}
        """
            .formatted(namespace));
    kubectl("wait", "--for=condition=Ready", "kab/orders", "--timeout=90s");
  }

  /** A look in which nothing was written; all that was written until then. */
  private List<String> awaitPeace() throws Exception {
    return awaitNoWritesFor(Duration.ofSeconds(12));
  }

  /** The API server hears of a webhook a moment after it was told. */
  private void awaitAsked(String sign) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() ->
            cluster
                .apply(
                    """
                    apiVersion: apps/v1
                    kind: Deployment
                    metadata: {name: probe, namespace: %s}
                    spec:
                      selector: {matchLabels: {app: probe}}
                      template:
                        metadata: {labels: {app: probe}, annotations: {any: thing}}
                        spec: {containers: [{name: probe, image: probe}]}
                    """
                        .formatted(namespace),
                    "--dry-run=server",
                    "-o",
                    "yaml")
                .contains(sign));
  }

  /** Of one kind, since then. */
  private List<String> written(List<String> before, String kind) throws Exception {
    return cluster.writes(namespace).stream()
        .skip(before.size())
        .filter(write -> write.contains("/" + kind + "/") || write.contains("/" + kind + "?"))
        .filter(write -> !write.contains("dryRun"))
        .toList();
  }
}
