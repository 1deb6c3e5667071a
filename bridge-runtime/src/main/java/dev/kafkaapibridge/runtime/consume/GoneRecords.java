package dev.kafkaapibridge.runtime.consume;

import static java.util.Objects.requireNonNull;

import dev.kafkaapibridge.api.v1alpha1.KafkaSpec.OnOffsetOutOfRange;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where partitions go on whose next record is not there any more. Three things do that: the topic
 * was made again, the log was cut off behind a position that was read already (an unclean
 * election), or retention was faster than the bridge. Called by the poll loop, on its thread.
 */
final class GoneRecords {

  private static final Logger log = LoggerFactory.getLogger(GoneRecords.class);

  private final PartitionReader reader;
  private final Positions positions;
  private final Ownership ownership;
  private final OnOffsetOutOfRange policy;
  private final DrainTimes drainTimes;
  private final PositionResets resets;

  GoneRecords(
      PartitionReader reader,
      Positions positions,
      Ownership ownership,
      OnOffsetOutOfRange policy,
      DrainTimes drainTimes,
      PositionResets resets) {
    this.reader = reader;
    this.positions = positions;
    this.ownership = ownership;
    this.policy = policy;
    this.drainTimes = drainTimes;
    this.resets = resets;
  }

  /** Where the cluster can't be asked, they are owned anew once it can. */
  void goOnWithout(OffsetOutOfRangeException e) {
    Map<TopicPartition, OffsetAndMetadata> cuts =
        e instanceof LogTruncationException truncated ? truncated.divergentOffsets() : Map.of();
    var gone = new HashMap<>(e.offsetOutOfRangePartitions());
    try {
      gone.keySet().removeAll(beginAnew(gone, cuts.keySet()));
      gone.keySet().removeAll(ownLaterWhatIsAnotherTopic(gone.keySet()));
      gone.keySet().removeAll(goOnAtCuts(gone, cuts));
      gone.forEach(this::goOnAfterRetention);
    } catch (KafkaException unreachable) {
      ownership.ownLater(e.partitions());
      throw unreachable;
    }
  }

  private List<TopicPartition> ownLaterWhatIsAnotherTopic(Set<TopicPartition> partitions) {
    List<TopicPartition> others =
        ownership.of(partitions).stream()
            .filter(of -> !positions.topicIdNow(of.partition()).equals(of.topicId()))
            .map(OwnedPartition::partition)
            .toList();
    ownership.ownLater(others);
    return others;
  }

  /**
   * What lay in partitions that go with others is known record by record, and some of it is gone:
   * it is found out anew, with all that goes with it.
   */
  private List<TopicPartition> beginAnew(Map<TopicPartition, Long> gone, Set<TopicPartition> cuts) {
    var first = new HashMap<TopicPartition, Supplier<OffsetAndMetadata>>();
    for (OwnedPartition of : ownership.of(gone.keySet())) {
      if (ownership.together().isCompanion(of) && !cuts.contains(of.partition())) {
        reader.seekToBeginning(of.partition());
        long position = reader.position(of.partition());
        first.put(of.partition(), () -> of.toCommitAt(position));
        resets.add(
            PositionReset.Reason.OffsetOutOfRange,
            of.partition(),
            requireNonNull(gone.get(of.partition())),
            position);
      }
    }
    if (!first.isEmpty()) {
      ownership.ownAnew(first.keySet(), first);
    }
    return List.copyOf(first.keySet());
  }

  /** Let go of all together: their calls have one bound, and the group waits for a poll. */
  private List<TopicPartition> goOnAtCuts(
      Map<TopicPartition, Long> gone, Map<TopicPartition, OffsetAndMetadata> cuts) {
    var cut = new HashMap<>(cuts);
    cut.keySet().retainAll(gone.keySet());
    List<OwnedPartition> before = ownership.of(cut.keySet());
    List<TopicPartition> partitions = before.stream().map(OwnedPartition::partition).toList();
    List<TopicPartition> alone =
        before.stream()
            .filter(of -> !ownership.together().isInCompany(of))
            .map(OwnedPartition::partition)
            .toList();
    ownership.letGo(alone, drainTimes.calls(), false);
    for (OwnedPartition of : before) {
      OffsetAndMetadata at = requireNonNull(cut.get(of.partition()));
      if (ownership.together().isInCompany(of)) {
        ownership.ownAnew(
            List.of(of.partition()), Map.of(of.partition(), () -> of.toCommitCutOff(at)));
      } else {
        ownership.ownInstead(positions.cutOff(reader, of, at));
      }
      resets.add(
          PositionReset.Reason.LogTruncated,
          of.partition(),
          requireNonNull(gone.get(of.partition())),
          at.offset());
    }
    return partitions;
  }

  private void goOnAfterRetention(TopicPartition partition, long gone) {
    switch (policy) {
      case Stop -> {
        ownership.standStill(partition);
        log.atError()
            .addKeyValue("partition", partition)
            .addKeyValue("position", gone)
            .log(
                "the next record is gone: reading nothing more, as spec.kafka.onOffsetOutOfRange says");
      }
      case Earliest -> {
        reader.seekToBeginning(partition);
        goOnAt(reader.position(partition), partition, gone);
      }
      case Latest -> {
        reader.seekToEnd(partition);
        goOnAt(reader.position(partition), partition, gone);
      }
    }
  }

  private void goOnAt(long position, TopicPartition partition, long gone) {
    OwnedPartition of = ownership.of(partition);
    resets.add(PositionReset.Reason.OffsetOutOfRange, partition, gone, position);
    if (of != null && position >= of.position()) {
      // Retention takes nothing from what was read already.
      of.reached(new OffsetAndMetadata(position));
    } else if (of != null && ownership.together().isInCompany(of)) {
      ownership.ownAnew(List.of(partition), Map.of(partition, () -> of.toCommitAt(position)));
    } else {
      // What is under way belongs to a log that is gone.
      ownership.letGo(List.of(partition), Duration.ZERO, false);
      ownership.ownInstead(positions.at(partition, position, of));
    }
  }
}
