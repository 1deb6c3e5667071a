package dev.kafkaapibridge.sandbox.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The project's own Kubernetes control plane: etcd, API server and controllers, real ones. It has
 * no node. The scripts in {@code scripts/kubernetes} do the work; should this process be killed,
 * they end what they started.
 *
 * <p>One thread starts it; any other may close it meanwhile.
 */
public final class ControlPlane implements AutoCloseable {

  private final Path scripts;
  private final Path directory;
  private final Consumer<String> progress;
  private volatile @Nullable Process script;
  private volatile boolean closing;

  /**
   * @param root of the project
   * @param directory for everything it keeps
   * @param progress is told what takes time, line by line
   */
  public ControlPlane(Path root, Path directory, Consumer<String> progress) {
    this.scripts = root.resolve("scripts").resolve("kubernetes");
    this.directory = directory;
    this.progress = progress;
  }

  /**
   * Starts the control plane and returns when it serves. The first start on a machine fetches or
   * builds its programs, which may take ten minutes.
   */
  public Cluster start() {
    String binaries = run("binaries");
    String kubeconfig =
        run(
            "up",
            directory.toString(),
            "--watch-pid",
            Long.toString(ProcessHandle.current().pid()));
    return new Cluster(Path.of(kubeconfig), Path.of(binaries).resolve("kubectl"));
  }

  @Override
  public void close() {
    closing = true;
    Process running = script;
    if (running != null) {
      running.destroy(); // it ends what it has begun
    }
    try {
      finish(new ProcessBuilder(scripts.resolve("down").toString(), directory.toString()).start());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run down", e);
    }
  }

  /** The last line of what the script prints. */
  private String run(String name, String... arguments) {
    if (closing) {
      throw new IllegalStateException("the control plane was closed while it started");
    }
    var command = new ArrayList<String>();
    command.add(scripts.resolve(name).toString());
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).start();
      script = process;
      return finish(process);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + command.getFirst(), e);
    } finally {
      script = null;
    }
  }

  private String finish(Process process) throws IOException {
    process.getOutputStream().close();
    List<String> complaints = Collections.synchronizedList(new ArrayList<>());
    Thread reader =
        Thread.startVirtualThread(() ->
            process
                .errorReader(UTF_8)
                .lines()
                .forEach(line -> {
                  complaints.add(line);
                  progress.accept(line);
                }));
    List<String> printed = process.inputReader(UTF_8).lines().toList();
    try {
      int exitCode = process.waitFor();
      reader.join();
      if (exitCode != 0) {
        throw new IllegalStateException(
            "Kubernetes could not be brought up (exit code %d):%n%s"
                .formatted(exitCode, String.join(System.lineSeparator(), complaints)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while Kubernetes was brought up", e);
    }
    return printed.isEmpty() ? "" : printed.getLast();
  }
}
