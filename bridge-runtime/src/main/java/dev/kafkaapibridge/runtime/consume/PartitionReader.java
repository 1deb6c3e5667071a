package dev.kafkaapibridge.runtime.consume;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;

/**
 * What a poll loop reads with: a member of its group, and what reads beside it. What isn't said
 * here is as Kafka's {@link Consumer} has it. Used by the poll loop's thread alone, but for {@link
 * #metrics}.
 */
public interface PartitionReader {

  static PartitionReader of(Consumer<byte[], byte[]> member) {
    return new MemberReader(member);
  }

  /** Who is asked, and commits, for all that is read. */
  Consumer<byte[], byte[]> member();

  default void subscribe(Subscription subscription, ConsumerRebalanceListener listener) {
    subscription.subscribe(member(), listener);
  }

  /** Reads these too, which the group doesn't assign, and none of the others from before. */
  void readAlong(Collection<TopicPartition> partitions);

  ConsumerRecords<byte[], byte[]> poll(Duration timeout);

  void pause(Collection<TopicPartition> partitions);

  /** All that are assigned. */
  void pauseAll();

  void resume(Collection<TopicPartition> partitions);

  Set<TopicPartition> paused();

  void seek(TopicPartition partition, OffsetAndMetadata to);

  void seekToBeginning(TopicPartition partition);

  void seekToEnd(TopicPartition partition);

  long position(TopicPartition partition);

  default Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions) {
    return member().committed(partitions);
  }

  default Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> partitions) {
    return member().beginningOffsets(partitions);
  }

  /** In the member's name, all or nothing. */
  default void commit(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
    member().commitSync(offsets, timeout);
  }

  default ConsumerGroupMetadata groupMetadata() {
    return member().groupMetadata();
  }

  default Map<MetricName, ? extends Metric> metrics() {
    return member().metrics();
  }

  void close(CloseOptions options);
}
