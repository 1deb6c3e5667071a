package dev.kafkaapibridge.sandbox.node;

import dev.kafkaapibridge.sandbox.SandboxOptions;
import dev.kafkaapibridge.sandbox.kubernetes.Cluster;
import dev.kafkaapibridge.sandbox.kubernetes.ControlPlane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The project's own Kubernetes with a real node: containerd, kubelet, kube-proxy, DNS, on this
 * machine. Needs root.
 */
final class RealNode implements TestCluster {

  private final Path scripts = SandboxOptions.projectRoot().resolve("scripts/kubernetes");
  private final Path directory;
  private final ControlPlane controlPlane;
  private final Cluster cluster;

  RealNode(Path directory) {
    this.directory = directory;
    controlPlane = new ControlPlane(SandboxOptions.projectRoot(), directory, System.err::println);
    cluster = controlPlane.start();
    script("node", directory.toString());
  }

  @Override
  public Cluster cluster() {
    return cluster;
  }

  @Override
  public String hostAsSeenByPods() {
    try {
      return Files.readString(directory.resolve("node/address")).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void load(List<Path> images) {
    var arguments = new ArrayList<>(List.of(directory.toString()));
    images.forEach(image -> arguments.add(image.toString()));
    script("load", arguments.toArray(String[]::new));
  }

  private void script(String name, String... arguments) {
    var command = new ArrayList<>(List.of(scripts.resolve(name).toString()));
    command.addAll(List.of(arguments));
    try {
      int code = new ProcessBuilder(command).inheritIO().start().waitFor();
      if (code != 0) {
        throw new IllegalStateException(name + " failed with exit code " + code);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    controlPlane.close();
  }
}
