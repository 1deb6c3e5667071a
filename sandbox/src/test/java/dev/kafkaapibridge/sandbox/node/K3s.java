package dev.kafkaapibridge.sandbox.node;

import dev.kafkaapibridge.sandbox.SandboxOptions;
import dev.kafkaapibridge.sandbox.kubernetes.Cluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.testcontainers.containers.Container;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * k3s in a container, by Testcontainers. Pods reach this machine at the gateway of the container's
 * network.
 */
final class K3s implements TestCluster {

  private final K3sContainer container =
      new K3sContainer(DockerImageName.parse("rancher/k3s:v1.34.1-k3s1"));
  private final Cluster cluster;

  K3s(Path directory) {
    container.start();
    try {
      Path kubeconfig =
          Files.writeString(directory.resolve("kubeconfig"), container.getKubeConfigYaml());
      cluster = new Cluster(kubeconfig, kubectl());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path kubectl() throws IOException {
    Path script = SandboxOptions.projectRoot().resolve("scripts/kubernetes/binaries");
    Process process =
        new ProcessBuilder(script.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    return Path.of(
            new String(
                    process.getInputStream().readAllBytes(),
                    java.nio.charset.StandardCharsets.UTF_8)
                .strip())
        .resolve("kubectl");
  }

  @Override
  public Cluster cluster() {
    return cluster;
  }

  @Override
  public String hostAsSeenByPods() {
    return container
        .getContainerInfo()
        .getNetworkSettings()
        .getNetworks()
        .values()
        .iterator()
        .next()
        .getGateway();
  }

  @Override
  public void load(List<Path> images) {
    for (Path image : images) {
      String inside = "/tmp/" + image.getFileName();
      container.copyFileToContainer(MountableFile.forHostPath(image), inside);
      try {
        Container.ExecResult result =
            container.execInContainer("ctr", "--namespace", "k8s.io", "images", "import", inside);
        if (result.getExitCode() != 0) {
          throw new IllegalStateException(result.getStderr());
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  @Override
  public void close() {
    container.stop();
  }
}
