package dev.kafkaapibridge.runtime.consume;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A member of the group, and a consumer beside it that is no member of any: it reads what goes with
 * the member's partitions. As if they were one; what both have read is committed by the member in
 * one request, so that a crash never finds a part of it. Owns what the other has polled while the
 * member hasn't.
 */
final class CompanionReader implements PartitionReader {

  private static final Duration NO_TIME = Duration.ZERO;
  private static final Duration TO_CLOSE = Duration.ofSeconds(1);

  private final Consumer<byte[], byte[]> member;
  private final Consumer<byte[], byte[]> along;

  private final Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> polledAlong =
      new HashMap<>();
  private final Map<TopicPartition, OffsetAndMetadata> nextAlong = new HashMap<>();
  private @Nullable KafkaException failedAlong;

  CompanionReader(Consumer<byte[], byte[]> member, Consumer<byte[], byte[]> along) {
    this.member = member;
    this.along = along;
  }

  @Override
  public Consumer<byte[], byte[]> member() {
    return member;
  }

  @Override
  public void readAlong(Collection<TopicPartition> partitions) {
    along.assign(partitions);
    failedAlong = null;
    polledAlong.keySet().retainAll(partitions);
    nextAlong.keySet().retainAll(partitions);
  }

  /**
   * The other first, and what it brings is kept until the member has polled too: that may fail, or
   * take partitions away. Where the other fails, that is told with the next poll: a member that
   * doesn't poll would be put out of its group.
   */
  @Override
  public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    KafkaException failed = failedAlong;
    if (failed != null) {
      failedAlong = null;
      throw failed;
    }
    pollAlong();
    ConsumerRecords<byte[], byte[]> polled = member.poll(timeout);
    if (polledAlong.isEmpty() && nextAlong.isEmpty()) {
      return polled;
    }
    var records = new HashMap<>(polledAlong);
    for (TopicPartition partition : polled.partitions()) {
      records.put(partition, polled.records(partition));
    }
    var next = new HashMap<>(nextAlong);
    next.putAll(polled.nextOffsets());
    polledAlong.clear();
    nextAlong.clear();
    return new ConsumerRecords<>(records, next);
  }

  private void pollAlong() {
    if (along.assignment().isEmpty() || !polledAlong.isEmpty()) {
      return; // no more than one poll brings is kept, however long the member's fails
    }
    try {
      ConsumerRecords<byte[], byte[]> polled = along.poll(NO_TIME);
      for (TopicPartition partition : polled.partitions()) {
        polledAlong.put(partition, polled.records(partition));
      }
      nextAlong.putAll(polled.nextOffsets());
    } catch (KafkaException e) {
      failedAlong = e;
    }
  }

  @Override
  public void pause(Collection<TopicPartition> partitions) {
    each(partitions, Consumer::pause);
  }

  @Override
  public void pauseAll() {
    member.pause(member.assignment());
    along.pause(along.assignment());
  }

  @Override
  public void resume(Collection<TopicPartition> partitions) {
    each(partitions, Consumer::resume);
  }

  private void each(
      Collection<TopicPartition> partitions,
      BiConsumer<Consumer<byte[], byte[]>, Collection<TopicPartition>> what) {
    Map<Consumer<byte[], byte[]>, List<TopicPartition>> byReader =
        partitions.stream().collect(Collectors.groupingBy(this::reader));
    byReader.forEach(what);
  }

  @Override
  public Set<TopicPartition> paused() {
    if (along.paused().isEmpty()) {
      return member.paused();
    }
    var paused = new HashSet<>(member.paused());
    paused.addAll(along.paused());
    return paused;
  }

  @Override
  public void seek(TopicPartition partition, OffsetAndMetadata to) {
    reader(partition).seek(partition, to);
    forgetPolled(partition);
  }

  @Override
  public void seekToBeginning(TopicPartition partition) {
    reader(partition).seekToBeginning(List.of(partition));
    forgetPolled(partition);
  }

  @Override
  public void seekToEnd(TopicPartition partition) {
    reader(partition).seekToEnd(List.of(partition));
    forgetPolled(partition);
  }

  private void forgetPolled(TopicPartition partition) {
    polledAlong.remove(partition);
    nextAlong.remove(partition);
  }

  @Override
  public long position(TopicPartition partition) {
    return reader(partition).position(partition);
  }

  private Consumer<byte[], byte[]> reader(TopicPartition partition) {
    return along.assignment().contains(partition) ? along : member;
  }

  @Override
  public void close(CloseOptions options) {
    member.close(options); // lets go of partitions meanwhile, here and beside
    along.close(CloseOptions.timeout(TO_CLOSE));
  }
}
