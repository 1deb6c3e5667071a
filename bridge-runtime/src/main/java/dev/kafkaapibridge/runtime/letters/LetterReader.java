package dev.kafkaapibridge.runtime.letters;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads a topic from its beginning to where its end was at first, one partition after the other.
 * Owns a consumer without a group, which can commit nothing; used by one thread.
 */
final class LetterReader implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration NO_ANSWER = Duration.ofSeconds(30);

  private final Consumer<byte[], byte[]> consumer;

  /**
   * @param connection settings that all clients share
   */
  static LetterReader of(Map<String, Object> connection) {
    var settings = new HashMap<>(connection);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) NO_ANSWER.toMillis());
    return new LetterReader(
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
  }

  LetterReader(Consumer<byte[], byte[]> consumer) {
    this.consumer = consumer;
  }

  /**
   * @param each told of each record; false: that is enough
   * @throws KafkaException if the brokers refuse, or don't answer in time
   */
  void read(List<TopicPartition> partitions, Predicate<ConsumerRecord<byte[], byte[]>> each) {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    for (TopicPartition partition : partitions) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      if (!readTo(partition, ends.getOrDefault(partition, 0L), each)) {
        return;
      }
    }
  }

  /** What lies at that place; empty where nothing does any more, or ever did. */
  Optional<ConsumerRecord<byte[], byte[]>> at(TopicPartition partition, long offset) {
    long beginning = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
    long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
    if (offset < beginning || offset >= end) {
      return Optional.empty();
    }
    consumer.assign(List.of(partition));
    consumer.seek(partition, offset);
    var there = new HashMap<Long, ConsumerRecord<byte[], byte[]>>();
    readTo(
        partition,
        offset + 1,
        record -> {
          there.put(record.offset(), record);
          return false;
        });
    return Optional.ofNullable(there.get(offset));
  }

  /** False: it was enough. */
  private boolean readTo(
      TopicPartition partition, long end, Predicate<ConsumerRecord<byte[], byte[]>> each) {
    long heard = System.nanoTime();
    long before = consumer.position(partition);
    while (before < end) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (record.offset() < end && !each.test(record)) {
          return false;
        }
      }
      long position = consumer.position(partition);
      if (position > before) {
        heard = System.nanoTime();
        before = position;
      } else if (System.nanoTime() - heard > NO_ANSWER.toNanos()) {
        throw new TimeoutException(
            "%s gives nothing at offset %d within %d s"
                .formatted(partition, position, NO_ANSWER.toSeconds()));
      }
    }
    return true;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
