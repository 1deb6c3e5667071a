package dev.kafkaapibridge.operator;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.operator.strimzi.ClusterAuthority;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bridges that refer to a {@code Kafka} resource, on a real API server with its kind. */
class StrimziIT extends OrdersBridge {

  private static final String CA = ClusterAuthority.pem("ca").strip();
  private static final String NEXT_CA = ClusterAuthority.pem("next-ca").strip();

  private static final String RIGHT = "kafkas-of-strimzi";

  @BeforeEach
  void noStrimzi() {
    forgetStrimzi();
  }

  @AfterEach
  void forgetStrimzi() {
    cluster.tryKubectl("delete", "crd", "kafkas.kafka.strimzi.io", "--ignore-not-found");
    cluster.tryKubectl("delete", "clusterrolebinding", RIGHT, "--ignore-not-found");
    cluster.tryKubectl("delete", "clusterrole", RIGHT, "--ignore-not-found");
    cluster.tryKubectl("delete", "namespace", TestedOperator.SHARED_KAFKAS, "--ignore-not-found");
  }

  @Test
  void whatIsMissingIsSaidAndWhatTheClusterTellsReachesThePods() throws Exception {
    refer("{name: prod}");
    awaitTrouble("StrimziNotEnabled", "doesn't know kafkas.kafka.strimzi.io");

    installStrimzi();
    operator.restart(); // or a minute
    awaitTrouble("StrimziNotEnabled", "no right to list kafkas.kafka.strimzi.io");

    allow();
    operator.restart();
    awaitTrouble("KafkaNotFound", "Kafka '" + namespace + "/prod' was not found");
    assertThat(kubectl("get", "deployments", "-o", "name")).as("nothing to run").isEmpty();

    kafka(namespace, "prod");
    awaitTrouble("KafkaNotReady", "doesn't tell the address of listener 'tls' yet");
    tell(namespace, "prod", "prod-kafka-bootstrap.kafka.svc:9093", CA);
    awaitCondition("ResolvedRefs", "True", "ResolvedRefs");
    assertThat(files())
        .contains("bootstrapServers: prod-kafka-bootstrap.kafka.svc:9093", "name: orders-bridge");
    assertThat(authorities()).isEqualTo(CA);
    String hash = hash();

    tell(namespace, "prod", "prod-kafka-bootstrap.kafka.svc:9093", NEXT_CA);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(authorities()).isEqualTo(NEXT_CA + "\n" + CA));
    assertThat(hash()).as("pods read the file again").isEqualTo(hash);

    tell(namespace, "prod", "moved.kafka.svc:9093", NEXT_CA);
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(hash()).isNotEqualTo(hash));
    String moved = hash();

    kubectl("delete", "kafkas.kafka.strimzi.io", "prod");
    awaitTrouble("KafkaNotFound", "What runs already keeps running");
    operator.restart(() -> {
      patch(
          "{\"spec\": {\"state\": \"Stopped\", \"target\": {\"http\": {\"requestTimeout\": \"7s\"}}}}");
      kubectl("delete", "service", "orders-bridge");
    });
    // The new process has never found it.
    awaitCondition("ResolvedRefs", "False", "KafkaNotFound");
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> {
          assertThat(deployment().getSpec().getReplicas()).isZero();
          assertThat(kubectl("get", "services", "-o", "name")).contains("orders-bridge");
        });
    assertThat(message("ResolvedRefs")).contains("What runs already keeps running");
    assertThat(hash()).as("the rest waits").isEqualTo(moved);
    assertThat(files()).contains("bootstrapServers: moved.kafka.svc:9093");
    assertThat(authorities()).as("both").isEqualTo(NEXT_CA + "\n" + CA);

    kafka(namespace, "prod");
    tell(namespace, "prod", "moved.kafka.svc:9093", NEXT_CA);
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(files()).contains("requestTimeout: 7s"));
  }

  @Test
  void aClusterOfAnotherNamespaceIsReferredToWhereTheChartAllowsIt() throws Exception {
    installStrimzi();
    allow();
    cluster.kubectl("create", "namespace", TestedOperator.SHARED_KAFKAS);
    kafka(TestedOperator.SHARED_KAFKAS, "prod");
    tell(TestedOperator.SHARED_KAFKAS, "prod", "prod.kafka.svc:9093", CA);

    refer("{name: prod, namespace: default}");
    awaitTrouble("StrimziNotEnabled", "strimzi.namespaces of the operator's chart");
    refer("{name: prod, namespace: kafka, listener: plain}");
    awaitTrouble("ListenerNotFound", "has no listener 'plain'; it has 'tls'");
    refer("{name: prod, namespace: kafka, listener: tls}");
    awaitCondition("ResolvedRefs", "True", "ResolvedRefs");
    assertThat(files()).contains("prod.kafka.svc:9093");
  }

  private void refer(String ref) {
    cluster.apply(
        """
        apiVersion: kafka-api-bridge.dev/v1alpha1
        kind: KafkaApiBridge
        metadata: {name: orders, namespace: %s}
        spec:
          kafka: {strimziClusterRef: %s, topics: [orders]}
          target: {http: {url: "https://crm.example.com/v1/orders"}}
        """
            .formatted(namespace, ref));
  }

  private void awaitTrouble(String reason, String words) {
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> {
          assertThat(condition("ResolvedRefs"))
              .containsEntry("status", "False")
              .containsEntry("reason", reason);
          assertThat(message("ResolvedRefs")).contains(words);
        });
  }

  private String files() {
    return kubectl("get", "configmap", "orders-bridge", "-o", "yaml");
  }

  private String authorities() {
    return kubectl("get", "configmap", "orders-bridge", "-o", "jsonpath={.data.kafka-ca\\.crt}")
        .strip();
  }

  private void installStrimzi() throws IOException {
    try (var crd = getClass().getResourceAsStream("/strimzi/kafkas.yaml")) {
      cluster.apply(new String(requireNonNull(crd).readAllBytes(), StandardCharsets.UTF_8));
    }
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> cluster.tryKubectl("get", "kafkas.kafka.strimzi.io").exitCode() == 0);
  }

  /** As strimzi.enabled of the chart does. */
  private void allow() {
    cluster.kubectl(
        "create", "clusterrole", RIGHT, "--verb=list,watch", "--resource=kafkas.kafka.strimzi.io");
    cluster.kubectl(
        "create",
        "clusterrolebinding",
        RIGHT,
        "--clusterrole=" + RIGHT,
        "--serviceaccount=operator:kafka-api-bridge-operator");
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() ->
            cluster
                    .tryKubectl(
                        "auth",
                        "can-i",
                        "watch",
                        "kafkas.kafka.strimzi.io",
                        "--as=system:serviceaccount:operator:kafka-api-bridge-operator",
                        "-A")
                    .exitCode()
                == 0);
  }

  private void kafka(String space, String name) {
    cluster.apply(
        """
        apiVersion: kafka.strimzi.io/v1
        kind: Kafka
        metadata: {name: %s, namespace: %s}
        spec: {kafka: {listeners: [{name: tls, port: 9093, type: internal, tls: true}]}}
        """
            .formatted(name, space));
  }

  private void tell(String space, String name, String servers, String certificate) {
    cluster.kubectl(
        "-n",
        space,
        "patch",
        "kafkas.kafka.strimzi.io",
        name,
        "--subresource=status",
        "--type=merge",
        "-p",
        "{\"status\": {\"listeners\": [{\"name\": \"tls\", \"bootstrapServers\": \"%s\", \"certificates\": [\"%s\"]}]}}"
            .formatted(servers, certificate.replace("\n", "\\n")));
  }
}
