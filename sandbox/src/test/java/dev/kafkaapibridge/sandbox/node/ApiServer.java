package dev.kafkaapibridge.sandbox.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.kubernetes.Cluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The API server of a node's cluster, which may go away while the node and all its pods run on. It
 * comes back as the same program with the same arguments, on the same port.
 */
final class ApiServer {

  private final Path directory;
  private final Cluster cluster;
  private final List<String> command;
  private ProcessHandle process;

  /**
   * @param directory of the cluster
   */
  ApiServer(Path directory, Cluster cluster) {
    this.directory = directory;
    this.cluster = cluster;
    this.process = noted(directory);
    this.command = commandOf(process);
  }

  private static ProcessHandle noted(Path directory) {
    try {
      String noted = Files.readString(directory.resolve("run/kube-apiserver"));
      return ProcessHandle.of(Long.parseLong(noted.split(" ")[0])).orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** It cannot be asked of a ProcessHandle, whose arguments end at a page. */
  private static List<String> commandOf(ProcessHandle process) {
    try {
      byte[] line = Files.readAllBytes(Path.of("/proc/" + process.pid() + "/cmdline"));
      return List.of(new String(line, StandardCharsets.UTF_8).split("\0"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void goAway() {
    process.destroyForcibly();
    process.onExit().join();
    assertThat(cluster.kubectl("get", "--raw", "/readyz").succeeded()).isFalse();
  }

  void comeBack() {
    var builder = new ProcessBuilder(command).directory(directory.toFile());
    // By this the scripts know what to end.
    builder.environment().put("KAB_CLUSTER", directory.toString());
    builder.redirectErrorStream(true);
    builder.redirectOutput(
        ProcessBuilder.Redirect.appendTo(directory.resolve("logs/kube-apiserver.log").toFile()));
    try {
      process = builder.start().toHandle();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> cluster.kubectl("get", "--raw", "/readyz").succeeded());
  }
}
