package dev.kafkaapibridge.runtime.consume;

import static java.util.Objects.requireNonNull;

import dev.kafkaapibridge.runtime.quota.Purse;
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
 * one, at its first record. Its part of a rate limit goes on with what the last commit says of it,
 * wherever the offset stands.
 */
final class Positions {

  private final TopicIds topicIds;
  private final String group;
  private final SendFence fence;
  private final PositionResets resets;
  private final Purse purse;

  Positions(TopicIds topicIds, String group, SendFence fence, PositionResets resets, Purse purse) {
    this.topicIds = topicIds;
    this.group = group;
    this.fence = fence;
    this.resets = resets;
    this.purse = purse;
  }

  /**
   * Where the group has committed, or else at the first record; the consumer stands there
   * afterwards.
   */
  List<OwnedPartition> atCommitted(
      Consumer<byte[], byte[]> consumer, Collection<TopicPartition> partitions) {
    // Asked anew each time: a topic may have been made again since, and what was committed for the
    // other one means nothing here.
    var topics = partitions.stream().map(TopicPartition::topic).distinct().toList();
    topicIds.askAnew(topics);
    // From here on nothing fails once the first partition is owned: its account would stay open.
    Map<String, Uuid> ids = topics.stream().collect(Collectors.toMap(topic -> topic, topicIds::of));
    Map<TopicPartition, OffsetAndMetadata> committed =
        consumer.committed(new HashSet<>(partitions));
    Set<TopicPartition> without =
        partitions.stream()
            .filter(partition ->
                !isOfTopic(requireNonNull(ids.get(partition.topic())), committed.get(partition)))
            .collect(Collectors.toSet());
    Map<TopicPartition, Long> earliest =
        without.isEmpty() ? Map.of() : consumer.beginningOffsets(without);

    var owned = new ArrayList<OwnedPartition>();
    for (TopicPartition partition : partitions) {
      OffsetAndMetadata from = committed.get(partition);
      Uuid topicId = requireNonNull(ids.get(partition.topic()));
      CommitMetadata metadata =
          from == null ? null : CommitMetadata.decode(from.offset(), from.metadata());
      String account = metadata == null ? null : metadata.account();
      if (from != null && !without.contains(partition)) {
        consumer.seek(partition, from);
        owned.add(
            owned(
                partition,
                topicId,
                from.offset(),
                from.leaderEpoch(),
                metadata,
                from.offset(),
                account));
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
        owned.add(owned(partition, topicId, first, Optional.empty(), null, -1, account));
      }
    }
    return owned;
  }

  /**
   * Where the consumer stands now, with nothing known of what ended before.
   *
   * @param before what was let go of it; null: nothing
   */
  OwnedPartition at(TopicPartition partition, long position, @Nullable OwnedPartition before) {
    String account = before == null ? null : before.accountText();
    Uuid topicId = topicIds.of(partition.topic());
    return owned(partition, topicId, position, Optional.empty(), null, -1, account);
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
    return owned(
        before.partition(),
        before.topicId(),
        from,
        cut.leaderEpoch(),
        known,
        -1,
        before.accountText());
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
      Uuid topicId,
      long position,
      Optional<Integer> epoch,
      @Nullable CommitMetadata before,
      long committed,
      @Nullable String account) {
    var key = new IdempotencyKey(topicIds.cluster(), topicId, partition.partition(), group);
    CommitMetadata known = before == null ? CommitMetadata.nothingEnded(topicId) : before;
    return new OwnedPartition(
        new Assignment(partition, fence),
        topicId,
        key,
        position,
        epoch,
        known,
        committed,
        purse.open(partition, account));
  }

  /**
   * False for no offset, and for the offset of a topic of the same name that is gone, or that one
   * of ours doesn't name: reading again loses nothing.
   */
  private static boolean isOfTopic(Uuid topicId, @Nullable OffsetAndMetadata committed) {
    if (committed == null) {
      return false;
    }
    CommitMetadata metadata = CommitMetadata.decode(committed.offset(), committed.metadata());
    return metadata == null || metadata.topicId().equals(topicId);
  }
}
