package dev.kafkaapibridge.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process of the operator's jar, and what can be done to it. */
record OperatorJar(Process process, Path log) {

  static final Path JAR = Path.of("target/operator.jar").toAbsolutePath();
  static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

  /** What 55 percent of the chart's memory are. */
  private static final String HEAP = "-Xmx281m";

  /** What it prints goes to {@code log}. */
  static OperatorJar start(Path kubeconfig, Map<String, String> environment, Path log)
      throws IOException {
    var builder =
        new ProcessBuilder(JAVA.toString(), HEAP, "-jar", JAR.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("KAB_") || name.startsWith("POD_"));
    builder.environment().put("KUBECONFIG", kubeconfig.toString());
    builder.environment().put("KAB_PORT", "0");
    builder.environment().putAll(environment);
    return new OperatorJar(builder.start(), log);
  }

  String text() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return "";
    }
  }

  OperatorJar awaitStarted() {
    await()
        .atMost(Duration.ofSeconds(120))
        .untilAsserted(() -> assertThat(port()).as(text()).isPositive());
    return this;
  }

  /** -1 until it is known. */
  int port() {
    Matcher port = Pattern.compile("probes and metrics on port (\\d+)").matcher(text());
    return port.find() ? Integer.parseInt(port.group(1)) : -1;
  }

  /** Code and body. */
  String get(String path) throws IOException, InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      var answer =
          http.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path)).build(),
              BodyHandlers.ofString());
      return answer.statusCode() + " " + answer.body();
    }
  }

  /** In good order; its exit code. */
  int stop() throws InterruptedException {
    process.destroy();
    return end();
  }

  int end() throws InterruptedException {
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("the process ends").isTrue();
    return process.exitValue();
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  void freeze() {
    signal("STOP");
  }

  void thaw() {
    signal("CONT");
  }

  private void signal(String name) {
    dev.kafkaapibridge.operator.cluster.Shell.run(
            Map.of(), java.util.List.of("kill", "-" + name, Long.toString(process.pid())))
        .mustSucceed();
  }
}
