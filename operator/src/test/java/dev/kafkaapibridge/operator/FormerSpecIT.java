package dev.kafkaapibridge.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.operator.cluster.ControlPlane;
import dev.kafkaapibridge.operator.cluster.FakeKubelet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * While a newer spec is refused the accepted one is served, out of a ConfigMap that others may
 * write: what comes of that.
 */
class FormerSpecIT {

  private static final String NAMESPACE = "former";
  private ControlPlane cluster;
  private TestedOperator operator;
  private FakeKubelet kubelet;

  @BeforeEach
  void start() throws Exception {
    cluster = ControlPlane.get();
    operator = TestedOperator.start(cluster, "former-it");
    cluster.kubectl("create", "namespace", NAMESPACE);
    kubelet = new FakeKubelet(cluster.admin(), NAMESPACE, operator.podPort());
  }

  @AfterEach
  void stop() {
    kubelet.close();
    operator.close();
    cluster.kubectl("delete", "namespace", NAMESPACE);
  }

  @Test
  void aDeletedConfigMapIsMadeAnewWhileASpecIsRefused() {
    apply("delivery: {maxInFlight: 5}");
    awaitReady("True");
    apply("delivery: {batch: {}}");
    awaitReady("False");

    kubectl("delete", "configmap/orders-bridge");
    apply("delivery: {batch: {}, maxInFlight: 6}");

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(accepted()).contains("maxInFlight: 5"));
  }

  /** To and fro a hundred times: no file, no ReplicaSet and no pod is left of it. */
  @Test
  void aSpecThatIsAcceptedAndRefusedInTurnLeavesNothing() {
    for (int i = 0; i < 50; i++) {
      apply("delivery: {maxInFlight: 5}");
      apply("delivery: {batch: {}}");
    }
    apply("delivery: {maxInFlight: 5}");

    awaitReady("True");
    assertThat(kubectl("get", "configmap/orders-bridge", "-o", "jsonpath={.data}"))
        .satisfies(data -> assertThat(data.split("\\.yaml\":", -1)).hasSize(3));
    assertThat(kubectl("get", "replicasets", "-o", "name").lines()).hasSize(1);
    assertThat(kubectl("get", "pods", "-o", "name").lines()).hasSize(1);
  }

  private String accepted() {
    return cluster
        .tryKubectl(
            "-n",
            NAMESPACE,
            "get",
            "configmap/orders-bridge",
            "-o",
            "jsonpath={.data['accepted-spec\\.yaml']}")
        .out();
  }

  private void apply(String belowSpec) {
    cluster.apply(
        """
        apiVersion: kafka-api-bridge.dev/v1alpha1
        kind: KafkaApiBridge
        metadata: {name: orders, namespace: former}
        spec:
          kafka: {bootstrapServers: "kafka:9092", topics: [orders]}
          target: {http: {url: "https://crm.example.com/v1/orders"}}
          %s
        """
            .formatted(belowSpec));
  }

  private void awaitReady(String status) {
    await()
        .atMost(Duration.ofSeconds(90))
        .untilAsserted(() -> {
          assertThat(observed()).isEqualTo(generation());
          assertThat(
                  kubectl(
                      "get",
                      "kab/orders",
                      "-o",
                      "jsonpath={.status.conditions[?(@.type=='Ready')].status}"))
              .isEqualTo(status);
        });
  }

  private String observed() {
    return kubectl("get", "kab/orders", "-o", "jsonpath={.status.observedGeneration}");
  }

  private String generation() {
    return kubectl("get", "kab/orders", "-o", "jsonpath={.metadata.generation}");
  }

  private String kubectl(String... arguments) {
    var all = new ArrayList<>(List.of("-n", NAMESPACE));
    all.addAll(List.of(arguments));
    return cluster.kubectl(all.toArray(String[]::new));
  }
}
