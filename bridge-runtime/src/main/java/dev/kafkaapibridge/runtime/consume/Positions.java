package dev.kafkaapibridge.runtime.consume;

import dev.kafkaapibridge.api.v1alpha1.KafkaSpec.OnOffsetOutOfRange;
import dev.kafkaapibridge.runtime.cluster.KafkaCluster;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.IdempotencyKey;
import dev.kafkaapibridge.runtime.record.SendFence;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where an assigned partition goes on: at its committed offset, with what ended beyond it; without
 * one, at its first record.
 */
public final class Positions {

  private static final Logger log = LoggerFactory.getLogger(Positions.class);

  private final KafkaCluster cluster;
  private final String group;
  private final OnOffsetOutOfRange onOutOfRange;
  private final SendFence fence;

  public Positions(
      KafkaCluster cluster, String group, OnOffsetOutOfRange onOutOfRange, SendFence fence) {
    this.cluster = cluster;
    this.group = group;
    this.onOutOfRange = onOutOfRange;
    this.fence = fence;
  }

  List<OwnedPartition> begin(
      Consumer<byte[], byte[]> consumer, Collection<TopicPartition> partitions) {
    Map<TopicPartition, OffsetAndMetadata> committed =
        consumer.committed(new HashSet<>(partitions));
    Set<TopicPartition> without = new HashSet<>(partitions);
    without.removeIf(partition -> committed.get(partition) != null);
    Map<TopicPartition, Long> earliest =
        without.isEmpty() ? Map.of() : consumer.beginningOffsets(without);

    var begun = new ArrayList<OwnedPartition>();
    for (TopicPartition partition : partitions) {
      OffsetAndMetadata from = committed.get(partition);
      if (from != null) {
        consumer.seek(partition, from);
        begun.add(
            owned(partition, from.offset(), topicId -> endedBeyond(partition, topicId, from)));
      } else {
        long first = earliest.getOrDefault(partition, 0L);
        consumer.seek(partition, first);
        log.atWarn()
            .addKeyValue("partition", partition)
            .addKeyValue("offset", first)
            .log("no committed offset: reading from the earliest record");
        begun.add(owned(partition, first, CommitMetadata::nothingEnded));
      }
    }
    return begun;
  }

  /**
   * Moves the consumer to where the spec wants to go on after its position was removed.
   *
   * @throws OffsetOutOfRangeException if the spec wants to stop
   */
  void goOn(Consumer<byte[], byte[]> consumer, OffsetOutOfRangeException e) {
    switch (onOutOfRange) {
      case Earliest -> consumer.seekToBeginning(e.partitions());
      case Latest -> consumer.seekToEnd(e.partitions());
      case Stop -> throw e;
    }
    log.atError()
        .addKeyValue("partitions", e.offsetOutOfRangePartitions())
        .addKeyValue("now", onOutOfRange)
        .log(
            "the position is out of range: records were lost to retention, or the topic was truncated or made again");
  }

  /** Owns partitions anew where the consumer stands. */
  List<OwnedPartition> beginAt(
      Consumer<byte[], byte[]> consumer, Collection<TopicPartition> partitions) {
    var begun = new ArrayList<OwnedPartition>();
    for (TopicPartition partition : partitions) {
      long position = consumer.position(partition);
      begun.add(owned(partition, position, CommitMetadata::nothingEnded));
    }
    return begun;
  }

  private OwnedPartition owned(
      TopicPartition partition, long position, Function<Uuid, CommitMetadata> before) {
    Uuid topicId = cluster.topicId(partition.topic());
    var key = new IdempotencyKey(cluster.id(), topicId, partition.partition(), group);
    return new OwnedPartition(
        new Assignment(partition, fence), topicId, key, position, before.apply(topicId));
  }

  private static CommitMetadata endedBeyond(
      TopicPartition partition, Uuid topicId, OffsetAndMetadata from) {
    CommitMetadata metadata = CommitMetadata.decode(from.offset(), from.metadata());
    if (metadata == null) {
      return CommitMetadata.nothingEnded(topicId);
    }
    if (!metadata.topicId().equals(topicId)) {
      log.atWarn()
          .addKeyValue("partition", partition)
          .log(
              "the topic was made again since the last commit: what ended before is not looked at");
      return CommitMetadata.nothingEnded(topicId);
    }
    return metadata;
  }
}
