package dev.kafkaapibridge.sandbox.broker;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Topics and groups of the broker, as an onlooker asks for them. Safe for any thread. */
public final class Topics implements AutoCloseable {

  private final Map<String, Object> connection;
  private @Nullable Admin admin;

  Topics(String bootstrapServers) {
    this.connection =
        Map.of(
            "bootstrap.servers",
            bootstrapServers,
            "reconnect.backoff.max.ms",
            "500",
            "default.api.timeout.ms",
            "30000");
  }

  /** For whatever has no method here. Owned by this object. */
  public synchronized Admin admin() {
    Admin made = admin;
    if (made == null) {
      made = Admin.create(new HashMap<>(connection));
      admin = made;
    }
    return made;
  }

  public void create(String topic, int partitions) {
    create(topic, partitions, Map.of());
  }

  /** Creates a topic with the brokers' replication, and returns when its leaders serve. */
  public void create(String topic, int partitions, Map<String, String> config) {
    var wanted = new NewTopic(topic, Optional.of(partitions), Optional.empty()).configs(config);
    await(admin().createTopics(List.of(wanted)).all());
    // The answer comes from the controller; the broker itself hears of the topic a moment later.
    while (partitionsOf(topic).size() < partitions) {
      pause();
    }
  }

  /** Empty where there is no such topic. */
  public List<TopicPartition> partitionsOf(String topic) {
    try {
      TopicDescription description =
          requireNonNull(await(admin().describeTopics(List.of(topic)).allTopicNames()).get(topic));
      return description.partitions().stream()
          .map(partition -> new TopicPartition(topic, partition.partition()))
          .toList();
    } catch (UnknownTopicOrPartitionException e) {
      return List.of();
    }
  }

  /**
   * Every record of a topic from its beginning to its present end, each partition in order; none
   * where there is no such topic.
   */
  public List<ConsumerRecord<byte[], byte[]>> read(String topic) {
    return read(topic, "read_uncommitted");
  }

  /** As {@link #read}, without what stands in transactions that were aborted or are still open. */
  public List<ConsumerRecord<byte[], byte[]>> readCommitted(String topic) {
    return read(topic, "read_committed");
  }

  private List<ConsumerRecord<byte[], byte[]>> read(String topic, String isolation) {
    List<TopicPartition> partitions = partitionsOf(topic);
    var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
    if (partitions.isEmpty()) {
      return records;
    }
    var deserializer = new ByteArrayDeserializer();
    var reading = new HashMap<>(connection);
    reading.put("isolation.level", isolation);
    try (var consumer = new KafkaConsumer<>(reading, deserializer, deserializer)) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
    }
    return records;
  }

  /** What a group has committed, with metadata; empty where it has not. */
  public Map<TopicPartition, OffsetAndMetadata> committed(String group) {
    return await(admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
  }

  /**
   * How many records of a topic the group has not committed; empty while it has not committed an
   * offset for each partition.
   */
  public OptionalLong lag(String group, String topic) {
    Map<TopicPartition, OffsetAndMetadata> committed = committed(group);
    long lag = 0;
    for (Map.Entry<TopicPartition, Long> end : ends(topic).entrySet()) {
      OffsetAndMetadata position = committed.get(end.getKey());
      if (position == null) {
        return OptionalLong.empty();
      }
      lag += end.getValue() - position.offset();
    }
    return OptionalLong.of(lag);
  }

  /** Offset of the next record, by partition. */
  public Map<TopicPartition, Long> ends(String topic) {
    var latest = new HashMap<TopicPartition, OffsetSpec>();
    partitionsOf(topic).forEach(partition -> latest.put(partition, OffsetSpec.latest()));
    var ends = new HashMap<TopicPartition, Long>();
    await(admin().listOffsets(latest).all())
        .forEach((partition, end) -> ends.put(partition, end.offset()));
    return ends;
  }

  /** Number of members; 0 where there is no such group. */
  public int members(String group) {
    try {
      var descriptions = admin().describeConsumerGroups(List.of(group)).describedGroups();
      return await(requireNonNull(descriptions.get(group))).members().size();
    } catch (GroupIdNotFoundException e) {
      return 0;
    }
  }

  @Override
  public synchronized void close() {
    if (admin != null) {
      admin.close(Duration.ofSeconds(2));
      admin = null;
    }
  }

  private static <T> T await(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the broker was asked", e);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the broker was asked", e);
    }
  }
}
