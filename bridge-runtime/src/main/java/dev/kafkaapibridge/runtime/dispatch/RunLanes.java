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
import java.util.HashSet;
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
  private final Map<LaneKey, RunLane> lanes = new HashMap<>();
  private final PriorityQueue<RunLane> ready =
      new PriorityQueue<>(Comparator.comparingLong(lane -> lane.waiting.getFirst().arrival));
  private final OpenBatches open;
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
    this.open = new OpenBatches(room, maxWaitNanos);
  }

  void add(SourceRecord record) {
    RunLane lane = lanes.computeIfAbsent(LaneKey.of(record, ordering), RunLane::new);
    lane.waiting.add(new RunLane.Waiting(record, arrivals++, null, null));
    settle(lane);
  }

  /** What there is to do now; null: nothing. */
  @Nullable Work next() {
    Batch leaving = open.nextDue();
    if (leaving != null) {
      return new Work.Send(leaving);
    }
    RunLane single = alone.poll();
    if (single != null) {
      if (single.waiting.peek() instanceof RunLane.Waiting head
          && head.prepared instanceof Parcel.Refused refused) {
        return new Work.Alone(single, head.record, refused);
      }
      single.alone = false; // its partition was given up just then
      settle(single);
    }
    return take();
  }

  /** Whether there is, as far as can be seen without looking. */
  boolean isReady() {
    return open.isDue() || !alone.isEmpty() || !ready.isEmpty();
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
        if (records.size() == most || waiting.awaited) {
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
  Boarded board(List<Portion> portions, long now) {
    var boarded = new Boarded(new ArrayList<>(), new ArrayList<>());
    for (Portion portion : portions) {
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
    if (lane.isReady) {
      ready.remove(lane); // its head becomes another
      lane.isReady = false;
    }
    while (isBoarding(lane, now, boarded)) {}
    settle(lane);
  }

  /** The head of those that wait goes where it is to go; false: it stays. */
  private boolean isBoarding(RunLane lane, long now, Boarded boarded) {
    RunLane.Waiting head = lane.waiting.peek();
    if (head == null || lane.alone || lane.key.assignment().hasEnded()) {
      return false;
    }
    return switch (head.prepared) {
      case null -> false;
      case Parcel.Skipped ignored -> {
        lane.waiting.remove();
        ended.add(new Ended(head.record, new Outcome.Skipped()));
        boarded.skipped().add(head.record);
        yield true;
      }
      case Parcel.Refused ignored -> {
        if (lane.run.isEmpty()) {
          lane.alone = true;
          alone.add(lane);
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
      case Parcel.Ready item -> isJoining(lane, head, item, now);
    };
  }

  private boolean isJoining(RunLane lane, RunLane.Waiting head, Parcel.Ready item, long now) {
    Batch batch = lane.run.isEmpty() ? open.roomFor(item, now) : lane.batch;
    if (batch == null || !batch.takes(item) || oneOfALane && !lane.run.isEmpty()) {
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

  /** Nanoseconds until a batch has lingered long enough; those that have leave. None: -1. */
  long linger(long now) {
    return open.linger(now);
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
    ended.add(new Ended(passenger.record(), outcome));
    if (passenger.batch != null) {
      passenger.batch.loses(passenger);
    }
    if (lane.run.isEmpty() || lane.key.assignment().hasEnded()) {
      settle(lane); // else nothing but its last one lets it go on
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
    open.shut(batch);
    batch.calling = false;
    batch.worker = null;
    for (Batch.Passenger passenger :
        batch.isEmpty() ? List.<Batch.Passenger>of() : List.copyOf(batch.members)) {
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
