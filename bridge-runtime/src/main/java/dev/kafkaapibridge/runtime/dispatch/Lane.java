package dev.kafkaapibridge.runtime.dispatch;

import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Records that must stay in order, first in first out. Guarded by its dispatcher's lock; exists
 * only while it has records.
 */
public final class Lane {

  /**
   * @param arrival its place in the order in which the records of all lanes came
   */
  record Waiting(SourceRecord record, long arrival) {}

  final LaneKey key;
  final ArrayDeque<Waiting> waiting = new ArrayDeque<>(2);

  /** The thread that delivers this lane's head now; null while the lane waits for its turn. */
  @Nullable Thread worker;

  Lane(LaneKey key) {
    this.key = key;
  }

  /** The record whose turn it is; what is under way once the lane's turn has come. */
  public SourceRecord head() {
    return waiting.getFirst().record();
  }

  long arrivalOfHead() {
    return waiting.getFirst().arrival();
  }

  /**
   * Nothing waits here any more, and nothing will: a record with this key gets a lane of its own.
   */
  boolean isGone() {
    return waiting.isEmpty();
  }
}
