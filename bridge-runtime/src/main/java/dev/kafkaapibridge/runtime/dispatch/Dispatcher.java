package dev.kafkaapibridge.runtime.dispatch;

import dev.kafkaapibridge.api.v1alpha1.DeliverySpec.Ordering;
import dev.kafkaapibridge.runtime.deliver.Outcome;
import dev.kafkaapibridge.runtime.deliver.Slots;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands records to lanes, runs as many lanes at once as there are {@link Slots}, and collects the
 * ends. Owns the lanes; one lock guards them. A lane has a virtual thread only while its turn
 * lasts, so ten thousand waiting keys cost a queue each and no thread.
 *
 * <pre>
 *   handOver --> lane (new) --> ready --slot free--> worker: head delivered --more?--> ready again, at the back
 *                lane (known) --> behind its head                           --none---> lane is gone
 * </pre>
 */
public final class Dispatcher {

  private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

  /** After the calls of a revoked partition were cut, how long their threads get to notice. */
  private static final Duration AFTER_CUT = Duration.ofSeconds(2);

  private final Ordering ordering;
  private final Function<SourceRecord, Outcome> delivery;
  private final Slots slots;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition laneGone = lock.newCondition();
  private final Map<LaneKey, Lane> lanes = new HashMap<>();
  private final ArrayDeque<Lane> ready = new ArrayDeque<>();
  private List<Ended> ended = new ArrayList<>();
  private volatile @Nullable Throwable fault;

  /**
   * @param delivery brings one record to its end; blocks as long as that takes
   */
  public Dispatcher(Ordering ordering, Slots slots, Function<SourceRecord, Outcome> delivery) {
    this.ordering = ordering;
    this.slots = slots;
    this.delivery = delivery;
    slots.whenFree(this::startReady);
  }

  public void handOver(SourceRecord record) {
    LaneKey key = LaneKey.of(record, ordering);
    lock.lock();
    try {
      Lane lane = lanes.get(key);
      if (lane == null) {
        lane = new Lane(key);
        lanes.put(key, lane);
        ready.add(lane);
      }
      lane.waiting.add(record);
    } finally {
      lock.unlock();
    }
    startReady();
  }

  /**
   * What this program did wrong with a record; null while nothing. The process should be replaced.
   */
  public @Nullable Throwable fault() {
    return fault;
  }

  /** What ended since this was asked last, in no order. */
  public List<Ended> takeEnded() {
    lock.lock();
    try {
      List<Ended> taken = ended;
      ended = new ArrayList<>();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until every record of these assignments, which have ended, is back. What waits in a lane
   * comes back at once as interrupted; calls under way get {@code bound}, then they are cut.
   */
  public void awaitEnd(Set<Assignment> assignments, Duration bound) {
    lock.lock();
    try {
      List<Lane> notBegun =
          ready.stream().filter(lane -> assignments.contains(lane.key.assignment())).toList();
      ready.removeAll(notBegun);
      notBegun.forEach(this::giveBack);
      if (!awaitGone(assignments, bound)) {
        List<Lane> running =
            lanes.values().stream()
                .filter(lane -> assignments.contains(lane.key.assignment()))
                .toList();
        log.atWarn()
            .addKeyValue("calls", running.size())
            .addKeyValue("after", bound)
            .log("calls of partitions that are given up are cut");
        running.forEach(lane -> {
          if (lane.worker != null) {
            lane.worker.interrupt();
          }
        });
        if (!awaitGone(assignments, AFTER_CUT)) {
          log.atError()
              .log(
                  "calls that were cut did not end: their records are sent again by the partitions' next owner");
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean awaitGone(Set<Assignment> assignments, Duration bound) {
    long left = bound.toNanos();
    try {
      while (lanes.keySet().stream().anyMatch(key -> assignments.contains(key.assignment()))) {
        if (left <= 0) {
          return false;
        }
        left = laneGone.awaitNanos(left);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void startReady() {
    while (slots.tryTake()) {
      Lane lane;
      lock.lock();
      try {
        lane = ready.poll();
      } finally {
        lock.unlock();
      }
      if (lane == null) {
        slots.giveBack();
        return;
      }
      Thread.ofVirtual().name("lane").start(() -> work(lane));
    }
  }

  /**
   * Delivers heads of lanes, one lane after the other, until none is ready; holds one slot
   * meanwhile.
   */
  private void work(Lane first) {
    for (Lane lane = first; lane != null; ) {
      SourceRecord record = begin(lane);
      Outcome outcome = new Outcome.Interrupted();
      try {
        if (!record.assignment().hasEnded()) {
          outcome = delivery.apply(record);
        }
      } catch (RuntimeException | Error e) {
        // A fault of this program. The record must not be lost for it: it counts as not ended,
        // blocks the commit, and liveness fails, so
        // that a new process reads it again.
        fault = e;
        log.atError()
            .setCause(e)
            .addKeyValue(
                "record",
                record.record().topic() + "-" + record.record().partition() + "@" + record.offset())
            .log("delivery failed unexpectedly");
      }
      lane = finish(lane, new Ended(record, outcome));
    }
    slots.giveBack();
    // A lane that became ready between the last look and giving back found no slot: this one is it.
    startReady();
  }

  private SourceRecord begin(Lane lane) {
    lock.lock();
    try {
      lane.worker = Thread.currentThread();
      return lane.waiting.getFirst();
    } finally {
      lock.unlock();
    }
  }

  /** Takes note of the end; returns the lane whose turn is next, or null. */
  private @Nullable Lane finish(Lane lane, Ended end) {
    lock.lock();
    try {
      lane.worker = null;
      Thread.interrupted(); // a cut was meant for this call, not for the next
      ended.add(end);
      lane.waiting.removeFirst();
      if (lane.waiting.isEmpty()) {
        remove(lane);
      } else if (!lane.key.assignment().hasEnded()) {
        ready.add(lane);
      } else {
        giveBack(lane);
      }
      return slots.isWaitedFor() ? null : ready.poll();
    } finally {
      lock.unlock();
    }
  }

  private void giveBack(Lane lane) {
    lane.waiting.forEach(record -> ended.add(new Ended(record, new Outcome.Interrupted())));
    lane.waiting.clear();
    remove(lane);
  }

  private void remove(Lane lane) {
    lanes.remove(lane.key);
    laneGone.signalAll();
  }
}
