package dev.kafkaapibridge.runtime.consume;

import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.IdempotencyKey;
import dev.kafkaapibridge.runtime.record.SendFence;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Where an assigned partition goes on: at its committed offset, with what ended beyond it; without
 * one, at its first record.
 */
final class Positions {

  private final TopicIds topicIds;
  private final String group;
  private final SendFence fence;
  private final PositionResets resets;

  Positions(TopicIds topicIds, String group, SendFence fence, PositionResets resets) {
    this.topicIds = topicIds;
    this.group = group;
    this.fence = fence;
    this.resets = resets;
  }

  /**
   * Where the group has committed, or else at the first record; the consumer stands there
   * afterwards.
   */
  List<OwnedPartition> atCommitted(
      Consumer<byte[], byte[]> consumer, Collection<TopicPartition> partitions) {
    // Asked anew each time: a topic may have been made again since, and what was committed for the
    // other one means nothing here.
    topicIds.askAnew(partitions.stream().map(TopicPartition::topic).distinct().toList());
    Map<TopicPartition, OffsetAndMetadata> committed =
        consumer.committed(new HashSet<>(partitions));
    Set<TopicPartition> without =
        partitions.stream()
            .filter(partition -> !isOfThisTopic(partition, committed.get(partition)))
            .collect(Collectors.toSet());
    Map<TopicPartition, Long> earliest =
        without.isEmpty() ? Map.of() : consumer.beginningOffsets(without);

    var owned = new ArrayList<OwnedPartition>();
    for (TopicPartition partition : partitions) {
      OffsetAndMetadata from = committed.get(partition);
      if (from != null && !without.contains(partition)) {
        consumer.seek(partition, from);
        CommitMetadata metadata = CommitMetadata.decode(from.offset(), from.metadata());
        owned.add(owned(partition, from.offset(), from.leaderEpoch(), metadata, from.offset()));
      } else {
        long first = earliest.getOrDefault(partition, 0L);
        consumer.seek(partition, first);
        resets.add(
            from == null
                ? PositionReset.Reason.NoCommittedOffset
                : PositionReset.Reason.TopicMadeAgain,
            partition,
            from == null ? null : from.offset(),
            first);
        owned.add(owned(partition, first, Optional.empty(), null, -1));
      }
    }
    return owned;
  }

  /** Where the consumer stands now, with nothing known of what ended before. */
  OwnedPartition at(TopicPartition partition, long position) {
    return owned(partition, position, Optional.empty(), null, -1);
  }

  /**
   * The log was cut off at an offset, and {@code before} was reading beyond it: goes on at the
   * first record that is still there and has not ended. The consumer stands there afterwards.
   */
  OwnedPartition cutOff(
      Consumer<byte[], byte[]> consumer, OwnedPartition before, OffsetAndMetadata cut) {
    long from = Math.min(cut.offset(), before.ledger().committable());
    CommitMetadata known = before.knownUpTo(cut.offset());
    consumer.seek(before.partition(), new OffsetAndMetadata(from, cut.leaderEpoch(), ""));
    return owned(before.partition(), from, cut.leaderEpoch(), known, -1);
  }

  /** Whether a topic of this name was made again since; by what the cluster said last. */
  boolean wasMadeAgain(OwnedPartition partition) {
    Uuid now = topicIds.known(partition.partition().topic());
    return now != null && !now.equals(partition.topicId());
  }

  /** The topic's id as it is now. */
  Uuid topicIdNow(TopicPartition partition) {
    topicIds.askAnew(List.of(partition.topic()));
    return topicIds.of(partition.topic());
  }

  private OwnedPartition owned(
      TopicPartition partition,
      long position,
      Optional<Integer> epoch,
      @Nullable CommitMetadata before,
      long committed) {
    Uuid topicId = topicIds.of(partition.topic());
    var key = new IdempotencyKey(topicIds.cluster(), topicId, partition.partition(), group);
    CommitMetadata known = before == null ? CommitMetadata.nothingEnded(topicId) : before;
    return new OwnedPartition(
        new Assignment(partition, fence), topicId, key, position, epoch, known, committed);
  }

  /** False for no offset, and for the offset of a topic of the same name that is gone. */
  private boolean isOfThisTopic(TopicPartition partition, @Nullable OffsetAndMetadata committed) {
    if (committed == null) {
      return false;
    }
    CommitMetadata metadata = CommitMetadata.decode(committed.offset(), committed.metadata());
    return metadata == null
        || metadata.topicId().equals(Uuid.ZERO_UUID)
        || metadata.topicId().equals(topicIds.of(partition.topic()));
  }
}
