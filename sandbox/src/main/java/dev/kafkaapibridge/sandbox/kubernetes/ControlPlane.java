package dev.kafkaapibridge.sandbox.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The project's own Kubernetes control plane: etcd, API server and controllers, real ones. It has
 * no node. The scripts in {@code scripts/kubernetes} do the work; should this process be killed,
 * they end what they started.
 */
public final class ControlPlane implements AutoCloseable {

  private final Path scripts;
  private final Path directory;
  private final Cluster cluster;

  private ControlPlane(Path scripts, Path directory, Cluster cluster) {
    this.scripts = scripts;
    this.directory = directory;
    this.cluster = cluster;
  }

  /**
   * Starts a control plane and returns when it serves. The first start on a machine fetches or
   * builds its programs, which may take ten minutes.
   *
   * @param root of the project
   * @param directory for everything it keeps
   * @param progress is told what takes time, line by line
   */
  public static ControlPlane start(Path root, Path directory, Consumer<String> progress) {
    Path scripts = root.resolve("scripts").resolve("kubernetes");
    String binaries = run(progress, scripts.resolve("binaries").toString());
    String kubeconfig =
        run(
            progress,
            scripts.resolve("up").toString(),
            directory.toString(),
            "--watch-pid",
            Long.toString(ProcessHandle.current().pid()));
    return new ControlPlane(
        scripts, directory, new Cluster(Path.of(kubeconfig), Path.of(binaries).resolve("kubectl")));
  }

  public Cluster cluster() {
    return cluster;
  }

  @Override
  public void close() {
    run(line -> {}, scripts.resolve("down").toString(), directory.toString());
  }

  /** The last line of what the script prints; its progress goes to {@code progress}. */
  private static String run(Consumer<String> progress, String... command) {
    try {
      Process process = new ProcessBuilder(command).start();
      process.getOutputStream().close();
      var complaints = new ArrayList<String>();
      Thread reader =
          Thread.ofVirtual()
              .start(() ->
                  process
                      .errorReader(UTF_8)
                      .lines()
                      .forEach(line -> {
                        progress.accept(line);
                        complaints.add(line);
                      }));
      List<String> printed = process.inputReader(UTF_8).lines().toList();
      int exitCode = process.waitFor();
      reader.join();
      if (exitCode != 0) {
        throw new IllegalStateException(
            "%s ended with %d: %s"
                .formatted(command[0], exitCode, String.join(System.lineSeparator(), complaints)));
      }
      return printed.isEmpty() ? "" : printed.getLast();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + command[0], e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + command[0] + " ran", e);
    }
  }
}
