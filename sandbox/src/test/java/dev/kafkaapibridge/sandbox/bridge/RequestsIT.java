package dev.kafkaapibridge.sandbox.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import dev.kafkaapibridge.sandbox.process.GuardedProcess;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a record becomes as a request: the jar, a real broker, and a server that takes it down. */
@Timeout(180)
class RequestsIT {

  @TempDir static Path directory;
  @AutoClose static EmbeddedBroker broker;

  /** One request, as its bytes arrived. */
  private record Seen(String method, String target, String header, String body) {}

  private final List<Seen> seen = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start(directory.resolve("broker"));
  }

  @Test
  void hostileKeysAreRefusedOrSentWholeAndNeverToAnotherPath() throws Exception {
    String topic = "hostile-keys";
    broker.topics().create(topic, 1);
    String[] keys = {"..", "", null, "a/b", "a\nb", "Zoë", "日本", "?x=1#y", "%2e%2e", "plain"};
    produce(topic, keys, "{\"n\": 1}");

    HttpServer server = server();
    try (var bridge = RunningBridge.start(directory, yaml(topic, server))) {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> seen.size() >= 5 && bridge.status().records().deadLettered() == 5);
      assertThat(bridge.terminate()).as(bridge.log()).isZero();
    } finally {
      server.stop(0);
    }

    assertThat(seen)
        .containsExactlyInAnyOrder(
            new Seen(
                "PUT",
                "/v1/orders/a%2Fb?from=0",
                "a/b",
                "{\"key\": \"a/b\", \"order\": {\"n\":1}}"),
            new Seen(
                "PUT",
                "/v1/orders/Zo%C3%AB?from=0",
                "Zoë",
                "{\"key\": \"Zoë\", \"order\": {\"n\":1}}"),
            new Seen(
                "PUT",
                "/v1/orders/%E6%97%A5%E6%9C%AC?from=0",
                "日本",
                "{\"key\": \"日本\", \"order\": {\"n\":1}}"),
            new Seen(
                "PUT",
                "/v1/orders/%3Fx%3D1%23y?from=0",
                "?x=1#y",
                "{\"key\": \"?x=1#y\", \"order\": {\"n\":1}}"),
            new Seen(
                "PUT",
                "/v1/orders/plain?from=0",
                "plain",
                "{\"key\": \"plain\", \"order\": {\"n\":1}}"));
    Map<String, Long> reasons =
        broker.topics().read("shop." + topic + ".dlt").stream()
            .collect(
                Collectors.groupingBy(
                    letter -> new String(letter.headers().lastHeader("kab-reason").value(), UTF_8),
                    Collectors.counting()));
    assertThat(reasons).isEqualTo(Map.of("UnsafePath", 3L, "NullValue", 1L, "InvalidHeader", 1L));
  }

  @Test
  void tombstonesArePassedOverAndTheOffsetGoesOn() throws Exception {
    String topic = "tombstones";
    broker.topics().create(topic, 1);
    produce(topic, new String[] {"a", "b"}, null);
    produce(topic, new String[] {"c"}, "{\"n\": 1}");

    HttpServer server = server();
    String yaml =
        yaml(topic, server).replace("valueFormat: JSON", "valueFormat: JSON, tombstones: Skip");
    try (var bridge = RunningBridge.start(directory, yaml)) {
      await().atMost(Duration.ofSeconds(60)).until(() -> seen.size() == 1);
      // Of other keys, so nothing says that they end first.
      await().atMost(Duration.ofSeconds(30)).until(() -> bridge.status().records().skipped() == 2);
      assertThat(bridge.terminate()).as(bridge.log()).isZero();
    } finally {
      server.stop(0);
    }
    assertThat(seen).extracting(Seen::target).containsExactly("/v1/orders/c?from=0");
    assertThat(broker.topics().lag("shop." + topic, topic)).hasValue(0);
  }

  @Test
  void aBadExpressionIsRefusedAtStartWithItsFieldAndExitCode2() throws Exception {
    HttpServer server = server();
    String yaml = yaml("any", server).replace("{key}", "{kye}");
    server.stop(0);
    Path file = Files.writeString(directory.resolve("bad.yaml"), yaml);

    Process process =
        new ProcessBuilder(
                GuardedProcess.java(), "-jar", RunningBridge.JAR.toString(), file.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);

    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(2);
    assertThat(said)
        .contains("spec.target.http.url: ", "undeclared reference to 'kye'; there are key, value");
  }

  private static String yaml(String topic, HttpServer server) {
    return """
    apiVersion: kafka-api-bridge.dev/v1alpha1
    kind: KafkaApiBridge
    metadata: {name: test, namespace: shop}
    spec:
      kafka: {bootstrapServers: "%s", topics: [%s], consumerGroup: shop.%s, startFrom: Earliest}
      record: {keyFormat: String, valueFormat: JSON}
      target:
        http:
          url: "http://127.0.0.1:%d/v1/orders/{key}?from={partition}"
          method: PUT
          headers: [{name: X-Key, template: "{{record.key}}"}]
          body: {mode: Template, template: '{"key": {{record.key}}, "order": {{record.value}}}'}
    """
        .formatted(broker.bootstrapServers(), topic, topic, server.getAddress().getPort());
  }

  private HttpServer server() throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 100);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            // The server reads header fields as Latin-1; they are UTF-8.
            String header = exchange.getRequestHeaders().getFirst("X-Key");
            seen.add(
                new Seen(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    new String(
                        header.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1), UTF_8),
                    new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
            exchange.sendResponseHeaders(204, -1);
          }
        });
    server.start();
    return server;
  }

  private static void produce(String topic, String[] keys, String value) {
    var serializer = new ByteArraySerializer();
    try (var producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
            serializer,
            serializer)) {
      for (String key : keys) {
        producer.send(
            new ProducerRecord<>(
                topic,
                key == null ? null : key.getBytes(UTF_8),
                value == null ? null : value.getBytes(UTF_8)));
      }
      producer.flush();
    }
  }
}
