package dev.kafkaapibridge.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.operator.cluster.ControlPlane;
import dev.kafkaapibridge.operator.cluster.ExternalMetrics;
import dev.kafkaapibridge.operator.cluster.FakeKubelet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Kubernetes' own autoscaler drives a bridge by a metric, through {@code /scale}. */
@Tag("turn-1") // 53 s
class HorizontalPodAutoscalerIT {

  private static final String NAMESPACE = "hpa";

  private static ControlPlane cluster;
  private static TestedOperator operator;
  private static FakeKubelet kubelet;

  @BeforeAll
  static void start() throws Exception {
    cluster = ControlPlane.get();
    operator = TestedOperator.start(cluster, "hpa-it");
    cluster.kubectl("create", "namespace", NAMESPACE);
    kubelet = new FakeKubelet(cluster.admin(), NAMESPACE, operator.podPort());
  }

  @AfterAll
  static void stop() {
    operator.close();
    kubelet.close();
    cluster.kubectl("delete", "apiservice/v1beta1.external.metrics.k8s.io", "--ignore-not-found");
    cluster.kubectl("delete", "namespace", NAMESPACE, "--wait=false");
  }

  @Test
  void podsComeAndGoWithTheMetric() throws Exception {
    var address = ExternalMetrics.address();
    Assumptions.assumeTrue(address.isPresent(), "this machine has no address but the loopback");
    try (var metrics = new ExternalMetrics(address.get())) {
      metrics.say(100);
      cluster.apply(metrics.registration(NAMESPACE));
      cluster.apply(
          """
          apiVersion: kafka-api-bridge.dev/v1alpha1
          kind: KafkaApiBridge
          metadata: {name: orders, namespace: hpa}
          spec:
            kafka: {bootstrapServers: "kafka:9092", topics: [orders]}
            target: {http: {url: "https://crm.example.com/v1/orders"}}
            autoscaling: {mode: External}
          ---
          apiVersion: autoscaling/v2
          kind: HorizontalPodAutoscaler
          metadata: {name: orders, namespace: hpa}
          spec:
            scaleTargetRef: {apiVersion: kafka-api-bridge.dev/v1alpha1, kind: KafkaApiBridge, name: orders}
            minReplicas: 1
            maxReplicas: 5
            metrics: [{type: External, external: {metric: {name: lag}, target: {type: AverageValue, averageValue: 100}}}]
            behavior: {scaleDown: {stabilizationWindowSeconds: 0}}
          """);
      kubectl("wait", "--for=condition=Ready", "kab/orders", "--timeout=90s");

      metrics.say(400);
      awaitPods(4);
      assertThat(kubectl("get", "kab/orders", "-o", "jsonpath={.spec.replicas}")).isEqualTo("4");

      metrics.say(1_000_000);
      awaitPods(5);

      metrics.say(150);
      awaitPods(2);
      assertThat(kubectl("describe", "hpa/orders")).containsPattern("ScalingActive\\s+True");
    }
  }

  private static void awaitPods(int pods) {
    await()
        .atMost(Duration.ofMinutes(4))
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(() ->
            assertThat(
                    kubectl(
                        "get",
                        "kab/orders",
                        "-o",
                        "jsonpath={.status.replicas} {.status.readyReplicas}"))
                .isEqualTo(pods + " " + pods));
  }

  private static String kubectl(String... arguments) {
    var all = new ArrayList<>(List.of("-n", NAMESPACE));
    all.addAll(List.of(arguments));
    return cluster.kubectl(all.toArray(String[]::new));
  }
}
