package dev.kafkaapibridge.api.contract;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A real Kubernetes control plane of this process' own, and the real kubectl to speak to it. What a
 * schema, a default or a CEL rule means is what these two make of it.
 */
final class RealApiServer implements AutoCloseable {

  /** What a command printed, and whether it was content. */
  record Answer(int exitCode, String out, String err) {

    Answer mustSucceed() {
      if (exitCode != 0) {
        throw new AssertionError("exit code " + exitCode + "\n" + out + err);
      }
      return this;
    }
  }

  private static final Path SCRIPTS =
      Path.of(System.getProperty("kab.root", "..")).resolve("scripts/kubernetes").toAbsolutePath();

  private final Path folder;
  private final String kubectl;

  private RealApiServer(Path folder, String kubectl) {
    this.folder = folder;
    this.kubectl = kubectl;
  }

  /** Starts one. It ends with {@link #close}, and in any case when this process is gone. */
  static RealApiServer start() throws IOException {
    Path folder = Files.createTempDirectory("crd-contract");
    long self = ProcessHandle.current().pid();
    String binaries = run(List.of(SCRIPTS.resolve("binaries").toString())).mustSucceed().out();
    run(List.of(
            SCRIPTS.resolve("up").toString(),
            folder.toString(),
            "--watch-pid",
            Long.toString(self)))
        .mustSucceed();
    return new RealApiServer(folder, Path.of(binaries.strip(), "kubectl").toString());
  }

  /** Runs kubectl as administrator of the cluster. */
  Answer kubectl(String... arguments) {
    var command = new ArrayList<String>();
    command.add(kubectl);
    command.add("--kubeconfig=" + folder.resolve("kubeconfig"));
    command.add("--cache-dir=" + folder.resolve("kubectl-cache"));
    command.addAll(List.of(arguments));
    return run(command);
  }

  /** Writes a file that goes away with the server. */
  Path file(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }

  @Override
  public void close() throws IOException {
    run(List.of(SCRIPTS.resolve("down").toString(), folder.toString())).mustSucceed();
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static Answer run(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).start();
      process.getOutputStream().close();
      var err = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
      String out = text(process.getInputStream());
      return new Answer(process.waitFor(), out, err.join());
    } catch (IOException e) {
      throw new IllegalStateException("cannot run " + command.getFirst(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String text(InputStream in) {
    try (in) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
