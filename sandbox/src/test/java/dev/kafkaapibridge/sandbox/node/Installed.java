package dev.kafkaapibridge.sandbox.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.sandbox.SandboxOptions;
import dev.kafkaapibridge.sandbox.api.SwitchboardApi;
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import dev.kafkaapibridge.sandbox.kubernetes.Cluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/**
 * A cluster with the operator installed as users install it, and beside it a broker and an API that
 * pods reach.
 */
final class Installed implements AutoCloseable {

  /** What {@code scripts/images} makes. */
  private static final List<String> IMAGES =
      List.of("operator/target/operator-image.tar", "bridge-runtime/target/runtime-image.tar");

  private final TestCluster cluster;
  private final EmbeddedBroker broker;
  private final SwitchboardApi api;
  private final Path directory;

  Installed(TestCluster cluster, Path directory) {
    this.cluster = cluster;
    this.directory = directory;
    Path root = SandboxOptions.projectRoot();
    List<Path> images = IMAGES.stream().map(root::resolve).toList();
    assertThat(images)
        .allSatisfy(image ->
            assertThat(Files.exists(image))
                .as("%s is there; scripts/images makes it", image)
                .isTrue());
    cluster.load(images);
    broker =
        EmbeddedBroker.start(
            directory.resolve("broker"), List.of(cluster.hostAsSeenByPods()), Map.of());
    api = SwitchboardApi.start("0.0.0.0", 0, SwitchboardApi.Memory.Everything);
    kubectl(
        "apply", "--server-side", "-f", root.resolve("operator/target/install.yaml").toString());
    kubectl("-n", "kafka-api-bridge", "rollout", "status", "deployment", "--timeout", "180s");
  }

  /**
   * On the project's own node. {@code -Dkab.node=required} is what {@code scripts/test} passes
   * where one can run; elsewhere the test is skipped, loudly.
   */
  static Installed onRealNode(Path directory) {
    boolean required = "required".equals(System.getProperty("kab.node"));
    if (!required) {
      System.err.println(
          "\n*** NOT RUN: a test on a real node. scripts/test runs it where it is root on Linux. ***\n");
    }
    Assumptions.assumeTrue(required, "a real node was not asked for (-Dkab.node=required)");
    try {
      return new Installed(
          new RealNode(Files.createDirectories(directory.resolve("kubernetes"))), directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  EmbeddedBroker broker() {
    return broker;
  }

  SwitchboardApi api() {
    return api;
  }

  String bootstrapServers() {
    return broker.bootstrapServers(cluster.hostAsSeenByPods());
  }

  /** This machine, as pods reach it. */
  String host() {
    return cluster.hostAsSeenByPods();
  }

  String apiUrl() {
    return hostUrl("http", api.port());
  }

  /** Of something that listens on this machine, for pods. */
  String hostUrl(String scheme, int port) {
    return scheme + "://" + cluster.hostAsSeenByPods() + ":" + port;
  }

  /** Of the project's own cluster. */
  ApiServer apiServer() {
    return new ApiServer(directory.resolve("kubernetes"), cluster.cluster());
  }

  void load(Path image) {
    cluster.load(List.of(image));
  }

  /** How Java starts in the runtime's image. */
  String startOptions() {
    Path options =
        SandboxOptions.projectRoot().resolve("bridge-runtime/target/image/start.options");
    try {
      return Files.readString(options);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs kubectl, which must succeed; returns what it said. */
  String kubectl(String... arguments) {
    Cluster.Said said = cluster.cluster().kubectl(arguments);
    assertThat(said.succeeded())
        .as("kubectl %s: %s", String.join(" ", arguments), said.text())
        .isTrue();
    return said.text().strip();
  }

  /** What kubectl says, also where it fails. */
  String kubectlSays(String... arguments) {
    return cluster.cluster().kubectl(arguments).text().strip();
  }

  void apply(String yaml) {
    Cluster.Said said = cluster.cluster().kubectlWithInput(yaml, "apply", "-f", "-");
    assertThat(said.succeeded()).as(said.text()).isTrue();
  }

  @Override
  public void close() {
    api.close();
    cluster.close();
    broker.close();
  }
}
