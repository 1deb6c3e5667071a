package dev.kafkaapibridge.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.kafkaapibridge.sandbox.process.GuardedProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code java -jar bridge-runtime.jar FILE}, as anybody would start it. */
final class RuntimeProcess implements AutoCloseable {

  private static final Pattern LISTENING = Pattern.compile("listening on (http://\\S+)");
  private static final JsonMapper JSON = new JsonMapper();
  private final GuardedProcess process;

  private RuntimeProcess(GuardedProcess process) {
    this.process = process;
  }

  static RuntimeProcess start(Path directory, String yaml, String... arguments) {
    try {
      Path file = Files.createTempFile(directory, "bridge", ".yaml");
      Files.writeString(file, yaml);
      var command = new ArrayList<String>();
      command.addAll(
          List.of(
              GuardedProcess.java(),
              "-Xmx256m",
              "-jar",
              SandboxOptions.forTests().jar("bridge-runtime").toString(),
              "--port",
              "0",
              "--address",
              "127.0.0.1"));
      command.addAll(List.of(arguments));
      command.add(file.toString());
      return new RuntimeProcess(GuardedProcess.start(command, Map.of(), Path.of(file + ".log")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until it is ready, or has ended. */
  RuntimeProcess ready() {
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(100))
        .until(() -> !process.running() || status().at("/ready/ok").asBoolean());
    if (!process.running()) {
      throw new IllegalStateException("the runtime has ended: " + output());
    }
    return this;
  }

  JsonNode status() {
    Matcher listening = LISTENING.matcher(output());
    if (!listening.find()) {
      return JSON.getNodeFactory().missingNode();
    }
    try (var in = URI.create(listening.group(1) + "/status").toURL().openStream()) {
      return JSON.readTree(new String(in.readAllBytes(), UTF_8));
    } catch (IOException e) {
      return JSON.getNodeFactory().missingNode();
    }
  }

  String output() {
    return process.logTail(100_000);
  }

  /** SIGTERM; returns the exit code. */
  int terminate(Duration grace) {
    return process.stop(grace);
  }

  void kill() {
    process.kill();
    process.ended().join();
  }

  @Override
  public void close() {
    process.close();
  }
}
