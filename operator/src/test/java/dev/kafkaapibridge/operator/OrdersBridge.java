package dev.kafkaapibridge.operator;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.operator.cluster.ControlPlane;
import dev.kafkaapibridge.operator.cluster.FakeKubelet;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/**
 * A namespace with a bridge called {@code orders}, on a real control plane. The operator has the
 * rights that it is meant to have. There is no node; a stand-in says that pods run, and answers for
 * them.
 */
abstract class OrdersBridge {

  static final String BRIDGE =
      """
      apiVersion: kafka-api-bridge.dev/v1alpha1
      kind: KafkaApiBridge
      metadata: {name: %s, namespace: %s}
      spec:
        kafka: {bootstrapServers: "kafka:9092", topics: [orders]}
        target: {http: {url: "https://crm.example.com/v1/orders"}}
      %s\
      """;

  private static final AtomicInteger NAMESPACES = new AtomicInteger();

  static ControlPlane cluster;
  static TestedOperator operator;

  String namespace;
  FakeKubelet kubelet;

  @BeforeAll
  static void start() throws Exception {
    cluster = ControlPlane.get();
    operator = TestedOperator.start(cluster, "operator-it");
  }

  @AfterAll
  static void stop() {
    operator.close();
  }

  @BeforeEach
  void ownNamespace() {
    namespace = "shop-" + NAMESPACES.incrementAndGet();
    cluster.kubectl("create", "namespace", namespace);
    cluster.kubectl(
        "label", "namespace", namespace, "pod-security.kubernetes.io/enforce=restricted");
    kubelet = new FakeKubelet(cluster.admin(), namespace, operator.podPort());
  }

  @AfterEach
  void stopPods() {
    kubelet.close();
    cluster.kubectl("delete", "namespace", namespace, "--wait=false");
  }

  /** The last that is written of a new bridge is, for its pods, where it started. */
  void awaitRest(String bridge) throws InterruptedException {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() ->
            kubectl("get", "configmap", bridge + "-bridge", "-o", "yaml").contains("startedAt"));
    Thread.sleep(3_000);
  }

  void apply(String belowSpec) {
    cluster.apply(BRIDGE.formatted("orders", namespace, belowSpec));
  }

  String kubectl(String... arguments) {
    return cluster.kubectl(inNamespace(arguments));
  }

  int tryKubectl(String... arguments) {
    return cluster.tryKubectl(inNamespace(arguments)).exitCode();
  }

  String[] inNamespace(String... arguments) {
    var all = new java.util.ArrayList<>(List.of(arguments));
    all.addAll(0, List.of("-n", namespace));
    return all.toArray(String[]::new);
  }

  GenericKubernetesResource bridge() {
    return requireNonNull(
        cluster
            .admin()
            .genericKubernetesResources("kafka-api-bridge.dev/v1alpha1", "KafkaApiBridge")
            .inNamespace(namespace)
            .withName("orders")
            .get());
  }

  /** Collects what Ready says from now on. */
  Set<String> watchReady() {
    Set<String> seen = ConcurrentHashMap.newKeySet();
    cluster
        .admin()
        .genericKubernetesResources("kafka-api-bridge.dev/v1alpha1", "KafkaApiBridge")
        .inNamespace(namespace)
        .withName("orders")
        .inform(
            new ResourceEventHandler<>() {
              @Override
              public void onAdd(GenericKubernetesResource bridge) {
                seen.add(
                    condition(bridge, "Ready").get("status")
                        + "/"
                        + condition(bridge, "Ready").get("reason"));
              }

              @Override
              public void onUpdate(
                  GenericKubernetesResource before, GenericKubernetesResource after) {
                onAdd(after);
              }

              @Override
              public void onDelete(GenericKubernetesResource bridge, boolean unknown) {}
            });
    return seen;
  }

  Map<String, Object> status() {
    return bridge().get("status");
  }

  Deployment deployment() {
    return cluster
        .admin()
        .apps()
        .deployments()
        .inNamespace(namespace)
        .withName("orders-bridge")
        .get();
  }

  HasMetadata child(String kind) {
    return io.fabric8.kubernetes.client.utils.Serialization.unmarshal(
        kubectl("get", kind, "orders-bridge", "-o", "json", "--show-managed-fields"));
  }

  String hash() {
    return deployment()
        .getSpec()
        .getTemplate()
        .getMetadata()
        .getAnnotations()
        .get("kafka-api-bridge.dev/spec-hash");
  }

  static String hash(io.fabric8.kubernetes.api.model.Pod pod) {
    return pod.getMetadata().getAnnotations().getOrDefault("kafka-api-bridge.dev/spec-hash", "");
  }

  Map<String, Object> condition(String type) {
    return condition(bridge(), type);
  }

  static Map<String, Object> condition(GenericKubernetesResource bridge, String type) {
    List<Map<String, Object>> conditions = bridge.get("status", "conditions");
    return conditions == null
        ? Map.of()
        : conditions.stream().filter(c -> c.get("type").equals(type)).findFirst().orElse(Map.of());
  }

  String message(String type) {
    return (String) condition(type).get("message");
  }

  String reason(String type) {
    return (String) condition(type).get("reason");
  }

  void awaitCondition(String type, String status, String reason) {
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> {
          var generation = bridge().getMetadata().getGeneration();
          assertThat(condition(type))
              .containsEntry("status", status)
              .containsEntry("reason", reason)
              .containsEntry("observedGeneration", generation.intValue());
        });
  }

  void awaitStatus(ThrowingConsumer<Map<String, Object>> requirement) {
    await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> requirement.accept(status()));
  }

  void awaitEvent(String reason) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(kubectl("get", "events", "-o", "wide")).contains(reason));
  }
}
