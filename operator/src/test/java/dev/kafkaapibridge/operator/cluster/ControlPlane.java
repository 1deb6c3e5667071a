package dev.kafkaapibridge.operator.cluster;

import dev.kafkaapibridge.api.validation.BridgeSchema;
import dev.kafkaapibridge.api.validation.ReplaySchema;
import dev.kafkaapibridge.operator.bridge.Bridge;
import dev.kafkaapibridge.operator.chart.RenderedChart;
import dev.kafkaapibridge.operator.kube.WideJson;
import dev.kafkaapibridge.operator.replay.Replay;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A real control plane without a node, with the CRD and an account for the operator that may do
 * what the operator is meant to be able to do. One for all tests of a process; it ends with it.
 */
public final class ControlPlane {

  /** Tells the operator's requests from others in the audit log. */
  static final String OPERATOR_AGENT = "operator-under-test";

  private static final Path SCRIPTS =
      Path.of(System.getProperty("kab.root", "..")).resolve("scripts/kubernetes").toAbsolutePath();
  private static final Path CHART =
      Path.of(System.getProperty("kab.root", "..")).resolve("charts/kafka-api-bridge");
  private static final List<String> RIGHTS =
      List.of("ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding");
  private static ControlPlane one;

  private final Path folder;
  private final String kubectl;
  private final KubernetesClient admin;

  private ControlPlane(Path folder, String kubectl) throws IOException {
    this.folder = folder;
    this.kubectl = kubectl;
    this.admin = new KubernetesClientBuilder().withConfig(config()).build();
  }

  public static synchronized ControlPlane get() {
    if (one == null) {
      try {
        one = start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return one;
  }

  /** One of its own, for tests that ill-treat it; to be stopped, or it ends with this process. */
  public static ControlPlane start() throws IOException {
    ControlPlane plane = startWithoutBridges();
    plane.makeFitForBridges();
    return plane;
  }

  /** One that has never heard of bridges; to be stopped, or it ends with this process. */
  public static ControlPlane startWithoutBridges() throws IOException {
    Path folder = Files.createTempDirectory("operator-it");
    String binaries =
        Shell.run(Map.of(), List.of(SCRIPTS.resolve("binaries").toString())).mustSucceed();
    Shell.run(
            Map.of(),
            List.of(
                SCRIPTS.resolve("up").toString(),
                folder.toString(),
                "--watch-pid",
                Long.toString(ProcessHandle.current().pid())))
        .mustSucceed();
    var plane = new ControlPlane(folder, Path.of(binaries.strip(), "kubectl").toString());
    Runtime.getRuntime().addShutdownHook(new Thread(plane::stop));
    return plane;
  }

  private void makeFitForBridges() throws IOException {
    kubectl("create", "namespace", "operator");
    var chart = RenderedChart.of(CHART, "kafka-api-bridge", "operator", Map.of());
    for (Map<String, Object> object : chart.trees()) {
      if (RIGHTS.contains(object.get("kind"))) {
        apply(Serialization.asYaml(object));
      }
    }
    apply(resource(BridgeSchema.RESOURCE), "--server-side");
    apply(resource(ReplaySchema.RESOURCE), "--server-side");
    org.awaitility.Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> tryKubectl("get", "kafkaapibridges,kafkaapibridgereplays").exitCode() == 0);
  }

  private static String resource(String name) throws IOException {
    try (var in = ControlPlane.class.getResourceAsStream(name)) {
      return new String(
          Objects.requireNonNull(in, name).readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }
  }

  /**
   * Ends the API server and its store and starts them again at the same address, with what they
   * held; every watch breaks. {@code meanwhile} happens while they are away.
   */
  public void restart(Runnable meanwhile) throws IOException {
    String server = URI.create(config().getMasterUrl()).getAuthority();
    Shell.run(Map.of(), List.of(SCRIPTS.resolve("down").toString(), folder.toString()))
        .mustSucceed();
    meanwhile.run();
    Shell.run(
            Map.of(),
            List.of(
                SCRIPTS.resolve("up").toString(),
                folder.toString(),
                "--port",
                server.substring(server.indexOf(':') + 1),
                "--watch-pid",
                Long.toString(ProcessHandle.current().pid())))
        .mustSucceed();
  }

  /** Nobody can watch from an earlier moment than now on: the store forgets all history. */
  public void compact() {
    String version = kubectl("get", "--raw", "/api/v1/namespaces?limit=1");
    Matcher revision = Pattern.compile("\"resourceVersion\":\"(\\d+)\"").matcher(version);
    if (!revision.find()) {
      throw new AssertionError(version);
    }
    Shell.run(
            Map.of(),
            List.of(
                "curl",
                "--silent",
                "--fail",
                "--unix-socket",
                folder.resolve("etcd.sock").toString(),
                "http://localhost/v3/kv/compaction",
                "--data",
                "{\"revision\": %s, \"physical\": true}".formatted(revision.group(1))))
        .mustSucceed();
  }

  public void stop() {
    admin.close();
    Shell.run(Map.of(), List.of(SCRIPTS.resolve("down").toString(), folder.toString()));
    Shell.run(Map.of(), List.of("rm", "-rf", folder.toString()));
  }

  /** The administrator's client. */
  public KubernetesClient admin() {
    return admin;
  }

  public Path kubeconfig() {
    return folder.resolve("kubeconfig");
  }

  /** A client with the operator's rights. */
  public KubernetesClient operator() throws IOException {
    Config config = Config.fromKubeconfig(Files.readString(operatorKubeconfig()));
    config.setUserAgent(OPERATOR_AGENT);
    config.setRequestRetryBackoffLimit(3);
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withKubernetesSerialization(WideJson.serialization(Bridge.class, Replay.class))
        .build();
  }

  /** A kubeconfig with the operator's rights. */
  public Path operatorKubeconfig() throws IOException {
    return kubeconfigOf("operator", "kafka-api-bridge-operator");
  }

  /** A kubeconfig with the rights of an account. */
  public Path kubeconfigOf(String namespace, String account) throws IOException {
    String token = kubectl("-n", namespace, "create", "token", account).strip();
    Path file = folder.resolve(account + ".kubeconfig");
    Files.copy(kubeconfig(), file, StandardCopyOption.REPLACE_EXISTING);
    String user = kubectl("config", "view", "-o", "jsonpath={.contexts[0].context.user}");
    for (String[] change :
        new String[][] {
          {"config", "unset", "users"}, {"config", "set-credentials", user, "--token=" + token}
        }) {
      var command = command(change);
      command.set(1, "--kubeconfig=" + file);
      Shell.run(Map.of(), command).mustSucceed();
    }
    return file;
  }

  private Config config() throws IOException {
    return Config.fromKubeconfig(Files.readString(kubeconfig()));
  }

  /** Runs kubectl as administrator; it must succeed. */
  public String kubectl(String... arguments) {
    return tryKubectl(arguments).mustSucceed();
  }

  public Shell.Answer tryKubectl(String... arguments) {
    return Shell.run(Map.of(), command(arguments));
  }

  public String apply(String yaml, String... arguments) {
    var command = new ArrayList<>(command("apply", "-f", "-"));
    command.addAll(List.of(arguments));
    return Shell.run(Map.of(), command, yaml).mustSucceed();
  }

  private ArrayList<String> command(String... arguments) {
    var command = new ArrayList<String>();
    command.add(kubectl);
    command.add("--kubeconfig=" + kubeconfig());
    command.add("--cache-dir=" + folder.resolve("kubectl-cache"));
    command.addAll(List.of(arguments));
    return command;
  }

  /**
   * Requests of the operator that were more than looking, in this namespace, since the server
   * started.
   */
  public List<String> writes(String namespace) throws IOException {
    return writes(OPERATOR_AGENT, namespace);
  }

  /** {@code agent} is the beginning of what a program calls itself. */
  public List<String> writes(String agent, String namespace) throws IOException {
    var json = new com.fasterxml.jackson.databind.ObjectMapper();
    var writes = new ArrayList<String>();
    String log = Files.readString(folder.resolve("audit.log"));
    // The last line may be only half written.
    for (String line : log.substring(0, log.lastIndexOf('\n') + 1).lines().toList()) {
      var entry = json.readTree(line);
      String verb = entry.path("verb").asText();
      if (entry.path("userAgent").asText().startsWith(agent)
          && entry.at("/objectRef/namespace").asText().equals(namespace)
          && !List.of("get", "list", "watch").contains(verb)) {
        writes.add(
            verb
                + " "
                + entry.path("requestURI").asText()
                + " "
                + entry.at("/responseStatus/code").asInt());
      }
    }
    return writes;
  }
}
