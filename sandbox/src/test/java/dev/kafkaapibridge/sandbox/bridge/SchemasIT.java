package dev.kafkaapibridge.sandbox.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.kafkaapibridge.api.report.StatusReport;
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Records with schemas from Kafka to an API, while the registry fails in all its ways. */
@Timeout(180)
class SchemasIT {

  private static final Pattern BODY = Pattern.compile("\\{\"n\":(\\d+),\"of(\\d+)\":\"x\"}");
  private static final Pattern BY_ID = Pattern.compile("/schemas/ids/(\\d+)");

  @TempDir static Path directory;
  @AutoClose static EmbeddedBroker broker;

  /** How the registry answers. */
  private enum Mood {
    Well,
    ServerError,
    Nonsense,
    Unauthorized,
    Hanging
  }

  private volatile Mood mood = Mood.Well;
  private final Queue<Long> delivered = new ConcurrentLinkedQueue<>();
  private final Queue<String> strange = new ConcurrentLinkedQueue<>();
  private long next;

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start(directory.resolve("broker"));
    new Mounted(directory).secret("registry", "username", "canary-user");
    new Mounted(directory).secret("registry", "password", "canary-password");
  }

  @Test
  void nothingIsLostWhileTheRegistryFailsAndComesBackUnderLoad() throws Exception {
    String topic = "schemas";
    broker.topics().create(topic, 4);
    HttpServer registry = server(this::tellSchema);
    HttpServer api = server(this::accept);
    try (var producer = producer();
        var bridge = RunningBridge.start(directory, yaml(topic, registry, api))) {
      produce(producer, topic, 300, 1, 3);
      awaitDelivered(300);

      int newest = 4;
      for (Mood failing :
          List.of(Mood.ServerError, Mood.Nonsense, Mood.Unauthorized, Mood.Hanging)) {
        mood = failing;
        long before = delivered.size();
        produce(producer, topic, 200, 1, 3);
        produce(producer, topic, 50, newest, newest);
        await()
            .atMost(Duration.ofSeconds(40))
            .until(() ->
                delivered.size() == before + 200
                    && !registryOf(bridge.status()).state().equals("Found"));
        StatusReport status = bridge.status();
        assertThat(registryOf(status).state()).isEqualTo(stateIn(failing));
        assertThat(registryOf(status).key()).isEqualTo("id " + newest);
        assertThat(status.held())
            .extracting(StatusReport.HeldRecord::why)
            .containsOnly("SchemaMissing");
        assertThat(status.records().deadLettered()).isZero();
        assertThat(status.ready().ok()).as("a pod is ready without its registry").isTrue();
        assertThat(status.target().requests()).as("no attempt is spent").isEqualTo(before + 200);

        mood = Mood.Well;
        awaitDelivered(before + 250);
        assertThat(registryOf(bridge.status()).state()).isEqualTo("Found");
        newest++;
      }

      // What is the record's own fault, last.
      send(producer, topic, "bad", new byte[] {0, 0, 0, 0, 1, 2});
      send(producer, topic, "bad", new byte[] {'{', '}'});
      send(producer, topic, "bad", record(next, 999));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> bridge.status().records().deadLettered() == 3);
      Seen.by(bridge).hasNone("canary", "Y2FuYXJ5"); // and as the registry is told it
      assertThat(bridge.terminate()).as(bridge.log()).isZero();
    } finally {
      registry.stop(0);
      api.stop(0);
    }

    assertThat(strange).isEmpty();
    assertThat(delivered.stream().sorted().toList())
        .isEqualTo(LongStream.range(0, next).boxed().toList());
    Map<String, Long> reasons =
        broker.topics().read("shop." + topic + ".dlt").stream()
            .collect(
                Collectors.groupingBy(
                    letter -> new String(letter.headers().lastHeader("kab-reason").value(), UTF_8),
                    Collectors.counting()));
    assertThat(reasons)
        .isEqualTo(Map.of("InvalidAvro", 1L, "NoSchemaId", 1L, "SchemaNotFound", 1L));
    assertThat(broker.topics().lag("shop." + topic, topic)).hasValue(0);
  }

  private static String stateIn(Mood mood) {
    return switch (mood) {
      case Well -> "Found";
      case ServerError -> "Failing";
      case Nonsense -> "InvalidAnswer";
      case Unauthorized -> "AuthenticationFailed";
      case Hanging -> "Unreachable";
    };
  }

  private static StatusReport.Reference registryOf(StatusReport status) {
    return status.references().stream()
        .filter(reference -> reference.kind().equals("SchemaRegistry"))
        .findFirst()
        .orElseThrow();
  }

  private void awaitDelivered(long count) {
    await().atMost(Duration.ofSeconds(60)).until(() -> delivered.size() == count);
  }

  private void tellSchema(HttpExchange exchange) throws IOException {
    Matcher id = BY_ID.matcher(exchange.getRequestURI().getPath());
    switch (mood) {
      case ServerError -> answer(exchange, 503, "");
      case Nonsense -> answer(exchange, 200, "<html>welcome</html>");
      case Unauthorized ->
          answer(exchange, 401, exchange.getRequestHeaders().getFirst("Authorization"));
      case Hanging -> {
        try {
          Thread.sleep(11_000);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        answer(exchange, 503, "");
      }
      case Well -> {
        if (!id.matches() || id.group(1).equals("999")) {
          answer(exchange, 404, "{\"error_code\": 40403, \"message\": \"Schema not found\"}");
        } else {
          String schema =
              "{\\\"type\\\": \\\"record\\\", \\\"name\\\": \\\"Order\\\", \\\"fields\\\": [{\\\"name\\\": \\\"n\\\", \\\"type\\\": \\\"long\\\"}, {\\\"name\\\": \\\"of%s\\\", \\\"type\\\": \\\"string\\\"}]}"
                  .formatted(id.group(1));
          answer(exchange, 200, "{\"schema\": \"" + schema + "\"}");
        }
      }
    }
  }

  private void accept(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    Matcher order = BODY.matcher(body);
    boolean fits =
        order.matches() && order.group(2).equals(exchange.getRequestHeaders().getFirst("X-Schema"));
    if (fits) {
      delivered.add(Long.valueOf(order.group(1)));
    } else {
      strange.add(exchange.getRequestHeaders().getFirst("X-Schema") + ": " + body);
    }
    exchange.sendResponseHeaders(204, -1);
    exchange.close();
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    try (exchange) {
      byte[] bytes = body.getBytes(UTF_8);
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private interface Answering {
    void to(HttpExchange exchange) throws IOException;
  }

  private static HttpServer server(Answering answering) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 100);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", answering::to);
    server.start();
    return server;
  }

  private void produce(
      KafkaProducer<byte[], byte[]> producer, String topic, int count, int first, int last) {
    for (int i = 0; i < count; i++) {
      int schema = ThreadLocalRandom.current().nextInt(first, last + 1);
      send(producer, topic, "s" + schema + "-" + i % 20, record(next++, schema), schema);
    }
    producer.flush();
  }

  private static void send(
      KafkaProducer<byte[], byte[]> producer, String topic, String key, byte[] value) {
    send(producer, topic, key, value, 0);
  }

  private static void send(
      KafkaProducer<byte[], byte[]> producer, String topic, String key, byte[] value, int schema) {
    var record = new ProducerRecord<>(topic, key.getBytes(UTF_8), value);
    record.headers().add("schema", Integer.toString(schema).getBytes(UTF_8));
    producer.send(record);
  }

  /** As the schema above has it: a number and the text x. */
  private static byte[] record(long n, int schema) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(ByteBuffer.allocate(5).put((byte) 0).putInt(schema).array());
    long zigzag = n << 1;
    while (zigzag > 0x7f) {
      out.write((int) (zigzag & 0x7f | 0x80));
      zigzag >>>= 7;
    }
    out.write((int) zigzag);
    out.writeBytes(new byte[] {2, 'x'});
    return out.toByteArray();
  }

  private static KafkaProducer<byte[], byte[]> producer() {
    var serializer = new ByteArraySerializer();
    return new KafkaProducer<>(
        Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
        serializer,
        serializer);
  }

  private static String yaml(String topic, HttpServer registry, HttpServer api) {
    return """
    apiVersion: kafka-api-bridge.dev/v1alpha1
    kind: KafkaApiBridge
    metadata: {name: test, namespace: shop}
    spec:
      kafka: {bootstrapServers: "%s", topics: [%s], consumerGroup: shop.%s, startFrom: Earliest}
      record:
        keyFormat: String
        valueFormat: Avro
        schemaRegistry: {url: "http://127.0.0.1:%d", basicAuthSecretRef: {name: registry}}
      target:
        http:
          url: "http://127.0.0.1:%d/v1/orders"
          headers: [{name: X-Schema, recordHeader: schema}]
    """
        .formatted(
            broker.bootstrapServers(),
            topic,
            topic,
            registry.getAddress().getPort(),
            api.getAddress().getPort());
  }
}
