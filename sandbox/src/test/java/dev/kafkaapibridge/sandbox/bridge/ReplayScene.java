package dev.kafkaapibridge.sandbox.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.api.Call;
import dev.kafkaapibridge.sandbox.api.SwitchboardApi;
import dev.kafkaapibridge.sandbox.broker.Broker;
import dev.kafkaapibridge.sandbox.broker.OrderProducer;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A topic of a broker, a bridge for it with whatever target, and the dead letters that this one
 * writes.
 *
 * @param directory of the bridge's files
 * @param sequence the number of an order, by a record's value or a dead letter's
 */
record ReplayScene(Broker broker, String topic, Path directory, ToLongFunction<byte[]> sequence) {

  ReplayScene {
    broker.topics().create(topic, 6);
  }

  private String group() {
    return "shop." + topic;
  }

  String deadLetters() {
    return group() + ".dlt";
  }

  String retryTopic(int position) {
    return group() + ".retry." + position;
  }

  OrderProducer producer() {
    return new OrderProducer(broker, topic, 100);
  }

  /**
   * @param target fields of {@code spec.target}
   * @param delivery fields of {@code spec.delivery}
   * @param more a further field of {@code spec}
   */
  String yaml(String target, String delivery, String more) {
    return """
    apiVersion: kafka-api-bridge.dev/v1alpha1
    kind: KafkaApiBridge
    metadata: {name: test, namespace: shop}
    spec:
      kafka: {bootstrapServers: "%s", topics: [%s], startFrom: Earliest, consumerGroup: %s,
              consumerConfig: [{name: session.timeout.ms, value: '3000'}, {name: heartbeat.interval.ms, value: '500'}]}
      target: {%s}
      delivery: {%s}
      %s
    """
        .formatted(broker.bootstrapServers(), topic, group(), target, delivery, more);
  }

  RunningBridge bridge(String yaml) {
    String refs = directory.resolve("refs").toString();
    return RunningBridge.start(directory, yaml, "--refs", refs).awaitReady();
  }

  /** All that is in the topic has ended. */
  void awaitNoLag(RunningBridge bridge) {
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() ->
            assertThat(broker.topics().lag(group(), topic))
                .as(bridge::log)
                .isEqualTo(OptionalLong.of(0)));
  }

  /** Numbers of the dead letters that have been replayed so often. */
  BitSet letters(int generation) {
    var letters = new BitSet();
    for (ConsumerRecord<byte[], byte[]> letter : broker.topics().read(deadLetters())) {
      if (Integer.parseInt(Aside.header(letter, "kab-generation")) == generation) {
        letters.set((int) sequence.applyAsLong(letter.value()));
      }
    }
    return letters;
  }

  /** How often a broker in this process was asked for records of the dead letters' partitions. */
  long fetches() throws JMException {
    var requests =
        new ObjectName(
            "kafka.server:type=BrokerTopicMetrics,name=TotalFetchRequestsPerSec,topic="
                + deadLetters());
    return (long) ManagementFactory.getPlatformMBeanServer().getAttribute(requests, "Count");
  }

  /** Numbers below {@code until} that leave this rest. */
  static BitSet every(int nth, int rest, int until) {
    var sequences = new BitSet();
    IntStream.range(0, until).filter(sequence -> sequence % nth == rest).forEach(sequences::set);
    return sequences;
  }

  static void assertInOrder(SwitchboardApi api, int first) {
    assertInOrder(
        api.journal().calls().stream()
            .filter(Call::accepted)
            .flatMap(call -> call.records().stream())
            .toList(),
        first);
  }

  /** From one on, those of a key were accepted in their order, but for repetitions. */
  static void assertInOrder(List<Call.Numbered> accepted, int first) {
    var latest = new HashMap<String, Long>();
    var seen = new HashSet<Long>();
    for (Call.Numbered one : accepted) {
      if (one.sequence() >= first && seen.add(one.sequence())) {
        Long before = latest.put(one.key(), one.sequence());
        assertThat(before == null ? -1 : before).as("before %s", one).isLessThan(one.sequence());
      }
    }
    assertThat(seen).isNotEmpty();
  }
}
