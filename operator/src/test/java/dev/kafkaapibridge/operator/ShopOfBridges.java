package dev.kafkaapibridge.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kafkaapibridge.operator.cluster.ControlPlane;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A namespace of bridges {@code orders-1}, {@code orders-2} ... that are made, edited and deleted;
 * and what their operator has made of them.
 */
final class ShopOfBridges {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Differs from run to run, and says nothing of what was made. */
  private static final Set<String> INCIDENTAL =
      Set.of(
          "uid",
          "resourceVersion",
          "creationTimestamp",
          "generation",
          "managedFields",
          "lastTransitionTime",
          "message", // of one that changes nothing else, it is written with the figures, once a
          // minute
          "selfLink",
          "deployment.kubernetes.io/revision");

  /** The kinds of which the operator makes objects. */
  private static final String MADE =
      "deployments,configmaps,services,serviceaccounts,networkpolicies,poddisruptionbudgets";

  /** Whether pods are up: without a node a rollout never ends, so it tells of the past. */
  private static final Set<String> OF_PODS = Set.of("Ready", "Reconciling", "Available");

  private final ControlPlane cluster;
  private final String namespace;
  private final int bridges;
  private final Random random;

  ShopOfBridges(ControlPlane cluster, String namespace, int bridges, Random random) {
    this.cluster = cluster;
    this.namespace = namespace;
    this.bridges = bridges;
    this.random = random;
    cluster.kubectl("create", "namespace", namespace);
  }

  /**
   * Makes all bridges, edits every second, deletes every third; in a random order, each bridge's
   * own being kept, spread over {@code duration}.
   */
  void live(Duration duration) {
    var steps = new ArrayList<Runnable>();
    var begun = new ArrayList<List<Runnable>>();
    for (int i = 1; i <= bridges; i++) {
      int bridge = i;
      var life = new ArrayList<Runnable>(List.of(() -> create(bridge)));
      if (bridge % 2 == 0) {
        life.add(() -> edit(bridge));
      }
      if (bridge % 3 == 0) {
        life.add(() -> delete(bridge));
      }
      begun.add(life);
    }
    while (!begun.isEmpty()) {
      List<Runnable> life = begun.get(random.nextInt(begun.size()));
      steps.add(life.removeFirst());
      begun.removeIf(List::isEmpty);
    }
    for (Runnable step : steps) {
      step.run();
      try {
        Thread.sleep(duration.dividedBy(steps.size()));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  void create(int bridge) {
    GenericKubernetesResource made =
        Serialization.unmarshal(
            """
            apiVersion: kafka-api-bridge.dev/v1alpha1
            kind: KafkaApiBridge
            metadata: {name: orders-%d}
            spec:
              kafka: {bootstrapServers: "kafka:9092", topics: [orders]}
              target: {http: {url: "https://crm.example.com/v1/orders"}}
            """
                .formatted(bridge),
            GenericKubernetesResource.class);
    resources().inNamespace(namespace).resource(made).create();
  }

  void edit(int bridge) {
    resources()
        .inNamespace(namespace)
        .withName("orders-" + bridge)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"spec\": {\"replicas\": 2, \"delivery\": {\"maxInFlight\": %d}}}"
                .formatted(bridge + 1));
  }

  void delete(int bridge) {
    resources().inNamespace(namespace).withName("orders-" + bridge).delete();
  }

  /** All that are there are observed as they are now, and nothing is left of those that aren't. */
  void awaitObserved() {
    await()
        .atMost(Duration.ofMinutes(bridges < 100 ? 5 : 15))
        .untilAsserted(() -> {
          var there = resources().inNamespace(namespace).list().getItems();
          assertThat(there).isNotEmpty();
          assertThat(there.stream().filter(bridge -> !isObserved(bridge)).map(ShopOfBridges::name))
              .isEmpty();
          assertThat(cluster.admin().apps().deployments().inNamespace(namespace).list().getItems())
              .hasSameSizeAs(there);
          assertThat(owners()).isSubsetOf(there.stream().map(ShopOfBridges::name).toList());
        });
  }

  /** The bridges of which there is still something. */
  private Set<String> owners() {
    return cluster
        .kubectl(
            "-n",
            namespace,
            "get",
            MADE,
            "-l",
            "app.kubernetes.io/managed-by=kafka-api-bridge-operator",
            "-o",
            "jsonpath={range .items[*]}{.metadata.labels.app\\.kubernetes\\.io/instance}{'\\n'}{end}")
        .lines()
        .collect(Collectors.toSet());
  }

  private static boolean isObserved(GenericKubernetesResource bridge) {
    Number observed = bridge.get("status", "observedGeneration");
    return bridge.getMetadata().getGeneration().equals(observed.longValue());
  }

  private static String name(GenericKubernetesResource bridge) {
    return bridge.getMetadata().getName();
  }

  /**
   * Everything in the namespace that an operator has made or written, without what is incidental.
   */
  String shape() throws com.fasterxml.jackson.core.JsonProcessingException {
    JsonNode all =
        JSON.readTree(
            cluster.kubectl(
                "-n",
                namespace,
                "get",
                MADE,
                "-l",
                "app.kubernetes.io/managed-by=kafka-api-bridge-operator",
                "-o",
                "json"));
    JsonNode own =
        JSON.readTree(cluster.kubectl("-n", namespace, "get", "kafkaapibridges", "-o", "json"));
    for (JsonNode item : all.path("items")) {
      ((ObjectNode) item).remove("status"); // other controllers' word
    }
    forgetFormerFiles(all);
    for (JsonNode bridge : own.path("items")) {
      var status = (ObjectNode) bridge.path("status");
      status.remove(List.of("replicas", "readyReplicas"));
      var conditions = status.path("conditions").iterator();
      while (conditions.hasNext()) {
        if (OF_PODS.contains(conditions.next().path("type").asText())) {
          conditions.remove();
        }
      }
    }
    return JSON.writerWithDefaultPrettyPrinter()
        .writeValueAsString(plain(all))
        .concat(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(plain(own)))
        .replace(namespace, "NAMESPACE")
        .replaceAll("-bridge-[a-z0-9]{5,10}(-[a-z0-9]{5})?\\b", "-bridge-POD");
  }

  /** Which of them are kept depends on what was rolled out on the way, and how far. */
  private static void forgetFormerFiles(JsonNode all) {
    var newest = new HashSet<String>();
    for (JsonNode item : all.path("items")) {
      JsonNode hash =
          item.at("/spec/template/metadata/annotations/kafka-api-bridge.dev~1spec-hash");
      newest.add("%s/bridge-%s.yaml".formatted(name(item), hash.asText()));
    }
    for (JsonNode item : all.path("items")) {
      if (item.path("data") instanceof ObjectNode files) {
        List.copyOf(files.properties()).stream()
            .map(Map.Entry::getKey)
            .filter(file -> file.startsWith("bridge-"))
            .filter(file -> !newest.contains(name(item) + "/" + file))
            .forEach(files::remove);
      }
    }
  }

  private static String name(JsonNode item) {
    return item.at("/metadata/name").asText();
  }

  private static JsonNode plain(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.remove(INCIDENTAL);
    }
    node.forEach(ShopOfBridges::plain);
    return node;
  }

  private MixedOperation<
          GenericKubernetesResource,
          io.fabric8.kubernetes.api.model.GenericKubernetesResourceList,
          Resource<GenericKubernetesResource>>
      resources() {
    return cluster
        .admin()
        .genericKubernetesResources("kafka-api-bridge.dev/v1alpha1", "KafkaApiBridge");
  }
}
