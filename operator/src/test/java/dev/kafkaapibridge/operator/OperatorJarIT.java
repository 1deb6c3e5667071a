package dev.kafkaapibridge.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.operator.cluster.ControlPlane;
import dev.kafkaapibridge.operator.cluster.Shell;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar as somebody runs it: what it prints, what it answers, how it ends. */
class OperatorJarIT {

  private static final Path JAR = Path.of("target/operator.jar").toAbsolutePath();
  private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

  @TempDir Path folder;
  private final List<Running> started = new ArrayList<>();

  /** A process of the operator. */
  private record Running(Process process, Path log) {

    String text() {
      try {
        return Files.readString(log);
      } catch (IOException e) {
        return "";
      }
    }

    int port() {
      Matcher port = Pattern.compile("probes and metrics on port (\\d+)").matcher(text());
      return port.find() ? Integer.parseInt(port.group(1)) : -1;
    }

    int stop() throws InterruptedException {
      process.destroy();
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("ends on SIGTERM").isTrue();
      return process.exitValue();
    }
  }

  @AfterEach
  void killAll() {
    started.forEach(running -> running.process().destroyForcibly());
  }

  @Test
  void runsAgainstAKubeconfigAndStopsInGoodOrder() throws Exception {
    ControlPlane cluster = ControlPlane.get();
    Running operator = start(cluster.operatorKubeconfig(), Map.of());
    await().atMost(Duration.ofSeconds(60)).until(() -> operator.port() > 0);

    assertThat(operator.text()).contains("watches all namespaces of https://127.0.0.1:");
    assertThat(get(operator, "/healthz")).isEqualTo("200 ok\n");
    assertThat(get(operator, "/readyz")).isEqualTo("200 ok\n");
    assertThat(get(operator, "/")).startsWith("404");
    assertThat(get(operator, "/metrics"))
        .contains("operator_sdk_reconciliations", "jvm_memory_used_bytes")
        .doesNotContain("namespace=");
    assertThat(operator.stop()).isZero();
    assertThat(operator.text()).endsWith("stopped\n").doesNotContain("WARN", "ERROR", "\tat ");
  }

  @Test
  void watchesOnlyTheNamespacesThatItIsGiven() throws Exception {
    ControlPlane cluster = ControlPlane.get();
    for (String namespace : List.of("seen", "unseen")) {
      cluster.kubectl("create", "namespace", namespace);
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
    Running operator =
        start(
            cluster.operatorKubeconfig(),
            Map.of("KAB_WATCH_NAMESPACES", "seen", "KAB_RUNTIME_IMAGE", "example.com/runtime:7"));

    await()
        .atMost(Duration.ofSeconds(60))
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
    Running first = start(cluster.operatorKubeconfig(), with(election, "POD_NAME", "first"));
    await().atMost(Duration.ofSeconds(60)).until(() -> holder(cluster).equals("first"));
    Running second = start(cluster.operatorKubeconfig(), with(election, "POD_NAME", "second"));
    await().atMost(Duration.ofSeconds(60)).until(() -> second.port() > 0);
    assertThat(get(second, "/readyz")).isEqualTo("200 ok\n");
    assertThat(holder(cluster)).isEqualTo("first");

    assertThat(first.stop()).isZero();

    await().atMost(Duration.ofSeconds(8)).until(() -> holder(cluster).equals("second"));
    assertThat(second.stop()).isZero();
  }

  @Test
  void withoutAKubeconfigItSaysHowToGiveOne() throws Exception {
    Running operator = start(folder.resolve("nowhere"), Map.of());

    assertThat(operator.process().waitFor(20, TimeUnit.SECONDS)).isTrue();
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
    Running operator = start(kubeconfig, Map.of());

    assertThat(operator.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(operator.process().exitValue()).isEqualTo(2);
    assertThat(operator.text())
        .contains("The cluster at https://127.0.0.1:1/ cannot be used")
        .doesNotContain("\tat ");
  }

  @Test
  void withoutTheKindItSaysHowToInstallIt() throws Exception {
    ControlPlane empty = ControlPlane.startWithoutBridges();
    try {
      Running operator = start(empty.kubeconfig(), Map.of());
      assertThat(operator.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(operator.process().exitValue()).isEqualTo(2);
      assertThat(operator.text())
          .contains(
              "doesn't know KafkaApiBridge",
              "java -jar operator.jar crd | kubectl apply --server-side -f -")
          .doesNotContain("\tat ");

      String crd =
          Shell.run(Map.of(), List.of(JAVA.toString(), "-jar", JAR.toString(), "crd"))
              .mustSucceed();
      empty.apply(crd, "--server-side");
      await().until(() -> empty.tryKubectl("get", "kab").exitCode() == 0);
      Running again = start(empty.kubeconfig(), Map.of());
      await().atMost(Duration.ofSeconds(60)).until(() -> again.port() > 0);
      assertThat(again.stop()).isZero();
    } finally {
      empty.stop();
    }
  }

  private Running start(Path kubeconfig, Map<String, String> environment) throws IOException {
    Path log = folder.resolve("log-" + started.size());
    var builder =
        new ProcessBuilder(JAVA.toString(), "-Xmx128m", "-jar", JAR.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("KAB_") || name.startsWith("POD_"));
    builder.environment().put("KUBECONFIG", kubeconfig.toString());
    builder.environment().put("KAB_PORT", "0");
    builder.environment().putAll(environment);
    var running = new Running(builder.start(), log);
    started.add(running);
    return running;
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

  private static String get(Running operator, String path) throws Exception {
    try (var http = HttpClient.newHttpClient()) {
      var answer =
          http.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + operator.port() + path))
                  .build(),
              BodyHandlers.ofString());
      return answer.statusCode() + " " + answer.body();
    }
  }
}
