package dev.kafkaapibridge.runtime.consume;

import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Partitions of topics of the bridge's own that go with those that the group assigns: owned with
 * them, let go of with them. Used by the poll loop's thread alone.
 */
public interface Companions {

  Companions NONE =
      new Companions() {
        @Override
        public Optional<FlowControl.FetchSizes> fetchSizes() {
          return Optional.empty();
        }

        @Override
        public List<TopicPartition> of(Collection<TopicPartition> assigned) {
          return List.of();
        }

        @Override
        public boolean isCompanion(TopicPartition partition) {
          return false;
        }

        @Override
        public void makeRoom(Collection<TopicPartition> assigned) {}

        @Override
        public Map<TopicPartition, OffsetAndMetadata> committedElsewhere() {
          return Map.of();
        }

        @Override
        public Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
          return Map.of();
        }

        @Override
        public void begin(Collection<OwnedPartition> owned, Map<TopicPartition, Long> ends) {}

        @Override
        public Set<TopicPartition> beingLearned() {
          return Set.of();
        }

        @Override
        public void learn(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {}

        @Override
        public void learnedUpTo(TopicPartition partition, long next) {}

        @Override
        public void endLearning(PartitionReader reader) {}

        @Override
        public boolean mayStart() {
          return false;
        }

        @Override
        public void taken(List<SourceRecord> records) {}

        @Override
        public Map<TopicPartition, FlowControl.Pause> pauses(
            Map<TopicPartition, FlowControl.Load> loads, Set<TopicPartition> paused) {
          return Map.of();
        }

        @Override
        public void show(
            Collection<OwnedPartition> owned,
            Map<TopicPartition, String> pauses,
            Map<TopicPartition, Instant> dueTimes) {}

        @Override
        public void end(Collection<Assignment> assignments) {}
      };

  /** What to fetch of them at once; empty: there are none. */
  Optional<FlowControl.FetchSizes> fetchSizes();

  /** What goes with those of these that the group assigns. */
  List<TopicPartition> of(Collection<TopicPartition> partitions);

  boolean isCompanion(TopicPartition partition);

  /** Makes what is missing of what goes with these. Throws what the cluster does. */
  void makeRoom(Collection<TopicPartition> assigned);

  /**
   * What another group has committed of them, which reads them where no order is kept: the spec may
   * have asked for that before. Throws what the cluster does.
   */
  Map<TopicPartition, OffsetAndMetadata> committedElsewhere();

  /** Where those of them that go with others end now. Throws what the cluster does. */
  Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions);

  /** All of these are owned from now on, with what goes with them. */
  void begin(Collection<OwnedPartition> owned, Map<TopicPartition, Long> ends);

  /** Their records are only looked at for now; they are read again from where they go on. */
  Set<TopicPartition> beingLearned();

  void learn(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records);

  /**
   * @param next what is read next, behind all that was looked at
   */
  void learnedUpTo(TopicPartition partition, long next);

  /** After each poll: what was looked at up to its end is read again. */
  void endLearning(PartitionReader reader);

  /** Whether records that are due may start. */
  boolean mayStart();

  /** Records are going to be handed over. */
  void taken(List<SourceRecord> records);

  /** Which of them are not to be fetched, and why. */
  Map<TopicPartition, FlowControl.Pause> pauses(
      Map<TopicPartition, FlowControl.Load> loads, Set<TopicPartition> paused);

  void show(
      Collection<OwnedPartition> owned,
      Map<TopicPartition, String> pauses,
      Map<TopicPartition, Instant> dueTimes);

  /** These have ended. */
  void end(Collection<Assignment> assignments);
}
