package dev.kafkaapibridge.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.operator.cluster.ControlPlane;
import dev.kafkaapibridge.operator.cluster.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar as somebody runs it: what it prints, what it answers, how it ends. */
@Tag("turn-2") // 119 s
class OperatorJarIT {

  @TempDir Path folder;
  private final List<OperatorJar> started = new ArrayList<>();

  @AfterEach
  void killAll() {
    started.forEach(running -> running.process().destroyForcibly());
  }

  @Test
  void runsAgainstAKubeconfigAndStopsInGoodOrder() throws Exception {
    ControlPlane cluster = ControlPlane.get();
    // Bridges of other tests, whose namespaces are on their way out, are worth a warning.
    await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> cluster.kubectl("get", "kab", "--all-namespaces", "-o", "name").isEmpty());
    OperatorJar operator = start(cluster.operatorKubeconfig(), Map.of());
    operator.awaitStarted();

    assertThat(operator.text()).contains("watches all namespaces of https://127.0.0.1:");
    assertThat(operator.get("/healthz")).isEqualTo("200 ok\n");
    assertThat(operator.get("/readyz")).isEqualTo("200 ok\n");
    assertThat(operator.get("/")).startsWith("404");
    assertThat(operator.get("/metrics"))
        .contains("operator_sdk_reconciliations", "jvm_memory_used_bytes");
    cluster.kubectl("create", "namespace", "jar");
    applyBridge(cluster, "jar");
    await()
        .atMost(Duration.ofSeconds(120))
        .untilAsserted(() ->
            assertThat(operator.get("/metrics").lines())
                .as("nothing grows with the number of bridges but what is told of each")
                .filteredOn(line -> line.contains("namespace="))
                .anyMatch(line -> line.startsWith("kab_bridge_condition{"))
                .allMatch(line -> line.startsWith("kab_bridge_")));
    assertThat(operator.stop()).isZero();
    assertThat(operator.text()).endsWith("stopped\n").doesNotContain("WARN", "ERROR", "\tat ");
    cluster.kubectl("delete", "namespace", "jar", "--wait=false");
  }

  @Test
  void watchesOnlyTheNamespacesThatItIsGiven() throws Exception {
    ControlPlane cluster = ControlPlane.get();
    for (String namespace : List.of("seen", "unseen")) {
      cluster.kubectl("create", "namespace", namespace);
      applyBridge(cluster, namespace);
    }
    OperatorJar operator =
        start(
            cluster.operatorKubeconfig(),
            Map.of("KAB_WATCH_NAMESPACES", "seen", "KAB_RUNTIME_IMAGE", "example.com/runtime:7"));

    await()
        .atMost(Duration.ofSeconds(120))
        .until(() ->
            cluster
                .tryKubectl("-n", "seen", "get", "deployment", "orders-bridge", "-o", "yaml")
                .out()
                .contains("image: example.com/runtime:7"));
    assertThat(cluster.kubectl("-n", "unseen", "get", "deployments", "-o", "name")).isEmpty();
    assertThat(cluster.kubectl("-n", "unseen", "get", "kab", "orders", "-o", "jsonpath={.status}"))
        .isEqualTo("{\"observedGeneration\":-1}");
    operator.stop();
    cluster.kubectl("delete", "namespace", "seen", "unseen", "--wait=false");
  }

  @Test
  void oneOfTwoLeadsAndTheOtherFollowsAtOnce() throws Exception {
    ControlPlane cluster = ControlPlane.get();
    Map<String, String> election =
        Map.of("KAB_LEADER_ELECTION", "Enabled", "POD_NAMESPACE", "operator");
    OperatorJar first = start(cluster.operatorKubeconfig(), with(election, "POD_NAME", "first"));
    await().atMost(Duration.ofSeconds(120)).until(() -> holder(cluster).equals("first"));
    OperatorJar second = start(cluster.operatorKubeconfig(), with(election, "POD_NAME", "second"));
    second.awaitStarted();
    assertThat(second.get("/readyz")).isEqualTo("200 ok\n");
    assertThat(holder(cluster)).isEqualTo("first");

    assertThat(first.stop()).isZero();

    await().atMost(Duration.ofSeconds(8)).until(() -> holder(cluster).equals("second"));
    assertThat(second.stop()).isZero();
  }

  @Test
  void withoutAKubeconfigItSaysHowToGiveOne() throws Exception {
    OperatorJar operator = start(folder.resolve("nowhere"), Map.of());

    assertThat(operator.process().waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(operator.process().exitValue()).isEqualTo(2);
    assertThat(operator.text()).contains("KUBECONFIG", "cannot be read").doesNotContain("\tat ");
  }

  @Test
  void withoutAClusterItSaysWhichItCouldNotReach() throws Exception {
    Path kubeconfig = folder.resolve("kubeconfig");
    Files.writeString(
        kubeconfig,
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: a, cluster: {server: "https://127.0.0.1:1"}}]
        users: [{name: a, user: {token: x}}]
        contexts: [{name: a, context: {cluster: a, user: a}}]
        current-context: a
        """);
    OperatorJar operator = start(kubeconfig, Map.of());

    assertThat(operator.process().waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(operator.process().exitValue()).isEqualTo(2);
    assertThat(operator.text())
        .contains("The cluster at https://127.0.0.1:1/ cannot be used")
        .doesNotContain("\tat ");
  }

  @Test
  void withoutTheKindItSaysHowToInstallIt() throws Exception {
    ControlPlane empty = ControlPlane.startWithoutBridges();
    try {
      OperatorJar operator = start(empty.kubeconfig(), Map.of());
      assertThat(operator.process().waitFor(120, TimeUnit.SECONDS)).isTrue();
      assertThat(operator.process().exitValue()).isEqualTo(2);
      assertThat(operator.text())
          .contains(
              "doesn't know KafkaApiBridge",
              "java -jar operator.jar crd | kubectl apply --server-side -f -")
          .doesNotContain("\tat ");

      String crd =
          Shell.run(
                  Map.of(),
                  List.of(OperatorJar.JAVA.toString(), "-jar", OperatorJar.JAR.toString(), "crd"))
              .mustSucceed();
      empty.apply(crd, "--server-side");
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> empty.tryKubectl("get", "kab").exitCode() == 0);
      OperatorJar again = start(empty.kubeconfig(), Map.of());
      again.awaitStarted();
      assertThat(again.stop()).isZero();
    } finally {
      empty.stop();
    }
  }

  @Test
  void withoutRightsItNamesThem() throws Exception {
    ControlPlane cluster = ControlPlane.get();
    OperatorJar operator = start(cluster.kubeconfigOf("default", "default"), Map.of());

    assertThat(operator.process().waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(operator.process().exitValue()).isEqualTo(2);
    assertThat(operator.text())
        .contains(
            "The operator lacks a right: it may not list kafkaapibridges.kafka-api-bridge.dev, kafkaapibridgereplays.kafka-api-bridge.dev, deployments.apps",
            "poddisruptionbudgets.policy in all namespaces",
            "templates/rbac.yaml")
        .doesNotContain("\tat ", "ERROR");
  }

  private static void applyBridge(ControlPlane cluster, String namespace) {
    cluster.apply(
        """
        apiVersion: kafka-api-bridge.dev/v1alpha1
        kind: KafkaApiBridge
        metadata: {name: orders, namespace: %s}
        spec:
          kafka: {bootstrapServers: "kafka:9092", topics: [orders]}
          target: {http: {url: "https://crm.example.com"}}
        """
            .formatted(namespace));
  }

  private OperatorJar start(Path kubeconfig, Map<String, String> environment) throws IOException {
    OperatorJar operator =
        OperatorJar.start(kubeconfig, environment, folder.resolve("log-" + started.size()));
    started.add(operator);
    return operator;
  }

  private static String holder(ControlPlane cluster) {
    return cluster
        .tryKubectl(
            "-n",
            "operator",
            "get",
            "lease",
            "kafka-api-bridge-operator",
            "-o",
            "jsonpath={.spec.holderIdentity}")
        .out();
  }

  private static Map<String, String> with(Map<String, String> map, String key, String value) {
    var more = new HashMap<>(map);
    more.put(key, value);
    return more;
  }
}
