package dev.kafkaapibridge.sandbox.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.api.SwitchboardApi;
import dev.kafkaapibridge.sandbox.broker.Broker;
import dev.kafkaapibridge.sandbox.broker.OrderProducer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import org.junit.jupiter.api.TestInfo;

/** What one test has to itself: a topic with its producer, a group, an API. Closed by the test. */
final class Scene implements AutoCloseable {

  final SwitchboardApi api = SwitchboardApi.start();
  final OrderProducer producer;
  final String topic;
  final String group;
  private final Broker broker;
  private final Path directory;

  private Scene(Broker broker, Path directory, String name, int partitions, int keys) {
    this.broker = broker;
    this.directory = directory;
    this.topic = name;
    this.group = "shop." + name;
    broker.topics().create(topic, partitions);
    producer = new OrderProducer(broker, topic, keys);
    api.account(producer::sent, BitSet::new);
  }

  static Scene of(Broker broker, Path directory, String name, int partitions, int keys) {
    return new Scene(broker, directory, name, partitions, keys);
  }

  /** A name for the topic of a test, also where it runs several times. */
  static String name(TestInfo test) {
    String name = test.getTestMethod().orElseThrow().getName() + test.getDisplayName();
    String clean = name.replaceAll("[^A-Za-z0-9]+", "-");
    return clean.substring(0, Math.min(clean.length(), 70)) + "-" + (name.hashCode() & 0xFFF);
  }

  /**
   * @param kafka further fields of {@code spec.kafka}
   * @param delivery fields of {@code spec.delivery}
   */
  RunningBridge bridge(String kafka, String delivery, String... options) {
    return RunningBridge.start(directory, yaml(kafka, delivery), options);
  }

  String yaml(String kafka, String delivery) {
    return """
    apiVersion: kafka-api-bridge.dev/v1alpha1
    kind: KafkaApiBridge
    metadata: {name: test, namespace: shop}
    spec:
      kafka: {bootstrapServers: "%s", topics: [%s], consumerGroup: %s, %s}
      target: {http: {url: "%s/v1/orders"}}
      delivery: {%s}
    """
        .formatted(broker.bootstrapServers(), topic, group, kafka, api.url(), delivery)
        .replace(", }", "}");
  }

  void awaitDelivered(long records) {
    await()
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(() -> assertThat(api.ledger().delivered()).isEqualTo(records));
  }

  /** How many calls carried a key that an accepted call had carried before. */
  long repeated() {
    return api.ledger().duplicated();
  }

  @Override
  public void close() {
    producer.close();
    api.close();
  }
}
