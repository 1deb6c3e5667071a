package dev.kafkaapibridge.operator;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.BeforeEach;

/** A bridge called {@code orders}, in a namespace that takes no pods but restricted ones. */
abstract class OrdersBridge extends OwnNamespace {

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

  @BeforeEach
  void restricted() {
    cluster.kubectl(
        "label", "namespace", namespace, "pod-security.kubernetes.io/enforce=restricted");
  }

  /** The last that is written of a new bridge is, for its pods, where it started. */
  void awaitRest(String bridge) throws Exception {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() ->
            kubectl("get", "configmap", bridge + "-bridge", "-o", "yaml").contains("startedAt"));
    awaitNoWritesFor(Duration.ofSeconds(5));
  }

  /** The operator's first since it started. */
  void awaitLook() {
    await("it has looked")
        .atMost(Duration.ofSeconds(60))
        .until(() ->
            operator
                .metrics()
                .lines()
                .filter(line -> line.startsWith("kab_bridge_desired_replicas{"))
                .anyMatch(line -> line.contains(namespace)));
  }

  void apply(String belowSpec) {
    cluster.apply(BRIDGE.formatted("orders", namespace, belowSpec));
  }

  /** A merge patch of the bridge. */
  void patch(String json) {
    kubectl("patch", "kab/orders", "--type=merge", "-p", json);
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
        .atMost(Duration.ofSeconds(120))
        .untilAsserted(() -> {
          var generation = bridge().getMetadata().getGeneration();
          assertThat(condition(type))
              .containsEntry("status", status)
              .containsEntry("reason", reason)
              .containsEntry("observedGeneration", generation.intValue());
        });
  }

  void awaitStatus(ThrowingConsumer<Map<String, Object>> requirement) {
    await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> requirement.accept(status()));
  }

  void awaitEvent(String reason) {
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(kubectl("get", "events", "-o", "wide")).contains(reason));
  }
}
