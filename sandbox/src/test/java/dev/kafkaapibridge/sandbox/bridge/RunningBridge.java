package dev.kafkaapibridge.sandbox.bridge;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.kafkaapibridge.api.report.StatusReport;
import dev.kafkaapibridge.sandbox.process.GuardedProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The runtime's jar as a user starts it: a process of its own, with a file. */
final class RunningBridge implements AutoCloseable {

  static final Path JAR =
      Path.of(System.getProperty("kab.root", ".."))
          .resolve("bridge-runtime/target/bridge-runtime.jar");

  private static final Pattern LISTENING = Pattern.compile("listening on (http://\\S+)\\s");
  private static final JsonMapper JSON = new JsonMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final Path file;
  private final GuardedProcess process;
  private String url = "";

  private RunningBridge(Path file, GuardedProcess process) {
    this.file = file;
    this.process = process;
  }

  /** Starts it without waiting for anything but its port. */
  static RunningBridge start(Path directory, String yaml, String... options) {
    var java = List.of(GuardedProcess.java(), "-Xmx256m", "-XX:TieredStopAtLevel=1");
    return start(java, directory, yaml, options);
  }

  /**
   * @param java how Java is started, up to {@code -jar}
   */
  static RunningBridge start(List<String> java, Path directory, String yaml, String... options) {
    try {
      Path file = Files.writeString(Files.createTempFile(directory, "bridge", ".yaml"), yaml);
      var command = new ArrayList<>(java);
      command.addAll(List.of("-jar", JAR.toString(), "--port", "0", "--address", "127.0.0.1"));
      command.addAll(List.of(options));
      command.add(file.toString());
      var bridge =
          new RunningBridge(file, GuardedProcess.start(command, Map.of(), Path.of(file + ".log")));
      bridge.awaitOrEnd(Duration.ofMillis(50), bridge::listens);
      return bridge;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One that doesn't come up is ended, or it would slow down all the tests that follow. */
  private void awaitOrEnd(Duration interval, Callable<Boolean> isUp) {
    boolean up = false;
    try {
      await().pollInterval(interval).atMost(Duration.ofSeconds(60)).until(isUp);
      up = true;
    } finally {
      if (!up) {
        close();
      }
    }
  }

  private boolean listens() {
    Matcher matcher = LISTENING.matcher(process.logTail(1_000_000));
    if (matcher.find()) {
      url = matcher.group(1);
    }
    if (url.isEmpty() && !process.running()) {
      throw new IllegalStateException("the runtime has ended: " + log());
    }
    return !url.isEmpty();
  }

  RunningBridge awaitReady() {
    awaitOrEnd(Duration.ofMillis(100), () -> status().ready().ok());
    return this;
  }

  Path file() {
    return file;
  }

  /** Changes its file, as an editor or the kubelet would. */
  void edit(UnaryOperator<String> change) {
    try {
      Path changed = Files.createTempFile(file.getParent(), "changed", ".yaml");
      Files.writeString(changed, change.apply(Files.readString(file)));
      Files.move(changed, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  StatusReport status() {
    try {
      return JSON.readValue(get("/status"), StatusReport.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String get(String path) {
    try {
      return http.send(
              HttpRequest.newBuilder(URI.create(url + path))
                  .timeout(Duration.ofSeconds(10))
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** SIGTERM; returns the exit code. */
  int terminate() {
    return process.stop(Duration.ofSeconds(60));
  }

  /** Until it ends by itself; returns the exit code. */
  int awaitEnd() {
    return process.ended().join();
  }

  /** SIGKILL. */
  void kill() {
    process.kill();
    process.ended().join();
  }

  /** SIGSTOP, until {@link #goOn()}. */
  void standStill() {
    process.standStill();
  }

  /** SIGCONT. */
  void goOn() {
    process.goOn();
  }

  boolean running() {
    return process.running();
  }

  long pid() {
    return process.program().pid();
  }

  /** What the process takes of the machine now. */
  Footprint footprint() {
    return Footprint.of(process.program());
  }

  /** In KiB, after a full collection, which this asks for. */
  long heapAfterCollection() {
    jcmd("GC.run");
    Matcher used =
        Pattern.compile("generation .*used (\\d+)K|heap .*used (\\d+)K")
            .matcher(jcmd("GC.heap_info"));
    long sum = 0;
    while (used.find()) {
      sum += Long.parseLong(used.group(1) == null ? used.group(2) : used.group(1));
    }
    return sum;
  }

  private String jcmd(String command) {
    try {
      Path jcmd = Path.of(GuardedProcess.java()).resolveSibling("jcmd");
      var asking =
          new ProcessBuilder(jcmd.toString(), Long.toString(pid()), command)
              .redirectErrorStream(true)
              .start();
      return new String(asking.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String log() {
    return process.logTail(20_000);
  }

  @Override
  public void close() {
    process.stop(Duration.ofSeconds(10));
  }
}
