package dev.kafkaapibridge.sandbox.bridge;

import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.GroupStanding;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A member of a source group that makes and ends assignments as the bridge's poll loop does. Its
 * poll loop can stand still, as that of a process does which gets no time.
 */
final class PollingMember implements AutoCloseable {

  /** What it has committed of each partition. */
  static final long COMMITTED = 7;

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<Integer, Assignment> owned = new ConcurrentHashMap<>();
  private final Thread thread;
  private final GroupStanding standing = GroupStanding.forTransactions();
  private volatile boolean standsStill;
  private volatile boolean closed;

  /**
   * @param maxPollInterval after which one that stands still loses its partitions
   */
  PollingMember(
      String bootstrapServers,
      String group,
      String protocol,
      String topic,
      Duration maxPollInterval) {
    var settings = new HashMap<String, Object>();
    settings.put("bootstrap.servers", bootstrapServers);
    settings.put("group.id", group);
    settings.put("group.protocol", protocol);
    settings.put("max.poll.interval.ms", (int) maxPollInterval.toMillis());
    consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    consumer.subscribe(
        List.of(topic),
        new ConsumerRebalanceListener() {
          @Override
          public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            partitions.forEach(partition ->
                standing.hasCommitted(Map.of(partition, new OffsetAndMetadata(COMMITTED))));
            partitions.forEach(
                partition -> owned.put(partition.partition(), FencedScene.assignment(partition)));
          }

          @Override
          public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            partitions.forEach(partition -> owned.remove(partition.partition()).end());
          }
        });
    thread = Thread.ofPlatform().name("polling-member").start(this::poll);
  }

  private void poll() {
    while (!closed) {
      if (standsStill) {
        sleep();
        continue;
      }
      consumer.poll(Duration.ofMillis(50));
      standing.isMember(consumer.groupMetadata());
    }
    consumer.close();
  }

  private static void sleep() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** As it was after the latest poll. */
  Optional<ConsumerGroupMetadata> membership() {
    return standing.membership();
  }

  GroupStanding standing() {
    return standing;
  }

  /** By partition. */
  Map<Integer, Assignment> owned() {
    return owned;
  }

  /** Returns once it has the partition and is known to be a member. */
  Assignment awaitOwned(int partition) {
    await().atMost(Duration.ofSeconds(30)).until(() -> membership().isPresent());
    return await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> owned.get(partition), assignment -> assignment != null);
  }

  void standStill() {
    standsStill = true;
  }

  void goOn() {
    standsStill = false;
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join(Duration.ofSeconds(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
