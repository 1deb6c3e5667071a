package dev.kafkaapibridge.sandbox.kubernetes;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A Kubernetes cluster, as one's own {@code kubectl} sees it.
 *
 * @param kubeconfig whose current context is the cluster
 * @param kubectl the program
 */
public record Cluster(Path kubeconfig, Path kubectl) {

  /** What a command said, both its outputs together. */
  public record Said(int exitCode, String text) {
    public boolean succeeded() {
      return exitCode == 0;
    }
  }

  /** The cluster of the user's current context. */
  public static Cluster current() {
    String configured = System.getenv("KUBECONFIG");
    Path kubeconfig =
        configured == null || configured.isBlank()
            ? Path.of(System.getProperty("user.home"), ".kube", "config")
            : Path.of(configured.split(File.pathSeparator, 2)[0]);
    if (!Files.isReadable(kubeconfig)) {
      throw new IllegalStateException(
          "--cluster uses the current kubectl context, and there is no "
              + kubeconfig
              + ". Set KUBECONFIG, or leave out --cluster.");
    }
    return new Cluster(
        kubeconfig,
        onPath("kubectl")
            .orElseThrow(() ->
                new IllegalStateException(
                    "--cluster needs kubectl on the PATH: https://kubernetes.io/docs/tasks/tools")));
  }

  /** What one types to run {@code kubectl}: its path where it isn't on the PATH. */
  public String kubectlToType() {
    return onPath("kubectl").isPresent() ? "kubectl" : kubectl.toString();
  }

  /** A client of an administrator's. The caller closes it. */
  public KubernetesClient client() {
    Config config = Config.fromKubeconfig(kubeconfig.toFile());
    config.setRequestTimeout(10_000);
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  /** Runs {@code kubectl}; a failure is an answer, not an exception. */
  public Said kubectl(String... arguments) {
    return kubectlWithInput("", arguments);
  }

  /** Runs {@code kubectl} with an input, for {@code -f -}. */
  public Said kubectlWithInput(String input, String... arguments) {
    var command = new ArrayList<String>();
    command.add(kubectl.toString());
    command.addAll(List.of("--kubeconfig", kubeconfig.toString()));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (var out = process.outputWriter()) {
        out.write(input);
      }
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Said(process.waitFor(), text);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + kubectl, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while kubectl ran", e);
    }
  }

  /** A program on the PATH. */
  static Optional<Path> onPath(String program) {
    String path = System.getenv("PATH");
    return Stream.of((path == null ? "" : path).split(File.pathSeparator))
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
