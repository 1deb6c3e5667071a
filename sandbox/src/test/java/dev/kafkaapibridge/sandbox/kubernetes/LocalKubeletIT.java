package dev.kafkaapibridge.sandbox.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.process.GuardedProcess;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pods of a real Deployment on a real control plane, as local processes. */
class LocalKubeletIT {

  private static final String DEPLOYMENT =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: config}
      data: {bridge.yaml: first}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: stand-in}
      spec:
        replicas: 2
        selector: {matchLabels: {app.kubernetes.io/name: kafka-api-bridge}}
        template:
          metadata: {labels: {app.kubernetes.io/name: kafka-api-bridge}}
          spec:
            automountServiceAccountToken: false
            terminationGracePeriodSeconds: 60
            containers:
            - name: runtime
              image: stand-in
              args: [--refs, /etc/kafka-api-bridge/refs, /etc/kafka-api-bridge/bridge/bridge.yaml]
              env:
              - {name: WHO, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
              ports: [{name: http, containerPort: 8080}]
              resources: {limits: {memory: 100Mi}}
              readinessProbe: {httpGet: {path: /readyz, port: http}, periodSeconds: 1, failureThreshold: 1}
              livenessProbe: {httpGet: {path: /healthz, port: http}, periodSeconds: 1, failureThreshold: 30}
              volumeMounts:
              - {name: bridge, mountPath: /etc/kafka-api-bridge/bridge}
              - {name: refs, mountPath: /etc/kafka-api-bridge/refs}
            volumes:
            - {name: bridge, configMap: {name: config}}
            - name: refs
              projected:
                sources:
                - secret: {name: token, optional: true, items: [{key: value, path: secret/token/value}]}
      """;

  private static final AtomicInteger NAMESPACES = new AtomicInteger();

  @TempDir static Path directory;
  static ControlPlane controlPlane;
  static Cluster cluster;
  static LocalKubelet kubelet;
  static KubernetesClient client;
  static HttpClient http;
  private String namespace;

  @BeforeAll
  static void start() {
    Path root = Path.of(System.getProperty("kab.root"));
    controlPlane = new ControlPlane(root, directory.resolve("kubernetes"), System.err::println);
    cluster = controlPlane.start();
    kubelet = LocalKubelet.start(cluster, LocalKubeletIT::standIn, directory.resolve("pods"));
    client = cluster.client();
    http = HttpClient.newHttpClient();
  }

  @AfterAll
  static void close() {
    kubelet.close();
    client.close();
    http.close();
    controlPlane.close();
  }

  @BeforeEach
  void deploy() {
    namespace = "test-" + NAMESPACES.incrementAndGet();
    client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .create();
    kubectlWithInput(DEPLOYMENT, "apply", "-f", "-");
  }

  @AfterEach
  void undeploy() {
    client.namespaces().withName(namespace).delete();
  }

  @Test
  void aDeploymentRollsOutToProcessesWithAddressesOfTheirOwn() {
    kubectl("rollout", "status", "deployment/stand-in", "--timeout=90s");

    List<Pod> pods = pods();
    assertThat(pods).hasSize(2);
    assertThat(pods)
        .extracting(pod -> pod.getStatus().getPodIP())
        .doesNotHaveDuplicates()
        .allMatch(address -> address.startsWith("127.0."));
    for (Pod pod : pods) {
      String[] env = get(pod, "/env").split(" ");
      assertThat(env[0]).isEqualTo(pod.getMetadata().getName());
      assertThat(Long.parseLong(env[1])).isLessThanOrEqualTo(70L * 1024 * 1024);
      assertThat(get(pod, "/config")).isEqualTo("first");
    }
    assertThat(kubectl("get", "pods")).contains("1/1", "Running");
    assertThat(kubectl("get", "nodes")).contains("sandbox", "Ready");
  }

  @Test
  void changesOfConfigMapsAndSecretsReachTheFiles() {
    Pod pod = onlyReadyPod();
    assertThat(get(pod, "/ref")).isEqualTo("absent");

    kubectl("patch", "configmap", "config", "-p", "{\"data\":{\"bridge.yaml\":\"second\"}}");
    client
        .secrets()
        .inNamespace(namespace)
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName("token")
                .endMetadata()
                .addToStringData("value", "s3cret")
                .build())
        .create();

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(get(pod, "/config")).isEqualTo("second"));
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(get(pod, "/ref")).isEqualTo("s3cret"));
  }

  @Test
  void aCrashIsARestartThatTellsOfItsCause() {
    Pod pod = onlyReadyPod();
    String name = pod.getMetadata().getName();

    crash(pod);

    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> {
          Pod now = client.pods().inNamespace(namespace).withName(name).get();
          ContainerStatus status = now.getStatus().getContainerStatuses().getFirst();
          assertThat(status.getRestartCount()).isEqualTo(1);
          assertThat(status.getLastState().getTerminated().getExitCode()).isEqualTo(3);
          assertThat(status.getLastState().getTerminated().getMessage()).contains("a last word");
          assertThat(Readiness.isPodReady(now)).isTrue();
        });
  }

  @Test
  void kubectlShowsTheLogs() {
    Pod pod = onlyReadyPod();

    await("it listens first, and then says so")
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() ->
            assertThat(kubectl("logs", pod.getMetadata().getName()))
                .isEqualTo("listening on " + pod.getStatus().getPodIP() + "\n"));
    assertThat(kubectl("logs", "deployment/stand-in", "--tail=1")).contains("listening");
  }

  @Test
  void aPodThatIsNotReadyIsNotAvailable() {
    Pod pod = onlyReadyPod();

    get(pod, "/unready");

    await()
        .atMost(Duration.ofSeconds(45))
        .until(() -> kubectl("get", "deployment", "stand-in").contains("0/1"));
  }

  @Test
  void deletionEndsTheProgramWithTermAndThenTheObjectIsGone() throws IOException {
    Pod pod = onlyReadyPod();
    String name = pod.getMetadata().getName();
    Path log =
        kubelet.pods().stream()
            .filter(local -> local.name().equals(name))
            .findFirst()
            .orElseThrow()
            .log();

    kubectl("scale", "deployment/stand-in", "--replicas=0");

    await()
        .atMost(Duration.ofSeconds(45))
        .until(() -> client.pods().inNamespace(namespace).withName(name).get() == null);
    assertThat(Files.readString(log)).contains("draining");
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> kubelet.pods().stream().noneMatch(local -> local.name().equals(name)));
  }

  @Test
  void aPodWhoseConfigMapIsMissingWaitsForIt() {
    onlyReadyPod();
    kubectl("delete", "configmap", "config");
    kubectl("rollout", "restart", "deployment/stand-in");
    await()
        .atMost(Duration.ofSeconds(45))
        .until(() -> kubectl("get", "pods").contains("CreateContainerConfigError"));

    kubectlWithInput(DEPLOYMENT, "apply", "-f", "-");

    kubectl("rollout", "status", "deployment/stand-in", "--timeout=90s");
  }

  private static List<String> standIn(String image, List<String> jvmOptions) {
    var command = new ArrayList<String>();
    command.add(GuardedProcess.java());
    command.addAll(jvmOptions);
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-cp",
            Path.of(StandIn.class.getProtectionDomain().getCodeSource().getLocation().getPath())
                .toString(),
            StandIn.class.getName()));
    return command;
  }

  private Pod onlyReadyPod() {
    kubectl("scale", "deployment/stand-in", "--replicas=1");
    kubectl("rollout", "status", "deployment/stand-in", "--timeout=90s");
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> pods().size() == 1 && Readiness.isPodReady(pods().getFirst()));
    return pods().getFirst();
  }

  private List<Pod> pods() {
    return client.pods().inNamespace(namespace).list().getItems();
  }

  private static String get(Pod pod, String path) {
    try {
      URI uri = URI.create("http://" + pod.getStatus().getPodIP() + ":8080" + path);
      return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void crash(Pod pod) {
    try {
      get(pod, "/crash");
    } catch (IllegalStateException e) {
      assertThat(e).hasCauseInstanceOf(IOException.class);
    }
  }

  private String kubectl(String... arguments) {
    return kubectlWithInput("", arguments);
  }

  private String kubectlWithInput(String input, String... arguments) {
    var all = new ArrayList<>(List.of("--namespace", namespace));
    all.addAll(List.of(arguments));
    Cluster.Said said = cluster.kubectlWithInput(input, all.toArray(String[]::new));
    assertThat(said.succeeded()).as(said.text()).isTrue();
    return said.text();
  }
}
