package dev.kafkaapibridge.runtime.dispatch;

import dev.kafkaapibridge.api.v1alpha1.DeliverySpec.Ordering;
import dev.kafkaapibridge.runtime.deliver.BatchSize;
import dev.kafkaapibridge.runtime.deliver.Outcome;
import dev.kafkaapibridge.runtime.deliver.Parcel;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
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
 * batch may still be joined, they may join it. The lane whose head came first is next.
 */
final class RunLanes {

  /** Destinations for which a batch lingers at once; beyond it the eldest leaves. */
  private static final int MOST_OPEN = 256;

  /** Some records of a lane, of which a thread makes items. */
  record Portion(RunLane lane, List<RunLane.Waiting> records) {}

  /** What a thread that has a slot does next. */
  sealed interface Work {
    record Send(Batch batch) implements Work {}

    record Alone(RunLane lane, SourceRecord record, Parcel.Refused why) implements Work {}

    record Prepare(List<Portion> portions) implements Work {}
  }

  private final Ordering ordering;
  private final Supplier<BatchSize.Room> room;
  private final boolean oneOfALane;
  private final long maxWaitNanos;
  private final Map<LaneKey, RunLane> lanes = new HashMap<>();
  private final PriorityQueue<RunLane> ready =
      new PriorityQueue<>(Comparator.comparingLong(lane -> lane.waiting.getFirst().arrival));
  private final Map<Object, Batch> open = new LinkedHashMap<>();
  private final ArrayDeque<Batch> lingering = new ArrayDeque<>();
  private final ArrayDeque<Batch> due = new ArrayDeque<>();
  private final ArrayDeque<RunLane> alone = new ArrayDeque<>();
  private long arrivals;
  private List<Ended> ended = new ArrayList<>();

  /**
   * @param room what a batch that begins may hold
   * @param oneOfALane whether a batch holds one record of a lane at most
   * @param maxWaitNanos the longest that a batch lingers
   */
  RunLanes(
      Ordering ordering, Supplier<BatchSize.Room> room, boolean oneOfALane, long maxWaitNanos) {
    this.ordering = ordering;
    this.room = room;
    this.oneOfALane = oneOfALane;
    this.maxWaitNanos = maxWaitNanos;
  }

  void add(SourceRecord record) {
    RunLane lane = lanes.computeIfAbsent(LaneKey.of(record, ordering), RunLane::new);
    lane.waiting.add(new RunLane.Waiting(record, arrivals++, null, null));
    settle(lane);
  }

  /** What there is to do now; null: nothing. */
  @Nullable Work next() {
    Batch leaving = due.poll();
    if (leaving != null) {
      return new Work.Send(leaving);
    }
    RunLane single = alone.poll();
    if (single != null
        && single.waiting.peek() instanceof RunLane.Waiting head
        && head.prepared instanceof Parcel.Refused refused) {
      return new Work.Alone(single, head.record, refused);
    }
    return take();
  }

  /** Whether there is, as far as can be seen without looking. */
  boolean isReady() {
    return !due.isEmpty() || !alone.isEmpty() || !ready.isEmpty();
  }

  private @Nullable Work take() {
    var portions = new ArrayList<Portion>();
    int left = oneOfALane ? Integer.MAX_VALUE : room.get().records();
    int lanesLeft = room.get().records();
    while (left > 0 && lanesLeft > 0 && !ready.isEmpty()) {
      RunLane lane = ready.remove();
      lane.isReady = false;
      if (!mayGoOn(lane)) {
        continue; // its batch was joinable when it became ready
      }
      var records = new ArrayList<RunLane.Waiting>();
      int most = oneOfALane ? 1 : left;
      for (RunLane.Waiting waiting : lane.waiting) {
        if (records.size() == most) {
          break;
        }
        records.add(waiting);
      }
      lane.preparing = true;
      portions.add(new Portion(lane, records));
      left -= records.size();
      lanesLeft--;
    }
    return portions.isEmpty() ? null : new Work.Prepare(portions);
  }

  private boolean mayGoOn(RunLane lane) {
    RunLane.Waiting head = lane.waiting.peek();
    if (head == null || lane.preparing || lane.alone) {
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
    };
  }

  /**
   * The items are made; they join batches as far as they may. Returns those for which nothing is to
   * be sent, which have ended.
   */
  List<SourceRecord> board(List<Portion> portions, long now) {
    var skipped = new ArrayList<SourceRecord>();
    for (Portion portion : portions) {
      RunLane lane = portion.lane();
      lane.preparing = false;
      board(lane, now, skipped);
      settle(lane);
    }
    if (maxWaitNanos == 0) {
      List.copyOf(lingering).forEach(this::leaves);
    }
    return skipped;
  }

  private void board(RunLane lane, long now, List<SourceRecord> skipped) {
    while (!lane.key.assignment().hasEnded()) {
      RunLane.Waiting head = lane.waiting.peek();
      switch (head == null ? null : head.prepared) {
        case null -> {
          return;
        }
        case Parcel.Skipped ignored -> {
          lane.waiting.remove();
          ended.add(new Ended(head.record, new Outcome.Skipped()));
          skipped.add(head.record);
        }
        case Parcel.Refused ignored -> {
          if (lane.run.isEmpty()) {
            lane.alone = true;
            alone.add(lane);
          }
          return;
        }
        case Parcel.Ready item -> {
          Batch batch = lane.run.isEmpty() ? batchFor(item, now) : lane.batch;
          if (batch == null || !batch.takes(item) || oneOfALane && !lane.run.isEmpty()) {
            return;
          }
          lane.waiting.remove();
          var passenger = new Batch.Passenger(lane, head.record, item, head.arrival, head.attempts);
          lane.batch = batch;
          lane.run.add(passenger);
          batch.join(passenger);
          if (batch.isFull()) {
            shut(batch);
            leaves(batch);
          }
        }
      }
    }
  }

  private Batch batchFor(Parcel.Ready item, long now) {
    Batch known = open.get(item.destination());
    if (known != null && known.takes(item)) {
      return known;
    }
    if (known != null) {
      shut(known); // it is as full as it gets
      leaves(known);
    } else if (open.size() >= MOST_OPEN) {
      Batch eldest = open.values().iterator().next();
      shut(eldest);
      leaves(eldest);
    }
    var batch = new Batch(item.destination(), room.get(), now + maxWaitNanos);
    open.put(item.destination(), batch);
    lingering.add(batch);
    return batch;
  }

  private void leaves(Batch batch) {
    if (!batch.due) {
      batch.due = true;
      lingering.remove(batch);
      due.add(batch);
    }
  }

  private void shut(Batch batch) {
    if (batch.joinable) {
      batch.joinable = false;
      open.remove(batch.destination, batch);
    }
  }

  /** Nanoseconds until a batch has lingered long enough; those that have leave. None: -1. */
  long linger(long now) {
    while (true) {
      Batch first = lingering.peek();
      if (first == null) {
        return -1;
      }
      if (first.leavesAt - now > 0) {
        return first.leavesAt - now;
      }
      leaves(first);
    }
  }

  /** Those that are in it and whose assignments last; where nobody is, nobody joins any more. */
  List<Batch.Passenger> members(Batch batch) {
    List<Batch.Passenger> here = here(batch, List.copyOf(batch.members));
    if (here.isEmpty()) {
      shut(batch);
    }
    return here;
  }

  List<Batch.Passenger> close(Batch batch) {
    List<Batch.Passenger> here = here(batch, List.copyOf(batch.members));
    shut(batch);
    return here;
  }

  List<Batch.Passenger> here(Batch batch, List<Batch.Passenger> of) {
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

  /** The record has ended, in a batch or by itself. */
  void end(Batch.Passenger passenger, Outcome outcome) {
    RunLane lane = passenger.lane;
    if (!lane.run.remove(passenger)) {
      return; // it was given back just then
    }
    ended.add(new Ended(passenger.record(), outcome));
    if (passenger.batch != null) {
      passenger.batch.loses(passenger);
    }
    settle(lane);
  }

  /**
   * They leave their batch, to end by themselves; what is behind them of their lanes goes back.
   * Returns them by lane.
   */
  Map<RunLane, List<Batch.Passenger>> leave(List<Batch.Passenger> leaving) {
    var byLane = new LinkedHashMap<RunLane, List<Batch.Passenger>>();
    for (Batch.Passenger passenger : leaving) {
      if (passenger.batch != null) {
        byLane.computeIfAbsent(passenger.lane, lane -> new ArrayList<>()).add(passenger);
      }
    }
    byLane.forEach((lane, own) -> {
      lane.alone = true;
      goBack(lane, lane.run.size() - own.size());
      lane.batch = null;
      own.forEach(passenger -> {
        if (passenger.batch != null) {
          passenger.batch.loses(passenger);
        }
      });
    });
    return byLane;
  }

  /** The last ones of a run wait again. */
  private void goBack(RunLane lane, int passengers) {
    if (lane.isReady) {
      ready.remove(lane); // its head becomes another
      lane.isReady = false;
    }
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
    settle(lane);
  }

  /** The head of a lane, which could be no item, has ended. */
  void endRefused(RunLane lane, SourceRecord record, Outcome outcome) {
    RunLane.Waiting head = lane.waiting.peek();
    if (head != null && head.record == record) { // else it was given back with its assignment
      lane.waiting.remove();
      ended.add(new Ended(record, outcome));
    }
    endAlone(lane);
  }

  /** A batch's thread is done with it; whoever is left waits again. */
  void over(Batch batch) {
    shut(batch);
    batch.calling = false;
    batch.worker = null;
    for (Batch.Passenger passenger : List.copyOf(batch.members)) {
      RunLane lane = passenger.lane;
      if (passenger.batch == batch) {
        goBack(lane, lane.run.size());
        lane.batch = null;
        settle(lane);
      }
    }
  }

  private void settle(RunLane lane) {
    if (lane.run.isEmpty() && !lane.alone) {
      lane.batch = null;
    }
    if (lane.key.assignment().hasEnded() && !lane.waiting.isEmpty()) {
      if (lane.isReady) {
        ready.remove(lane);
        lane.isReady = false;
      }
      lane.waiting.forEach(
          waiting -> ended.add(new Ended(waiting.record, new Outcome.Interrupted())));
      lane.waiting.clear();
    }
    if (lane.isGone()) {
      if (!lane.preparing) {
        lanes.remove(lane.key, lane);
      }
    } else if (!lane.isReady && mayGoOn(lane)) {
      lane.isReady = true;
      ready.add(lane);
    }
  }

  /** What of these assignments, which have ended, is in no call comes back as interrupted. */
  void giveBack(Set<Assignment> assignments) {
    alone.removeIf(lane -> {
      boolean leaves = assignments.contains(lane.key.assignment());
      lane.alone &= !leaves;
      return leaves;
    });
    for (RunLane lane : of(assignments)) {
      Batch batch = lane.batch;
      if (batch != null && !batch.calling) {
        for (Batch.Passenger passenger : List.copyOf(lane.run)) {
          ended.add(new Ended(passenger.record(), new Outcome.Interrupted()));
          batch.loses(passenger);
        }
        lane.run.clear();
      }
      settle(lane);
    }
  }

  List<RunLane> of(Set<Assignment> assignments) {
    return lanes.values().stream()
        .filter(lane -> assignments.contains(lane.key.assignment()))
        .toList();
  }

  /** What ended since this was asked last, in no order. */
  List<Ended> takeEnded() {
    List<Ended> taken = ended;
    ended = new ArrayList<>();
    return taken;
  }
}
