package dev.kafkaapibridge.runtime.consume;

import static java.util.Objects.requireNonNull;

import dev.kafkaapibridge.runtime.pace.Pace;
import dev.kafkaapibridge.runtime.pace.PartitionPace;
import dev.kafkaapibridge.runtime.quota.Purse;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.IdempotencyKey;
import dev.kafkaapibridge.runtime.record.SendFence;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Where an assigned partition goes on: at its committed offset, with what ended beyond it; without
 * one, at its first record. Its part of a rate limit, and of a learned rate, goes on with what the
 * last commit says of it, wherever the offset stands.
 */
final class Positions {

  private final TopicIds topicIds;
  private final String group;
  private final SendFence fence;
  private final Reading reading;
  private final Companions companions;
  private final PositionResets resets;
  private final Purse purse;
  private final Pace pace;
  private final Clock clock;

  Positions(
      TopicIds topicIds,
      String group,
      SendFence fence,
      Reading reading,
      Companions companions,
      PositionResets resets,
      Purse purse,
      Pace pace,
      Clock clock) {
    this.topicIds = topicIds;
    this.group = group;
    this.fence = fence;
    this.reading = reading;
    this.companions = companions;
    this.resets = resets;
    this.purse = purse;
    this.pace = pace;
    this.clock = clock;
  }

  /**
   * Where the group has committed, or else at the first record; the consumer stands there
   * afterwards.
   */
  List<OwnedPartition> atCommitted(PartitionReader reader, Collection<TopicPartition> partitions) {
    // Asked anew each time: a topic may have been made again since, and what was committed for the
    // other one means nothing here.
    var topics = partitions.stream().map(TopicPartition::topic).distinct().toList();
    topicIds.askAnew(topics);
    // From here on nothing fails once the first partition is owned: its account would stay open.
    Map<String, Uuid> ids = topics.stream().collect(Collectors.toMap(topic -> topic, topicIds::of));
    Map<TopicPartition, OffsetAndMetadata> committed = committed(reader, partitions, ids);
    Map<TopicPartition, CommitMetadata> said = decode(committed);
    Set<TopicPartition> without =
        partitions.stream()
            .filter(partition ->
                committed.get(partition) == null
                    || isAnotherTopics(said.get(partition), ids.get(partition.topic())))
            .collect(Collectors.toSet());
    Map<TopicPartition, Long> earliest =
        without.isEmpty() ? Map.of() : reader.beginningOffsets(without);

    var owned = new ArrayList<OwnedPartition>();
    for (TopicPartition partition : partitions) {
      OffsetAndMetadata from = committed.get(partition);
      CommitMetadata metadata = said.get(partition);
      CommitMetadata nothing =
          CommitMetadata.nothingEnded(
              requireNonNull(ids.get(partition.topic())),
              metadata == null ? null : metadata.account(),
              metadata == null ? null : metadata.rate());
      if (from != null && !without.contains(partition)) {
        reader.seek(partition, from);
        CommitMetadata known = metadata == null ? nothing : metadata;
        owned.add(owned(partition, from.offset(), from.leaderEpoch(), known, from.offset()));
      } else {
        long first = earliest.getOrDefault(partition, 0L);
        reader.seek(partition, new OffsetAndMetadata(first));
        if (from != null
            || !companions.isCompanion(
                partition)) { // a companion is new, and read from its first record
          resets.add(
              from == null
                  ? PositionReset.Reason.NoCommittedOffset
                  : PositionReset.Reason.TopicMadeAgain,
              partition,
              from == null ? null : from.offset(),
              first);
        }
        owned.add(owned(partition, first, Optional.empty(), nothing, -1));
      }
    }
    return owned;
  }

  private Map<TopicPartition, OffsetAndMetadata> committed(
      PartitionReader reader, Collection<TopicPartition> partitions, Map<String, Uuid> ids) {
    var committed = new HashMap<TopicPartition, OffsetAndMetadata>();
    reader
        .committed(new HashSet<>(partitions))
        .forEach((partition, at) -> {
          if (at != null) {
            committed.put(partition, at);
          }
        });
    Map<TopicPartition, OffsetAndMetadata> elsewhere = companions.committedElsewhere();
    Map<TopicPartition, CommitMetadata> said = decode(elsewhere);
    elsewhere.forEach((partition, there) -> {
      if (partitions.contains(partition)
          && !isAnotherTopics(said.get(partition), ids.get(partition.topic()))) {
        committed.merge(
            partition, there, (here, too) -> here.offset() >= too.offset() ? here : too);
      }
    });
    return committed;
  }

  /**
   * Where the consumer stands now, with nothing known of what ended before.
   *
   * @param before what was let go of it; null: nothing
   */
  OwnedPartition at(TopicPartition partition, long position, @Nullable OwnedPartition before) {
    CommitMetadata nothing =
        CommitMetadata.nothingEnded(
            topicIds.of(partition.topic()),
            before == null ? null : before.accountText(),
            before == null ? null : before.rateText());
    return owned(partition, position, Optional.empty(), nothing, -1);
  }

  /**
   * The log was cut off at an offset, and {@code before} was reading beyond it: goes on at the
   * first record that is still there and has not ended. The consumer stands there afterwards.
   */
  OwnedPartition cutOff(PartitionReader reader, OwnedPartition before, OffsetAndMetadata cut) {
    long from = before.goesOnAt(cut);
    CommitMetadata known = before.knownUpTo(cut.offset());
    reader.seek(before.partition(), new OffsetAndMetadata(from, cut.leaderEpoch(), ""));
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
      CommitMetadata known,
      long committed) {
    Uuid topicId = known.topicId();
    // What goes with a source partition is paid for with its part of a limit, and has none itself.
    boolean isCompanion = companions.isCompanion(partition);
    return new OwnedPartition(
        new Assignment(partition, fence),
        topicId,
        new IdempotencyKey(topicIds.cluster(), topicId, partition.partition(), group),
        reading,
        position,
        epoch,
        known,
        committed,
        (isCompanion ? Purse.unlimited() : purse).open(partition, known.account()),
        PartitionPace.open(
            isCompanion ? Pace.none() : pace,
            known.rate(),
            () -> clock.instant().getEpochSecond()));
  }

  /** What commits of ours say beside their offsets. */
  private static Map<TopicPartition, CommitMetadata> decode(
      Map<TopicPartition, OffsetAndMetadata> committed) {
    var said = new HashMap<TopicPartition, CommitMetadata>();
    committed.forEach((partition, at) -> {
      CommitMetadata metadata =
          at == null ? null : CommitMetadata.decode(at.offset(), at.metadata());
      if (metadata != null) {
        said.put(partition, metadata);
      }
    });
    return said;
  }

  /**
   * An offset of a topic of the same name that is gone, or one of ours that names none: reading
   * again loses nothing. One that isn't ours was set by a person, for this topic.
   */
  private static boolean isAnotherTopics(@Nullable CommitMetadata said, @Nullable Uuid topicId) {
    return said != null && !said.topicId().equals(topicId);
  }
}
