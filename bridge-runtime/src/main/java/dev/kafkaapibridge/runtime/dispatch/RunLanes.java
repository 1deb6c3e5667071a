package dev.kafkaapibridge.runtime.dispatch;

import dev.kafkaapibridge.api.v1alpha1.DeliverySpec.Ordering;
import dev.kafkaapibridge.runtime.deliver.BatchSize;
import dev.kafkaapibridge.runtime.deliver.Packing;
import dev.kafkaapibridge.runtime.deliver.Parcel;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which records may share a batch, and when it leaves: the rules, without threads. Owned by the
 * {@link BatchDispatcher}, whose lock guards it.
 *
 * <pre>
 *   add --> lane ready --take--> its first records are made items --board--> a run in the open batch of their destination
 *               ^                                                    \-----> one that can't be an item ends by itself
 *               +-------- the run has ended, more behind it <--------------- the batch is sent
 * </pre>
 *
 * A lane has records in one batch at a time, so what is behind them waits for their ends; while the
 * batch may still be joined, they may join it. {@link LaneTurns} has the lanes, {@link OpenBatches}
 * the batches; {@link Boarding} is the way from those into these, {@link Alighting} the way out.
 */
final class RunLanes {

  /** Some records of a lane, of which a thread makes items. */
  record Portion(RunLane lane, List<RunLane.Waiting> records) {

    /** As far as can be done without waiting; without the lock. */
    void prepare(Packing packing) {
      Assignment assignment = lane.key.assignment();
      for (RunLane.Waiting waiting : records) {
        if (assignment.hasEnded()) {
          return;
        }
        Parcel parcel = waiting.prepared;
        if (parcel == null || parcel instanceof Parcel.NotYet) {
          parcel = packing.pack(waiting.record);
          waiting.prepared = parcel;
        }
        if (parcel instanceof Parcel.NotYet) {
          return;
        }
      }
    }
  }

  /** What a thread that has a slot does next. */
  sealed interface Work {
    record Send(Batch batch) implements Work {}

    record Alone(RunLane lane, SourceRecord record, Parcel.Refused why) implements Work {}

    record Prepare(List<Portion> portions) implements Work {}
  }

  private final Supplier<BatchSize.Room> room;
  private final LaneTurns turns;
  private final OpenBatches open;
  private final Boarding boarding;
  private final Alighting alighting;

  /**
   * @param room what a batch that begins may hold
   * @param oneOfALane whether a batch holds one record of a lane at most
   * @param maxWaitNanos the longest that a batch lingers
   */
  RunLanes(
      Ordering ordering, Supplier<BatchSize.Room> room, boolean oneOfALane, long maxWaitNanos) {
    this.room = room;
    this.turns = new LaneTurns(ordering, oneOfALane);
    this.open = new OpenBatches(room, maxWaitNanos);
    this.boarding = new Boarding(turns, open, oneOfALane);
    this.alighting = new Alighting(turns, open);
  }

  Boarding boarding() {
    return boarding;
  }

  Alighting alighting() {
    return alighting;
  }

  void add(SourceRecord record) {
    turns.add(record);
  }

  /** What there is to do now; null: nothing. */
  @Nullable Work next() {
    Batch leaving = open.nextDue();
    if (leaving != null) {
      return new Work.Send(leaving);
    }
    Work.Alone single = turns.nextAlone();
    return single == null ? turns.takeSome(room.get().records()) : single;
  }

  /** Whether there is, as far as can be seen without looking. */
  boolean isReady() {
    return open.isDue() || turns.isReady();
  }

  /** Nanoseconds until a batch has lingered long enough; those that have leave. None: -1. */
  long linger(long now) {
    return open.linger(now);
  }

  List<RunLane> of(Set<Assignment> assignments) {
    return turns.of(assignments);
  }

  /** What ended since this was asked last, in no order. */
  List<Ended> takeEnded() {
    return turns.takeEnded();
  }
}
