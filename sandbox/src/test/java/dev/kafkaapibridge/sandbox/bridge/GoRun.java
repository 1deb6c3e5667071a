package dev.kafkaapibridge.sandbox.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import dev.kafkaapibridge.sandbox.broker.OrderProducer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.tls.HeldCertificate;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A topic with its records, a server on grpc-go, and a bridge between them. */
final class GoRun implements AutoCloseable {

  static final String MANY_ATTEMPTS =
      "retry: {maxAttempts: 50, initialBackoff: 20ms, maxBackoff: 500ms}";

  /** How records are sent. */
  enum Way {
    Unary("Put", "mode: Unary"),
    OneByOne("Exchange", "mode: BidirectionalStreaming, stream: {acknowledgement: PerResponse}"),
    Together("Collect", "mode: ClientStreaming"),
    Followed("Follow", "mode: ServerStreaming");

    final String fields;

    Way(String method, String mode) {
      fields = "method: " + method + ", " + mode;
    }
  }

  private static final Pattern SEQUENCE = Pattern.compile("\"sequence\":(\\d+),");

  final GoOrders server;
  final OrderProducer producer;
  private final EmbeddedBroker broker;
  private final Path directory;
  private final String name;
  private final Mounted mounted;
  private String transport = "transport: Plaintext";
  private String further = "";
  private String descriptors =
      "payload: JSONToProtobuf, descriptorConfigMapKeyRef: {name: orders-api, key: orders.pb}";

  /**
   * @param name of the topic
   * @param switches of the server
   */
  GoRun(EmbeddedBroker broker, Path program, Path directory, String name, String switches) {
    this(broker, program, directory, name, switches, 0);
  }

  /**
   * @param bytes of each record, at the least
   */
  GoRun(
      EmbeddedBroker broker,
      Path program,
      Path directory,
      String name,
      String switches,
      int bytes) {
    this.broker = broker;
    this.directory = directory;
    this.name = name.toLowerCase(Locale.ROOT);
    mounted = new Mounted(directory.resolve("of-" + this.name));
    broker.topics().create(this.name, 12);
    server = GoOrders.start(program, directory, switches);
    producer = new OrderProducer(broker, this.name, 500, bytes);
    describe(GrpcOrders.descriptorSet());
  }

  /** The bridge asks the server, instead of having a descriptor set. */
  GoRun byReflection() {
    descriptors = "payload: JSONToProtobuf, serverReflection: Enabled";
    return this;
  }

  /** The bridge calls by TLS a server whose certificate is of this authority. */
  GoRun byTls(HeldCertificate authority) {
    return byTls(authority, "", "");
  }

  /**
   * @param tls further fields of {@code tls}
   * @param target further fields of the target
   */
  GoRun byTls(HeldCertificate authority, String tls, String target) {
    trust(authority);
    transport =
        "transport: TLS, tls: {caRefs: [{kind: Secret, name: orders-ca, key: ca.crt}]%s}%s"
            .formatted(tls, target);
    return this;
  }

  /** What is answered to accepted records goes to a topic. */
  GoRun withAnswers() {
    broker.topics().create(name + "-answers", 4);
    return with("response: {topic: " + name + "-answers, when: Success, format: Body}");
  }

  /**
   * @param field of the bridge's spec
   */
  GoRun with(String field) {
    further = field;
    return this;
  }

  List<ConsumerRecord<byte[], byte[]>> answers() {
    return broker.topics().read(name + "-answers");
  }

  /** Whose certificates the bridge trusts from now on. */
  void trust(HeldCertificate authority) {
    mounted.secret("orders-ca", "ca.crt", authority.certificatePem());
  }

  /** What the bridge shows who asks for a certificate, if {@link #byTls} names it. */
  void show(HeldCertificate own) {
    mounted.certificate("orders-client", own);
  }

  /** What the bridge's ConfigMap holds from now on. */
  void describe(byte[] descriptorSet) {
    mounted.configMap("orders-api", "orders.pb", descriptorSet);
  }

  RunningBridge bridge(String address, Way way, String deadline, String delivery) {
    return RunningBridge.start(
            directory, yaml(address, way, deadline, delivery), "--refs", mounted.refs().toString())
        .awaitReady();
  }

  /** Sends all that there is. */
  void through(String address, Way way, String deadline, String delivery) {
    try (var bridge = bridge(address, way, deadline, delivery)) {
      toTheEnd(bridge);
    }
  }

  /** Until no record is left; then the bridge is terminated. */
  void toTheEnd(RunningBridge bridge) {
    await()
        // Where streams end with many records on them the circuit opens, for half a minute each
        // time.
        .atMost(Duration.ofMinutes(5))
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(() ->
            assertThat(broker.topics().lag("shop." + name, name))
                .as(bridge::log)
                .isEqualTo(OptionalLong.of(0)));
    assertThat(bridge.terminate()).as(bridge::log).isZero();
    GoOrders.Counts counts = server.counts();
    System.err.printf(
        "grpc-go, %s: %d messages came, %d accepted, %d repeated, %d reordered; %d calls and streams, %d connections, %d streams reset; %d within a second at most%n",
        name,
        counts.calls(),
        counts.accepted().length,
        counts.repeated(),
        counts.reordered(),
        counts.streams(),
        counts.connected(),
        counts.resets(),
        counts.within(1_000_000));
  }

  List<ConsumerRecord<byte[], byte[]>> letters() {
    return broker.topics().read("shop." + name + ".dlt");
  }

  BitSet deadLettered() {
    var refused = new BitSet();
    for (ConsumerRecord<byte[], byte[]> letter : letters()) {
      Matcher matcher = SEQUENCE.matcher(new String(letter.value(), UTF_8));
      assertThat(matcher.find()).isTrue();
      refused.set(Integer.parseInt(matcher.group(1)));
    }
    return refused;
  }

  void assertAllAcceptedInOrder() {
    assertThat(deadLettered()).as("dead letters").isEqualTo(new BitSet());
    assertAcceptedInOrderAllBut(new BitSet());
  }

  void assertAcceptedInOrderAllBut(BitSet bad) {
    var lost = producer.sent();
    GoOrders.Counts counts = server.counts();
    lost.andNot(counts.sequences());
    assertThat(lost).as("not accepted").isEqualTo(bad);
    assertThat(counts.reordered()).as("overtaken").isZero();
  }

  @Override
  public void close() {
    producer.close();
    server.close();
  }

  private String yaml(String address, Way way, String deadline, String delivery) {
    return """
    apiVersion: kafka-api-bridge.dev/v1alpha1
    kind: KafkaApiBridge
    metadata: {name: %s, namespace: shop}
    spec:
      kafka: {bootstrapServers: "%s", topics: [%s], startFrom: Earliest}
      target:
        grpc:
          {address: "%s", service: shop.v1.Orders, %s, %s, deadline: %s, %s}
      delivery: {%s}
      %s
    """
        .formatted(
            name,
            broker.bootstrapServers(),
            name,
            address,
            way.fields,
            transport,
            deadline,
            descriptors,
            delivery,
            further);
  }
}
