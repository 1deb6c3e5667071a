package dev.kafkaapibridge.runtime.dispatch;

import dev.kafkaapibridge.runtime.deliver.Attempts;
import dev.kafkaapibridge.runtime.deliver.Parcel;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Records that must stay in order: a run of them in a batch, or on its own way to its end, and
 * those behind it. Guarded by its dispatcher's lock.
 */
final class RunLane {

  /** A record that is in no batch. */
  static final class Waiting {
    final SourceRecord record;

    /** Its place in the order in which the records of all lanes came. */
    final long arrival;

    /** Null: nobody has tried yet. */
    volatile @Nullable Parcel prepared;

    /** Whether a thread of its own waits for what it is made by. */
    boolean awaited;

    /** What it has been through by itself; null: nothing. */
    final @Nullable Attempts attempts;

    Waiting(
        SourceRecord record, long arrival, @Nullable Parcel prepared, @Nullable Attempts attempts) {
      this.record = record;
      this.arrival = arrival;
      this.prepared = prepared;
      this.attempts = attempts;
    }
  }

  final LaneKey key;
  final ArrayDeque<Waiting> waiting = new ArrayDeque<>(2);

  /** What is under way, in order. */
  final ArrayDeque<Batch.Passenger> run = new ArrayDeque<>(2);

  /** The batch that the run is in; null: it is in none. */
  @Nullable Batch batch;

  /** Whether the head of those that wait, or the run, comes to its end by itself. */
  boolean alone;

  /** The thread on which that happens. */
  @Nullable Thread worker;

  /** Whether a thread makes items of the first ones that wait. */
  boolean preparing;

  boolean isReady;

  /** The arrival of the head that it is ready with: whose came first is next. */
  long readyWith;

  RunLane(LaneKey key) {
    this.key = key;
  }

  /** Nothing of it is left, and nothing will come. */
  boolean isGone() {
    return waiting.isEmpty() && run.isEmpty() && !alone;
  }
}
