package dev.kafkaapibridge.runtime.consume;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;

/**
 * What belongs together of owned partitions: those that the group assigns, and their companions.
 */
final class Together {

  private final Companions companions;
  private final Map<TopicPartition, OwnedPartition> owned;

  /**
   * @param owned as it is at each question
   */
  Together(Companions companions, Map<TopicPartition, OwnedPartition> owned) {
    this.companions = companions;
    this.owned = owned;
  }

  /** Owned ones that the group has assigned. */
  Collection<OwnedPartition> ofGroup() {
    if (companions == Companions.NONE) {
      return owned.values(); // as each turn of most loops asks
    }
    return owned.values().stream().filter(of -> !isCompanion(of)).toList();
  }

  /** Owned ones that go with them. */
  Collection<OwnedPartition> companions() {
    if (companions == Companions.NONE) {
      return List.of();
    }
    return owned.values().stream().filter(this::isCompanion).toList();
  }

  boolean isCompanion(OwnedPartition of) {
    return companions.isCompanion(of.partition());
  }

  /** Whether it goes with others, or others with it: all of them are owned anew, or none. */
  boolean isInCompany(OwnedPartition of) {
    return isCompanion(of) || !companions.of(List.of(of.partition())).isEmpty();
  }

  /** Companions that are owned, or among these. */
  List<TopicPartition> companionsOwnedOr(Collection<TopicPartition> partitions) {
    return Stream.concat(owned.keySet().stream(), partitions.stream())
        .filter(companions::isCompanion)
        .distinct()
        .toList();
  }

  /** Those that the group assigns, of these or of those with which these go. */
  List<TopicPartition> assigned(Collection<TopicPartition> partitions) {
    return partitions.stream()
        .flatMap(of ->
            companions.isCompanion(of)
                ? owned.keySet().stream()
                    .filter(source ->
                        !companions.isCompanion(source) && source.partition() == of.partition())
                : Stream.of(of))
        .distinct()
        .toList();
  }

  /** These, those with which they go, and all that goes with those. */
  List<TopicPartition> all(Collection<TopicPartition> partitions) {
    List<TopicPartition> assigned = assigned(partitions);
    return Stream.concat(assigned.stream(), companions.of(assigned).stream()).toList();
  }
}
