package dev.kafkaapibridge.sandbox.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.api.SwitchboardApi;
import dev.kafkaapibridge.sandbox.broker.Broker;
import dev.kafkaapibridge.sandbox.broker.OrderProducer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A topic of numbered orders, an API that takes them, and bridges between the two: what a test of
 * records needs. Each has its own topic, group and API; the broker may be shared.
 */
final class Shop implements AutoCloseable {

  private static final int STREAM = 120_000;

  final SwitchboardApi api;
  final OrderProducer producer;
  final String topic;
  final String group;
  private final Broker broker;
  private final Path directory;
  private String way;
  private String url;
  private Thread producing = new Thread();

  /**
   * @param directory of the bridges' files and logs
   * @param keys how many different orders
   */
  Shop(Broker broker, Path directory, String topic, int partitions, int keys) {
    this(broker, directory, topic, partitions, keys, 0);
  }

  /**
   * @param bytes of each record's value, at the least
   */
  Shop(Broker broker, Path directory, String topic, int partitions, int keys, int bytes) {
    this(broker, directory, topic, new OrderProducer(broker, topic, keys, bytes));
    broker.topics().create(topic, partitions, Map.of("max.message.bytes", "8388608"));
  }

  /** Another, of a topic that exists. */
  Shop beside(String existing) {
    return new Shop(broker, directory, existing, new OrderProducer(broker, existing, 50));
  }

  private Shop(Broker broker, Path directory, String topic, OrderProducer producer) {
    this.broker = broker;
    this.directory = directory;
    this.topic = topic;
    this.group = "shop." + topic;
    this.way = addressed(broker.bootstrapServers());
    api = SwitchboardApi.start("127.0.0.1", 0, SwitchboardApi.Memory.Figures);
    url = api.url();
    this.producer = producer;
    api.account(producer::sent, BitSet::new);
  }

  /** The bridges that start from now on call this instead of the API itself. */
  Shop calling(String url) {
    this.url = url;
    return this;
  }

  /** The bridges that start from now on reach the broker here. */
  Shop reachingBrokerAt(String bootstrapServers) {
    way = addressed(bootstrapServers);
    return this;
  }

  /** The bridges that start from now on are led by this Secret. */
  Shop ledBy(String binding) {
    way = "bindingSecretRef: {name: %s}".formatted(binding);
    return this;
  }

  private static String addressed(String bootstrapServers) {
    return "bootstrapServers: \"%s\"".formatted(bootstrapServers);
  }

  /**
   * Starts a bridge.
   *
   * @param kafka further fields of {@code spec.kafka}, in YAML's flow style
   * @param delivery fields of {@code spec.delivery}
   */
  RunningBridge bridge(String kafka, String delivery) {
    return RunningBridge.start(directory, yaml(kafka, "", delivery));
  }

  /** As above, with further fields of {@code spec.target.http}. */
  RunningBridge bridge(String kafka, String http, String delivery) {
    return RunningBridge.start(directory, yaml(kafka, http, delivery));
  }

  /** As above, with Java and its flags. */
  RunningBridge bridge(List<String> java, String kafka, String http, String delivery) {
    return RunningBridge.start(java, directory, yaml(kafka, http, delivery));
  }

  /** As above, to another target than the API: {@code spec.target}, in YAML's flow style. */
  RunningBridge bridgeTo(String target, String delivery) {
    return RunningBridge.start(directory, yamlTo(target, "", delivery));
  }

  String yaml(String kafka, String http, String delivery) {
    return yamlTo("http: {url: \"%s/v1/orders\", %s}".formatted(url, http), kafka, delivery);
  }

  private String yamlTo(String target, String kafka, String delivery) {
    return """
    apiVersion: kafka-api-bridge.dev/v1alpha1
    kind: KafkaApiBridge
    metadata: {name: test, namespace: shop}
    spec:
      kafka: {%s, topics: [%s], consumerGroup: %s, startFrom: Earliest, %s}
      target: {%s}
      delivery: {%s}
    """
        .formatted(way, topic, group, kafka, target, delivery)
        .replace(", }", "}");
  }

  /** Orders come evenly, 200 a second, until {@link #endStream}, and for ten minutes at most. */
  void beginStream() {
    beginStream(200);
  }

  void beginStream(double perSecond) {
    producing = Thread.ofVirtual().start(() -> producer.produceEvenly(STREAM, perSecond));
  }

  /** Whatever has just happened: two seconds' orders arrive. */
  void goesOn() {
    long now = accepted();
    await().atMost(Duration.ofSeconds(30)).until(() -> accepted() > now + 400);
  }

  /** It has never ended before; none was lost, and none overtook. */
  void endStream() throws InterruptedException {
    stopStream();
    awaitAllDelivered(Duration.ofSeconds(60));
    assertKept();
  }

  /** It has never ended before; what was sent is acknowledged. */
  void stopStream() throws InterruptedException {
    assertThat(producer.sentCount()).as("under load all the time").isLessThan(STREAM);
    producing.interrupt();
    producing.join();
    producer.produce(0);
  }

  /** How many calls the API has accepted so far, repetitions included; cheap to ask. */
  long accepted() {
    return api.journal().figures().accepted();
  }

  /** Waits until every record that the broker has was delivered at least once. */
  void awaitAllDelivered(Duration atMost) {
    await()
        .atMost(atMost)
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(() -> {
          assertThat(accepted()).isGreaterThanOrEqualTo(producer.sentCount());
          assertThat(api.ledger().lost()).isZero();
        });
  }

  /** Nothing was lost, nothing overtook, every repetition had the same key; and nothing waits. */
  void assertKept() {
    assertThat(api.ledger().lost()).as("lost").isZero();
    assertThat(api.ledger().reordered()).as("first deliveries that were overtaken").isZero();
    assertThat(api.ledger().rekeyed()).as("repeated under another key").isZero();
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> assertThat(broker.topics().lag(group, topic)).isEqualTo(OptionalLong.of(0)));
  }

  Repetitions repetitions() {
    return Repetitions.in(api.journal().calls());
  }

  @Override
  public void close() {
    producing.interrupt();
    producer.close();
    api.close();
  }
}
