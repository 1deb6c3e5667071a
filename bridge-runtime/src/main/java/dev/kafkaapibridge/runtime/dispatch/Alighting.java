package dev.kafkaapibridge.runtime.dispatch;

import dev.kafkaapibridge.runtime.deliver.Outcome;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Out of batches: records that have ended there, that go on to end by themselves, and that wait
 * again. Owned by {@link RunLanes}.
 */
final class Alighting {

  private final LaneTurns turns;
  private final OpenBatches open;

  Alighting(LaneTurns turns, OpenBatches open) {
    this.turns = turns;
    this.open = open;
  }

  /** Those that are in it and whose assignments last; where nobody is, nobody joins any more. */
  List<Batch.Passenger> members(Batch batch) {
    List<Batch.Passenger> here = here(batch);
    if (here.isEmpty()) {
      open.shut(batch);
    }
    return here;
  }

  List<Batch.Passenger> close(Batch batch) {
    List<Batch.Passenger> here = here(batch);
    open.shut(batch);
    return here;
  }

  List<Batch.Passenger> here(Batch batch) {
    return here(batch, batch.isEmpty() ? List.of() : List.copyOf(batch.members));
  }

  List<Batch.Passenger> here(Batch batch, List<Batch.Passenger> of) {
    if (batch.isWhole()) {
      return of;
    }
    var here = new ArrayList<Batch.Passenger>(of.size());
    for (Batch.Passenger passenger : of) {
      if (passenger.batch == batch) {
        if (passenger.lane.key.assignment().hasEnded()) {
          end(passenger, new Outcome.Interrupted());
        } else {
          here.add(passenger);
        }
      }
    }
    return here;
  }

  /** Records of a batch have come to the same end. */
  void end(List<Batch.Passenger> passengers, Outcome outcome) {
    for (Batch.Passenger passenger : passengers) {
      end(passenger, outcome);
    }
  }

  /** The record has ended, in a batch or by itself. */
  void end(Batch.Passenger passenger, Outcome outcome) {
    RunLane lane = passenger.lane;
    if (!lane.run.remove(passenger)) {
      return; // it was given back just then
    }
    turns.ended(passenger.record(), outcome);
    if (passenger.batch != null) {
      passenger.batch.loses(passenger);
    }
    if (lane.run.isEmpty() || lane.key.assignment().hasEnded()) {
      turns.settle(lane); // else nothing but its last one lets it go on
    }
  }

  /**
   * They leave their batch, to end by themselves, as far as nobody of their lanes is before them;
   * what is behind goes back, and so do those who aren't first: their turn comes when they are.
   * Returns those that have left, by lane.
   */
  Map<RunLane, List<Batch.Passenger>> leave(List<Batch.Passenger> leaving) {
    var byLane = new LinkedHashMap<RunLane, Set<Batch.Passenger>>();
    for (Batch.Passenger passenger : leaving) {
      if (passenger.batch != null) {
        byLane.computeIfAbsent(passenger.lane, lane -> new HashSet<>()).add(passenger);
      }
    }
    var left = new LinkedHashMap<RunLane, List<Batch.Passenger>>();
    byLane.forEach((lane, own) -> {
      List<Batch.Passenger> run = List.copyOf(lane.run);
      int before = 0;
      while (!own.contains(run.get(before))) {
        before++;
      }
      int behind = before;
      while (behind < run.size() && own.contains(run.get(behind))) {
        behind++;
      }
      if (before > 0) {
        goBack(lane, run.size() - before);
        return;
      }
      lane.alone = true;
      goBack(lane, run.size() - behind);
      lane.batch = null;
      List<Batch.Passenger> first = run.subList(0, behind);
      first.forEach(passenger -> {
        if (passenger.batch != null) {
          passenger.batch.loses(passenger);
        }
      });
      left.put(lane, first);
    });
    return left;
  }

  /** The last ones of a run wait again. */
  private void goBack(RunLane lane, int passengers) {
    turns.headChanges(lane);
    for (int i = 0; i < passengers; i++) {
      Batch.Passenger last = lane.run.removeLast();
      if (last.batch != null) {
        last.batch.loses(last);
      }
      lane.waiting.addFirst(
          new RunLane.Waiting(
              last.record(), last.arrival, last.parcel, last.attempts().orElse(null)));
    }
  }

  /** A lane that went on by itself is as others again; what is left of its run waits. */
  void endAlone(RunLane lane) {
    goBack(lane, lane.run.size());
    lane.alone = false;
    lane.worker = null;
    turns.settle(lane);
  }

  /** The head of a lane, which could be no item, has ended. */
  void endRefused(RunLane lane, SourceRecord record, Outcome outcome) {
    RunLane.Waiting head = lane.waiting.peek();
    if (head != null && head.record == record) { // else it was given back with its assignment
      lane.waiting.remove();
      turns.ended(record, outcome);
    }
    endAlone(lane);
  }

  /** A batch's thread is done with it; whoever is left waits again. */
  void over(Batch batch) {
    open.shut(batch);
    batch.calling = false;
    batch.worker = null;
    for (Batch.Passenger passenger :
        batch.isEmpty() ? List.<Batch.Passenger>of() : List.copyOf(batch.members)) {
      RunLane lane = passenger.lane;
      if (passenger.batch == batch) {
        goBack(lane, lane.run.size());
        lane.batch = null;
        turns.settle(lane);
      }
    }
  }

  /** What of these assignments, which have ended, is in no call comes back as interrupted. */
  void giveBack(Set<Assignment> assignments) {
    turns.noneAlone(assignments);
    for (RunLane lane : turns.of(assignments)) {
      Batch batch = lane.batch;
      if (batch != null && !batch.calling) {
        for (Batch.Passenger passenger : List.copyOf(lane.run)) {
          turns.ended(passenger.record(), new Outcome.Interrupted());
          batch.loses(passenger);
        }
        lane.run.clear();
      }
      turns.settle(lane);
    }
  }
}
