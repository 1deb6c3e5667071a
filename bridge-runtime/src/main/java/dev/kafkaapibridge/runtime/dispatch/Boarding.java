package dev.kafkaapibridge.runtime.dispatch;

import dev.kafkaapibridge.runtime.deliver.Outcome;
import dev.kafkaapibridge.runtime.deliver.Parcel;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * Into batches: records of which items were made join the open batch of their destination, as far
 * as they may. Owned by {@link RunLanes}.
 */
final class Boarding {

  private final LaneTurns turns;
  private final OpenBatches open;
  private final boolean oneOfALane;

  /**
   * @param oneOfALane whether a batch holds one record of a lane at most
   */
  Boarding(LaneTurns turns, OpenBatches open, boolean oneOfALane) {
    this.turns = turns;
    this.open = open;
    this.oneOfALane = oneOfALane;
  }

  /**
   * What came of making items.
   *
   * @param skipped nothing is to be sent for them; they have ended
   * @param missing they can't be made yet, and hold their own lanes, until they are {@link #found}
   */
  record Boarded(List<SourceRecord> skipped, List<Missing> missing) {}

  /** A record that can't be an item yet. */
  record Missing(RunLane lane, RunLane.Waiting waiting) {}

  /** The items are made; they join batches as far as they may. */
  Boarded board(List<RunLanes.Portion> portions, long now) {
    var boarded = new Boarded(new ArrayList<>(), new ArrayList<>());
    for (RunLanes.Portion portion : portions) {
      portion.lane().preparing = false;
      board(portion.lane(), now, boarded);
    }
    open.boarded();
    return boarded;
  }

  /** What was missing is there, or nobody needs it any more. */
  Boarded found(Missing missing, long now) {
    var boarded = new Boarded(new ArrayList<>(), new ArrayList<>());
    missing.waiting().awaited = false;
    if (!missing.lane().preparing) {
      board(missing.lane(), now, boarded);
      open.boarded();
    }
    return boarded;
  }

  private void board(RunLane lane, long now, Boarded boarded) {
    turns.headChanges(lane);
    while (isBoarding(lane, now, boarded)) {}
    turns.settle(lane);
  }

  /** The head of those that wait goes where it is to go; false: it stays. */
  private boolean isBoarding(RunLane lane, long now, Boarded boarded) {
    RunLane.Waiting head = lane.waiting.peek();
    if (head == null || lane.alone || lane.key.assignment().hasEnded()) {
      return false;
    }
    return switch (head.prepared) {
      case null -> false;
      case Parcel.Ready item -> isJoining(lane, head, item, now);
      case Parcel.Skipped ignored -> {
        lane.waiting.remove();
        turns.ended(head.record, new Outcome.Skipped());
        boarded.skipped().add(head.record);
        yield true;
      }
      case Parcel.Refused ignored -> {
        if (lane.run.isEmpty()) {
          turns.goesAlone(lane);
        }
        yield false;
      }
      case Parcel.NotYet ignored -> {
        if (!head.awaited) {
          head.awaited = true;
          boarded.missing().add(new Missing(lane, head));
        }
        yield false;
      }
    };
  }

  private boolean isJoining(RunLane lane, RunLane.Waiting head, Parcel.Ready item, long now) {
    Batch batch = lane.batch;
    if (lane.run.isEmpty()) {
      batch = open.roomFor(item, now);
    } else if (batch == null || oneOfALane || !batch.takes(item)) {
      return false;
    }
    lane.waiting.remove();
    var passenger = new Batch.Passenger(lane, head.record, item, head.arrival, head.attempts);
    lane.batch = batch;
    lane.run.add(passenger);
    batch.join(passenger);
    if (batch.isFull()) {
      open.full(batch);
    }
    return true;
  }
}
