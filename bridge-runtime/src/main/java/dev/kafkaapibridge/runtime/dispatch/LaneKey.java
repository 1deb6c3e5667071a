package dev.kafkaapibridge.runtime.dispatch;

import dev.kafkaapibridge.api.v1alpha1.DeliverySpec.Ordering;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.util.Arrays;

/**
 * What must stay in order. Records of one lane are sent one after the other; lanes know nothing of
 * each other. An assignment is part of each, so that nothing of an earlier ownership can hold up a
 * later one. Pure.
 */
public sealed interface LaneKey {

  Assignment assignment();

  /** All records of a partition with one key. */
  @SuppressWarnings("ArrayRecordComponent") // compared by content below
  record OfKey(Assignment assignment, byte[] key) implements LaneKey {
    @Override
    public boolean equals(Object other) {
      return other instanceof OfKey of && of.assignment == assignment && Arrays.equals(of.key, key);
    }

    @Override
    public int hashCode() {
      return 31 * System.identityHashCode(assignment) + Arrays.hashCode(key);
    }
  }

  /** All records of a partition. */
  record OfPartition(Assignment assignment) implements LaneKey {}

  /** This record alone. */
  record OfRecord(Assignment assignment, long offset) implements LaneKey {}

  /**
   * A record without a key has no order to keep under {@code Key}: Kafka itself spreads such
   * records over partitions.
   */
  static LaneKey of(SourceRecord record, Ordering ordering) {
    byte[] key = record.record().key();
    return switch (ordering) {
      case Key ->
          key == null
              ? new OfRecord(record.assignment(), record.offset())
              : new OfKey(record.assignment(), key);
      case Partition -> new OfPartition(record.assignment());
      case Unordered -> new OfRecord(record.assignment(), record.offset());
    };
  }
}
