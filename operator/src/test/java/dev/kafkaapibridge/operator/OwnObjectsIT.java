package dev.kafkaapibridge.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a bridge's objects are, and what is not its own. */
@Tag("turn-3") // 96 s
class OwnObjectsIT extends OrdersBridge {

  @Test
  void driftIsRepairedAndWhatOthersAddIsLeft() {
    apply("");
    awaitCondition("Ready", "True", "Running");

    kubectl("scale", "deployment/orders-bridge", "--replicas=5");
    kubectl("annotate", "deployment/orders-bridge", "mine=yes");
    kubectl("delete", "service/orders-bridge");
    kubectl(
        "patch",
        "configmap",
        "orders-bridge",
        "--type=merge",
        "-p",
        "{\"data\":{\"accepted-spec.yaml\":\"x\"}}");
    kubectl(
        "label",
        "serviceaccount/orders-bridge",
        "app.kubernetes.io/managed-by-",
        "app.kubernetes.io/name-");

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> {
          assertThat(deployment().getSpec().getReplicas()).isEqualTo(1);
          assertThat(deployment().getMetadata().getAnnotations()).containsEntry("mine", "yes");
          assertThat(child("service").getMetadata().getLabels()).hasSize(4);
          assertThat(child("serviceaccount").getMetadata().getLabels()).hasSize(4);
          assertThat(kubectl("get", "configmap", "orders-bridge", "-o", "yaml"))
              .contains("crm.example.com")
              .doesNotContain("accepted-spec.yaml: x");
        });
    awaitCondition("Ready", "True", "Running");
  }

  /** Without it the operator does not see its Deployment, and yet the bridge is no new one. */
  @Test
  void theLabelByWhichADeploymentIsFoundIsGivenBackAndNothingIsSaid() throws Exception {
    apply("");
    awaitCondition("Ready", "True", "Running");
    awaitRest("orders");
    Set<String> ready = watchReady();

    kubectl("label", "deployment/orders-bridge", "app.kubernetes.io/managed-by-");

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(deployment().getMetadata().getLabels()).hasSize(4));
    awaitNoWritesFor(Duration.ofSeconds(5));
    assertThat(ready).containsExactly("True/Running");
  }

  @Test
  void deletingABridgeDeletesWhatWasMadeForIt() {
    apply("");
    awaitCondition("Ready", "True", "Running");

    kubectl("delete", "kab", "orders", "--cascade=foreground", "--timeout=120s");

    assertThat(kubectl("get", "deployments,replicasets,pods,services", "-o", "name")).isEmpty();
    assertThat(kubectl("get", "configmaps,serviceaccounts", "-o", "name")).doesNotContain("orders");
  }

  @Test
  void aBridgeMadeAnewWaitsForWhatIsLeftOfTheFormer() {
    apply("");
    awaitCondition("Ready", "True", "Running");
    String former = bridge().getMetadata().getUid();

    kubectl("delete", "kab", "orders", "--wait=false");
    apply("");

    assertThat(bridge().getMetadata().getUid()).isNotEqualTo(former);
    awaitCondition("Ready", "True", "Running");
    assertThat(operator.metrics().lines())
        .filteredOn(
            line -> line.startsWith("kab_bridge_desired_replicas{") && line.contains(namespace))
        .hasSize(1);
    assertThat(deployment().getMetadata().getOwnerReferences())
        .singleElement()
        .satisfies(owner -> assertThat(owner.getUid()).isEqualTo(bridge().getMetadata().getUid()));
    assertThat(kubectl("get", "events")).doesNotContain("NameConflict");
  }

  @Test
  void anObjectThatIsNotOursIsLeftAloneAndNamed() {
    kubectl("create", "configmap", "orders-bridge", "--from-literal=mine=yes");
    apply("");

    awaitCondition("Stalled", "True", "NameConflict");
    assertThat(message("Ready")).contains("ConfigMap 'orders-bridge' exists").contains("delete it");
    assertThat(kubectl("get", "deployments", "-o", "name")).isEmpty();
    assertThat(
            kubectl(
                "get",
                "configmap",
                "orders-bridge",
                "-o",
                "jsonpath={.data}{.metadata.ownerReferences}"))
        .isEqualTo("{\"mine\":\"yes\"}");
    awaitEvent("NameConflict");
    assertThat(kubectl("get", "events")).doesNotContain("BridgeCreated");

    kubectl("delete", "configmap", "orders-bridge");
    awaitCondition("Ready", "True", "Running");
  }

  /** As deep and as long as the API server takes it, there before the operator starts again. */
  @Test
  void aHostileObjectIsThatBridgesAffairAlsoAfterARestart() throws Exception {
    String deep = "{\"a\":".repeat(5_000) + "1" + "}".repeat(5_000);
    String longName = "{\"" + "k".repeat(60_000) + "\":1}";
    int number = 0;
    for (String affinity :
        List.of(
            deep,
            longName,
            "{\"nodeAffinity\":\"x\"}",
            "{\"podAffinity\":{\"preferredDuringSchedulingIgnoredDuringExecution\":[null]}}")) {
      create("hostile-" + number++, "\"workload\":{\"affinity\":" + affinity + "}");
    }
    create(
        "hostile-" + number++,
        "\"workload\":{\"podAnnotations\":" + longName.replace(":1", ":\"1\"") + "}");

    apply("");
    awaitCondition("Ready", "True", "Running");
    operator.restart();
    patch("{\"spec\":{\"delivery\":{\"maxInFlight\":9}}}");
    awaitCondition("Ready", "True", "Running");

    for (int i = 0; i < number; i++) {
      String name = "hostile-" + i;
      await()
          .atMost(Duration.ofSeconds(90))
          .untilAsserted(() ->
              assertThat(
                      kubectl(
                          "get",
                          "kab",
                          name,
                          "-o",
                          "jsonpath={.status.conditions[?(@.type=='Stalled')].reason}"))
                  .isEqualTo("InvalidSpec"));
    }
  }

  /** By the API's own door: kubectl would not send it. */
  private void create(String name, String belowSpec) throws IOException {
    java.nio.file.Path file = java.nio.file.Files.createTempFile("hostile", ".json");
    java.nio.file.Files.writeString(
        file,
        """
        {"apiVersion":"kafka-api-bridge.dev/v1alpha1","kind":"KafkaApiBridge","metadata":{"name":"%s"},"spec":{
          "kafka":{"bootstrapServers":"kafka:9092","topics":["orders"]},"target":{"http":{"url":"https://crm.example.com"}},%s}}
        """
            .formatted(name, belowSpec));
    cluster.kubectl(
        "create",
        "--raw",
        "/apis/kafka-api-bridge.dev/v1alpha1/namespaces/" + namespace + "/kafkaapibridges",
        "-f",
        file.toString());
    java.nio.file.Files.delete(file);
  }

  @Test
  void ofTwoBridgesWithOneConsumerGroupTheYoungerWaitsForTheOlder() {
    String group =
        "  kafka: {bootstrapServers: \"kafka:9092\", topics: [orders], consumerGroup: crm}\n";
    String bridge =
        BRIDGE.replace("  kafka: {bootstrapServers: \"kafka:9092\", topics: [orders]}\n", group);
    cluster.apply(bridge.formatted("first", namespace, ""));
    kubectl("wait", "--for=condition=Ready", "kab/first", "--timeout=90s");
    cluster.apply(bridge.formatted("orders", namespace, ""));

    awaitCondition("Accepted", "False", "ConsumerGroupInUse");
    awaitCondition("Stalled", "True", "ConsumerGroupInUse");
    assertThat(message("Ready")).contains("Consumer group 'crm' is used by KafkaApiBridge 'first'");
    awaitEvent("ConsumerGroupInUse");
    assertThat(kubectl("get", "deployments", "-o", "name").lines())
        .containsExactly("deployment.apps/first-bridge");

    // What it leaves stays for longer than a pod does that finishes its calls.
    // The garbage collector learns of a new kind every half minute, and orphaning is its work.
    kubectl("delete", "kab/first", "--cascade=orphan", "--timeout=120s");
    await()
        .during(Duration.ofSeconds(5)) // without the other bridge it is looked at every two seconds
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(reason("Accepted")).isEqualTo("ConsumerGroupInUse"));

    kubectl("delete", "deployment/first-bridge");
    await("the garbage collector, of whose pace nothing is claimed")
        .atMost(Duration.ofSeconds(60))
        .until(() ->
            kubectl("get", "pods", "-l", "app.kubernetes.io/instance=first", "-o", "name")
                .isEmpty());
    await()
        .atMost(Duration.ofSeconds(6))
        .untilAsserted(() -> assertThat(reason("Accepted")).isEqualTo("Accepted"));
    awaitCondition("Ready", "True", "Running");
  }
}
