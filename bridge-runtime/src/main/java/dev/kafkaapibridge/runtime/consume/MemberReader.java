package dev.kafkaapibridge.runtime.consume;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** The member of the group, and nothing beside it. */
record MemberReader(Consumer<byte[], byte[]> member) implements PartitionReader {

  @Override
  public void readAlong(Collection<TopicPartition> partitions) {
    if (!partitions.isEmpty()) {
      throw new IllegalStateException("nothing reads " + partitions);
    }
  }

  @Override
  public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    return member.poll(timeout);
  }

  @Override
  public void pause(Collection<TopicPartition> partitions) {
    member.pause(partitions);
  }

  @Override
  public void pauseAll() {
    member.pause(member.assignment());
  }

  @Override
  public void resume(Collection<TopicPartition> partitions) {
    member.resume(partitions);
  }

  @Override
  public Set<TopicPartition> paused() {
    return member.paused();
  }

  @Override
  public void seek(TopicPartition partition, OffsetAndMetadata to) {
    member.seek(partition, to);
  }

  @Override
  public void seekToBeginning(TopicPartition partition) {
    member.seekToBeginning(List.of(partition));
  }

  @Override
  public void seekToEnd(TopicPartition partition) {
    member.seekToEnd(List.of(partition));
  }

  @Override
  public long position(TopicPartition partition) {
    return member.position(partition);
  }

  @Override
  public void close(CloseOptions options) {
    member.close(options);
  }
}
