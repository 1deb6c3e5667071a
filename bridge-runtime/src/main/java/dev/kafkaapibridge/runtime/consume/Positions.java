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
      Uuid topicId = cluster.topicId(partition.topic());
      var key = new IdempotencyKey(cluster.id(), topicId, partition.partition(), group);
      var assignment = new Assignment(partition, fence);
      OffsetAndMetadata from = committed.get(partition);
      if (from != null) {
        begun.add(
            new OwnedPartition(
                assignment, topicId, key, from.offset(), endedBeyond(partition, topicId, from)));
      } else {
        long first = earliest.getOrDefault(partition, 0L);
        consumer.seek(partition, first);
        log.atWarn()
            .addKeyValue("partition", partition)
            .addKeyValue("offset", first)
            .log("no committed offset: reading from the earliest record");
        begun.add(new OwnedPartition(assignment, topicId, key, first, nothingEnded(topicId)));
      }
    }
    return begun;
  }

  /** Retention or truncation has removed the position: says so, and goes where the spec wants. */
  void onOutOfRange(Consumer<byte[], byte[]> consumer, OffsetOutOfRangeException e) {
    e.offsetOutOfRangePartitions()
        .forEach((partition, offset) ->
            log.atError()
                .addKeyValue("partition", partition)
                .addKeyValue("offset", offset)
                .addKeyValue("then", onOutOfRange)
                .log(
                    "the position is out of range: records were lost to retention, or the topic was truncated or made again"));
    switch (onOutOfRange) {
      case Earliest -> consumer.seekToBeginning(e.partitions());
      case Latest -> consumer.seekToEnd(e.partitions());
      case Stop -> throw e;
    }
  }

  private static CommitMetadata endedBeyond(
      TopicPartition partition, Uuid topicId, OffsetAndMetadata from) {
    CommitMetadata metadata = CommitMetadata.decode(from.offset(), from.metadata());
    if (metadata == null) {
      return nothingEnded(topicId);
    }
    if (!metadata.topicId().equals(topicId)) {
      log.atWarn()
          .addKeyValue("partition", partition)
          .log(
              "the topic was made again since the last commit: what ended before is not looked at");
      return nothingEnded(topicId);
    }
    return metadata;
  }

  private static CommitMetadata nothingEnded(Uuid topicId) {
    return new CommitMetadata(topicId, -1, OffsetRanges.NONE);
  }
}
