package dev.kafkaapibridge.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.operator.bridge.resources.BridgeLabels;
import dev.kafkaapibridge.operator.cluster.ControlPlane;
import dev.kafkaapibridge.operator.cluster.FakeKubelet;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bridges that share one limit, on a real control plane: what their pods were started with. */
class SharedLimitIT {

  private static final String NAMESPACE = "shared-limit";
  private ControlPlane cluster;
  private TestedOperator operator;
  private FakeKubelet kubelet;
  private Thread onlooker;

  /** The most that pods of all bridges could ever send together. */
  private volatile int most;

  private volatile boolean over;

  @BeforeEach
  void start() throws Exception {
    cluster = ControlPlane.get();
    operator = TestedOperator.start(cluster, "shared-limit-it");
    cluster.kubectl("create", "namespace", NAMESPACE);
    kubelet = new FakeKubelet(cluster.admin(), NAMESPACE, operator.podPort());
    onlooker = Thread.ofVirtual().start(this::look);
  }

  @AfterEach
  void stop() throws Exception {
    over = true;
    onlooker.join();
    kubelet.close();
    operator.close();
    cluster.kubectl("delete", "namespace", NAMESPACE);
  }

  @Test
  void partsFollowWhoComesAndGoesAndNeverAddUpToMore() {
    apply("a", 100, 1);
    awaitParts(Map.of("a", 100));

    apply("b", 100, 3);
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() ->
            assertThat(status("b", "conditions[?(@.type=='Reconciling')].message"))
                .contains("No part of the shared limit 'crm' is free"));
    awaitParts(Map.of("a", 25, "b", 75));
    // The pods have it first: the status is written once they have been seen.
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() ->
            assertThat(status("b", "target.sharedLimit"))
                .contains("\"requests\":75", "\"total\":100", "\"bridges\":2"));
    assertThat(cluster.kubectl("-n", NAMESPACE, "get", "configmap/b-bridge", "-o", "yaml"))
        .contains("requests: 75");

    cluster.kubectl("-n", NAMESPACE, "delete", "kab/a");
    awaitParts(Map.of("b", 100));

    apply("b", 40, 3);
    awaitParts(Map.of("b", 40));
    assertThat(onlooker.isAlive()).as("somebody has looked all the time").isTrue();
    assertThat(most).isEqualTo(100);
  }

  private void apply(String name, int requests, int weight) {
    cluster.apply(
        """
        apiVersion: kafka-api-bridge.dev/v1alpha1
        kind: KafkaApiBridge
        metadata: {name: %s, namespace: %s}
        spec:
          kafka: {bootstrapServers: "kafka:9092", topics: [orders]}
          target: {http: {url: "https://crm.example.com/v1/orders"}}
          delivery: {rateLimit: {requests: %d, shared: {name: crm, weight: %d}}}
        """
            .formatted(name, NAMESPACE, requests, weight));
  }

  private void awaitParts(Map<String, Integer> parts) {
    await()
        .atMost(Duration.ofSeconds(120))
        .untilAsserted(() -> assertThat(parts()).isEqualTo(parts));
  }

  private void look() {
    while (!over) {
      most = Math.max(most, parts().values().stream().mapToInt(part -> part).sum());
    }
  }

  /** By bridge, the highest part of a pod that runs. */
  private Map<String, Integer> parts() {
    var parts = new TreeMap<String, Integer>();
    List<Pod> pods = cluster.admin().pods().inNamespace(NAMESPACE).list().getItems();
    for (Pod pod : pods) {
      String written = pod.getMetadata().getAnnotations().get(BridgeLabels.SHARED_LIMIT);
      if (written != null) {
        parts.merge(
            pod.getMetadata().getLabels().get(BridgeLabels.INSTANCE),
            Integer.parseInt(written.split("[ /]", -1)[1]),
            Math::max);
      }
    }
    return parts;
  }

  private String status(String name, String path) {
    return cluster.kubectl(
        "-n", NAMESPACE, "get", "kab/" + name, "-o", "jsonpath={.status." + path + "}");
  }
}
