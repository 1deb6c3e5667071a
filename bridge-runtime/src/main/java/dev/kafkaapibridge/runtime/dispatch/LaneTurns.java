package dev.kafkaapibridge.runtime.dispatch;

import dev.kafkaapibridge.api.v1alpha1.DeliverySpec.Ordering;
import dev.kafkaapibridge.runtime.deliver.Outcome;
import dev.kafkaapibridge.runtime.deliver.Parcel;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The lanes, whose turn it is, and what of them has ended. The lane whose head came first is next;
 * one that goes on by itself comes before all of those. Owned by {@link RunLanes}.
 */
final class LaneTurns {

  private final Ordering ordering;
  private final boolean oneOfALane;
  private final Map<LaneKey, RunLane> lanes = new HashMap<>();
  private final PriorityQueue<RunLane> ready =
      new PriorityQueue<>(Comparator.comparingLong(lane -> lane.readyWith));
  private final ArrayDeque<RunLane> alone = new ArrayDeque<>();
  private long arrivals;
  private List<Ended> ended = new ArrayList<>();

  /**
   * @param oneOfALane whether a batch holds one record of a lane at most
   */
  LaneTurns(Ordering ordering, boolean oneOfALane) {
    this.ordering = ordering;
    this.oneOfALane = oneOfALane;
  }

  void add(SourceRecord record) {
    RunLane lane = lanes.computeIfAbsent(LaneKey.of(record, ordering), RunLane::new);
    lane.waiting.add(new RunLane.Waiting(record, arrivals++, null, null));
    settle(lane);
  }

  boolean isReady() {
    return !alone.isEmpty() || !ready.isEmpty();
  }

  /** The head of a lane that can be no item, whose turn it is; null: none. */
  RunLanes.Work.@Nullable Alone nextAlone() {
    RunLane single = alone.poll();
    if (single == null) {
      return null;
    }
    if (single.waiting.peek() instanceof RunLane.Waiting head
        && head.prepared instanceof Parcel.Refused refused) {
      return new RunLanes.Work.Alone(single, head.record, refused);
    }
    single.alone = false; // its partition was given up just then
    settle(single);
    return null;
  }

  /** The head of a lane can be no item, and nobody is before it. */
  void goesAlone(RunLane lane) {
    lane.alone = true;
    alone.add(lane);
  }

  /** The first records of lanes whose turn it is, as many as a batch may hold; null: none. */
  RunLanes.@Nullable Work takeSome(int most) {
    var portions = new ArrayList<RunLanes.Portion>();
    int left = oneOfALane ? Integer.MAX_VALUE : most;
    int lanesLeft = most;
    while (left > 0 && lanesLeft > 0 && !ready.isEmpty()) {
      RunLane lane = ready.remove();
      lane.isReady = false;
      if (!mayGoOn(lane)) {
        continue; // its batch was joinable when it became ready
      }
      int mostOfIt = Math.min(oneOfALane ? 1 : left, lane.waiting.size());
      var records = new ArrayList<RunLane.Waiting>(mostOfIt);
      for (RunLane.Waiting waiting : lane.waiting) {
        if (records.size() == mostOfIt || waiting.awaited) {
          break;
        }
        records.add(waiting);
      }
      lane.preparing = true;
      portions.add(new RunLanes.Portion(lane, records));
      left -= records.size();
      lanesLeft--;
    }
    return portions.isEmpty() ? null : new RunLanes.Work.Prepare(portions);
  }

  private boolean mayGoOn(RunLane lane) {
    RunLane.Waiting head = lane.waiting.peek();
    if (head == null || head.awaited || lane.preparing || lane.alone) {
      return false;
    }
    if (lane.run.isEmpty()) {
      return true;
    }
    Batch batch = lane.batch;
    if (batch == null || !batch.joinable || oneOfALane) {
      return false;
    }
    return switch (head.prepared) {
      case null -> true;
      case Parcel.Ready item -> batch.takes(item);
      case Parcel.Skipped ignored -> true;
      case Parcel.Refused ignored -> false;
      case Parcel.NotYet ignored -> true;
    };
  }

  /** Its head is going to be another one: its turn is forgotten until it is settled again. */
  void headChanges(RunLane lane) {
    if (lane.isReady) {
      ready.remove(lane);
      lane.isReady = false;
    }
  }

  void ended(SourceRecord record, Outcome outcome) {
    ended.add(new Ended(record, outcome));
  }

  /** After anything has happened to a lane: whether it is its turn, or it is gone. */
  void settle(RunLane lane) {
    if (lane.run.isEmpty() && !lane.alone) {
      lane.batch = null;
    }
    if (lane.key.assignment().hasEnded() && !lane.waiting.isEmpty()) {
      headChanges(lane);
      lane.waiting.forEach(waiting -> ended(waiting.record, new Outcome.Interrupted()));
      lane.waiting.clear();
    }
    if (lane.isGone()) {
      if (!lane.preparing) {
        lanes.remove(lane.key, lane);
      }
    } else if (!lane.isReady && mayGoOn(lane)) {
      lane.isReady = true;
      lane.readyWith = lane.waiting.getFirst().arrival;
      ready.add(lane);
    }
  }

  /** What of these assignments, which have ended, waits for its turn to end by itself needn't. */
  void noneAlone(Set<Assignment> assignments) {
    alone.removeIf(lane -> {
      boolean leaves = assignments.contains(lane.key.assignment());
      lane.alone &= !leaves;
      return leaves;
    });
  }

  List<RunLane> of(Set<Assignment> assignments) {
    return lanes.values().stream()
        .filter(lane -> assignments.contains(lane.key.assignment()))
        .toList();
  }

  /** What ended since this was asked last, in no order. */
  List<Ended> takeEnded() {
    List<Ended> taken = ended;
    ended = new ArrayList<>(taken.size()); // about as many will have, until it is asked again
    return taken;
  }
}
