package dev.kafkaapibridge.sandbox;

import dev.kafkaapibridge.sandbox.api.SwitchboardApi;
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import dev.kafkaapibridge.sandbox.broker.OrderProducer;
import dev.kafkaapibridge.sandbox.process.Folders;
import dev.kafkaapibridge.sandbox.process.GuardedProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a pod does in its first minute, once through: the runtime reads its file, joins, delivers a
 * backlog, is asked how it is, and ends by SIGTERM. With {@code -XX:AOTCacheOutput} Java writes
 * down meanwhile what it has loaded, linked and found to be hot (JEP 483, 514 and 515), and the
 * pods of an image start from there.
 *
 * <p>Exit codes: 0 the runtime has delivered everything and ended well, 1 it has not.
 */
public final class Rehearsal {

  private static final int RECORDS = 20_000;

  /** Most of it is for Java, which writes its file after the runtime's end. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final Pattern LISTENING = Pattern.compile("listening on (http://\\S+)\\s");

  private Rehearsal() {}

  /**
   * @param program Java, its flags and the runtime's main class
   */
  public static void main(String[] program) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("rehearsal");
    boolean well;
    try {
      well = play(folder, List.of(program));
    } finally {
      Folders.delete(folder);
    }
    System.exit(well ? 0 : 1);
  }

  private static boolean play(Path folder, List<String> program)
      throws IOException, InterruptedException {
    try (var broker = EmbeddedBroker.start(folder.resolve("broker"));
        var api = SwitchboardApi.start("127.0.0.1", 0, SwitchboardApi.Memory.Figures);
        var producer = new OrderProducer(broker, "orders", 1_000, 512);
        var http = HttpClient.newHttpClient()) {
      broker.topics().create("orders", 12);
      producer.produce(RECORDS);
      Path file = Files.writeString(folder.resolve("bridge.yaml"), bridge(broker, api));
      var command = new ArrayList<>(program);
      command.addAll(List.of("--port", "0", "--address", "127.0.0.1", file.toString()));
      try (var runtime = GuardedProcess.start(command, Map.of(), folder.resolve("log"))) {
        long patientUntil = System.nanoTime() + PATIENCE.toNanos();
        while (runtime.running()
            && api.journal().figures().accepted() < RECORDS
            && System.nanoTime() - patientUntil < 0) {
          Thread.sleep(200);
          askHowItIs(http, runtime);
        }
        boolean delivered = api.journal().figures().accepted() >= RECORDS;
        boolean endedWell = runtime.stop(PATIENCE) == 0;
        System.err.println(runtime.logTail(4_000));
        return delivered && endedWell;
      }
    }
  }

  /** As the kubelet, the operator and Prometheus do. */
  private static void askHowItIs(HttpClient http, GuardedProcess runtime)
      throws IOException, InterruptedException {
    Matcher listening = LISTENING.matcher(runtime.logTail(100_000));
    if (listening.find()) {
      for (String path : List.of("/healthz", "/readyz", "/status", "/metrics")) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(listening.group(1) + path)).build();
        http.send(request, BodyHandlers.discarding());
      }
    }
  }

  private static String bridge(EmbeddedBroker broker, SwitchboardApi api) {
    return """
    apiVersion: kafka-api-bridge.dev/v1alpha1
    kind: KafkaApiBridge
    metadata: {name: rehearsal, namespace: rehearsal}
    spec:
      kafka: {bootstrapServers: "%s", topics: [orders], startFrom: Earliest}
      target: {http: {url: "%s/v1/orders"}}
      delivery: {maxInFlight: 64, rateLimit: {requests: 100000, period: 1s}}
    """
        .formatted(broker.bootstrapServers(), api.url());
  }
}
