package dev.kafkaapibridge.runtime.consume.replay;

import dev.kafkaapibridge.api.replay.ReplayOrder;
import dev.kafkaapibridge.api.v1alpha1.replay.KafkaApiBridgeReplaySpec;
import dev.kafkaapibridge.runtime.cluster.KafkaCluster;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.IdempotencyKey;
import dev.kafkaapibridge.runtime.record.SendFence;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/**
 * Where a replay begins and ends in each partition, or goes on. Its bounds are asked for once, by
 * whoever owns it first, and committed before a record is read: what is written later is never part
 * of it, so what fails again can't go round.
 */
final class ReplayStart {

  private final KafkaCluster cluster;
  private final ReplayOrder order;
  private final String bridgeGroup;
  private final SendFence fence;

  ReplayStart(KafkaCluster cluster, ReplayOrder order, String bridgeGroup, SendFence fence) {
    this.cluster = cluster;
    this.order = order;
    this.bridgeGroup = bridgeGroup;
    this.fence = fence;
  }

  /** What is to be done with partitions that were assigned. */
  sealed interface Answer {
    record Go(List<ReplayPartition> partitions) implements Answer {}

    /** A later replay has begun: this one is over, and the file that asks for it is old. */
    record Superseded() implements Answer {}
  }

  /**
   * @param committed what the replays' group has committed of these partitions
   */
  Answer of(
      Collection<TopicPartition> partitions, Map<TopicPartition, OffsetAndMetadata> committed) {
    cluster.partitions(partitions.stream().map(TopicPartition::topic).distinct().toList());
    var marks = new HashMap<TopicPartition, ReplayMark>();
    for (TopicPartition partition : partitions) {
      OffsetAndMetadata at = committed.get(partition);
      ReplayMark mark = at == null ? null : ReplayMark.decode(at.metadata());
      // What was said of another topic of this name means nothing here.
      if (mark != null && mark.topicId().equals(cluster.topicId(partition.topic()))) {
        marks.put(partition, mark);
      }
    }
    if (marks.values().stream().anyMatch(mark -> mark.startedAt().isAfter(startedAt()))) {
      return new Answer.Superseded();
    }
    boolean begun = marks.values().stream().anyMatch(this::isThis);
    List<TopicPartition> fresh =
        partitions.stream()
            .filter(partition -> !marks.containsKey(partition) || !isThis(marks.get(partition)))
            .toList();
    Map<TopicPartition, Long> from = cluster.offsets(fresh, OffsetSpec.earliest());
    // A partition that came when it had begun has nothing but what is newer.
    Map<TopicPartition, Long> until = begun ? from : ends(fresh, from);
    if (isOfTopics() && !begun) {
      from = sinceWindow(fresh, from, until);
    }
    var all = new ArrayList<ReplayPartition>();
    for (TopicPartition partition : partitions) {
      Uuid topicId = cluster.topicId(partition.topic());
      boolean isFresh = fresh.contains(partition);
      ReplayMark before =
          marks.getOrDefault(
              partition,
              new ReplayMark(
                  topicId, "", startedAt(), 0, ReplayCounts.NONE, new ReplayedOffsets()));
      ReplayMark mark =
          isFresh
              ? before.next(order.uid(), startedAt(), until.getOrDefault(partition, 0L))
              : before;
      OffsetAndMetadata at = committed.get(partition);
      long frontier = isFresh || at == null ? from.getOrDefault(partition, 0L) : at.offset();
      all.add(
          new ReplayPartition(
              Assignment.ofReplay(partition, fence),
              new IdempotencyKey(cluster.id(), topicId, partition.partition(), bridgeGroup),
              mark,
              frontier,
              !isFresh));
    }
    return new Answer.Go(all);
  }

  private Map<TopicPartition, Long> ends(
      List<TopicPartition> partitions, Map<TopicPartition, Long> from) {
    Map<TopicPartition, Long> ends = new HashMap<>(cluster.endOffsets(partitions));
    if (isOfTopics()) {
      // What the bridge has not dealt with yet is for the bridge itself.
      Map<TopicPartition, OffsetAndMetadata> committed = cluster.committed(bridgeGroup);
      ends.replaceAll((partition, end) -> {
        OffsetAndMetadata at = committed.get(partition);
        return Math.min(end, at == null ? from.getOrDefault(partition, 0L) : at.offset());
      });
    }
    return ends;
  }

  private Map<TopicPartition, Long> sinceWindow(
      List<TopicPartition> partitions,
      Map<TopicPartition, Long> from,
      Map<TopicPartition, Long> until) {
    var since = new HashMap<>(from);
    cluster
        .offsets(partitions, OffsetSpec.forTimestamp(order.since().toEpochMilli()))
        .forEach((partition, offset) ->
            since.put(partition, offset < 0 ? until.getOrDefault(partition, 0L) : offset));
    return since;
  }

  private boolean isThis(ReplayMark mark) {
    return mark.uid().equals(order.uid());
  }

  private boolean isOfTopics() {
    return order.spec().source() == KafkaApiBridgeReplaySpec.Source.Topics;
  }

  private java.time.Instant startedAt() {
    return order.startedAt();
  }
}
