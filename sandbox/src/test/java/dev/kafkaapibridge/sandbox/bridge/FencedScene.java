package dev.kafkaapibridge.sandbox.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.runtime.cluster.KafkaCluster;
import dev.kafkaapibridge.runtime.deadletter.FencedWriter;
import dev.kafkaapibridge.runtime.deadletter.TopicPresence;
import dev.kafkaapibridge.runtime.deliver.DeadLetters.Result;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.GroupStanding;
import dev.kafkaapibridge.runtime.record.SendFence;
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A group, the topic that it reads, and its retry topic of three partitions. Owns the group's
 * members and writers.
 */
final class FencedScene implements AutoCloseable {

  static final Duration LONG = Duration.ofMinutes(5);

  private final EmbeddedBroker broker;
  private final KafkaCluster cluster;
  private final String group;
  private final String protocol;
  private final List<AutoCloseable> open = new ArrayList<>();

  /**
   * @param protocol of the group
   * @param partitions of the topic that it reads
   */
  FencedScene(EmbeddedBroker broker, String name, String protocol, int partitions) {
    this.broker = broker;
    this.group = name + "-" + protocol;
    this.protocol = protocol;
    cluster = new KafkaCluster(this::connection, IsolationLevel.READ_COMMITTED);
    open.add(cluster);
    cluster.connect();
    broker.topics().create(group, partitions);
    topic();
  }

  String group() {
    return group;
  }

  TopicPartition retryPartition(int partition) {
    return new TopicPartition(group + ".retry.1", partition);
  }

  /** One that is there, which it doesn't ask the cluster for. */
  TopicPresence topic() {
    var topic =
        new TopicPresence(
            cluster,
            () -> List.of(group),
            group + ".retry.1",
            new TopicPresence.Making.IfMissing(OptionalInt.of(3), LONG));
    try {
      await().until(() -> topic.inTheWay() == null);
      await().until(() -> broker.topics().partitionsOf(topic.name()).size() == 3);
    } catch (RuntimeException e) {
      throw new IllegalStateException(topic.name(), e);
    }
    return topic;
  }

  /** One that somebody believes to last. */
  static Assignment assignment(TopicPartition partition) {
    return new Assignment(partition, new SendFence(LONG, LONG, System::nanoTime));
  }

  PollingMember member(Duration maxPollInterval) {
    var member =
        new PollingMember(broker.bootstrapServers(), group, protocol, group, maxPollInterval);
    open.add(member);
    return member;
  }

  FencedWriter writer(GroupStanding standing) {
    FencedWriter writer = FencedWriter.of(connection(), group, standing);
    open.add(writer);
    return writer;
  }

  static Result write(
      FencedWriter writer, TopicPresence topic, Assignment assignment, int partition, String value)
      throws InterruptedException {
    return write(writer, topic, assignment, partition, value.getBytes(UTF_8));
  }

  static Result write(
      FencedWriter writer, TopicPresence topic, Assignment assignment, int partition, byte[] value)
      throws InterruptedException {
    return writer.write(topic, assignment, partition, null, value, RecordHeaders::new);
  }

  /** Of the first partition, aborted records and the marks behind them included. */
  long retryEnd() {
    return broker.topics().ends(group + ".retry.1").getOrDefault(retryPartition(0), 0L);
  }

  /** As the next owner of a partition reads it: to the end, whatever is open there now. */
  List<String> committed() {
    var settings = new HashMap<>(connection());
    settings.put("isolation.level", "read_committed");
    Map<TopicPartition, Long> ends = broker.topics().ends(group + ".retry.1");
    var values = new ArrayList<String>();
    try (var consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(ends.keySet());
      consumer.seekToBeginning(ends.keySet());
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer
            .poll(Duration.ofMillis(100))
            .forEach(record -> values.add(new String(record.value(), UTF_8)));
      }
    }
    return values;
  }

  private Map<String, Object> connection() {
    return Map.of("bootstrap.servers", broker.bootstrapServers());
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }
}
