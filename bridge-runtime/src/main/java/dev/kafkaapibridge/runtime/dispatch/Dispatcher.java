package dev.kafkaapibridge.runtime.dispatch;

import dev.kafkaapibridge.api.v1alpha1.DeliverySpec.Ordering;
import dev.kafkaapibridge.runtime.deliver.KeyTurns;
import dev.kafkaapibridge.runtime.deliver.Outcome;
import dev.kafkaapibridge.runtime.deliver.Slots;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs as many lanes at once as there are {@link Slots}, and collects the ends. Owns the {@link
 * Lanes}; one lock guards them. A lane has a virtual thread only while its turn lasts, so ten
 * thousand waiting keys cost a queue each and no thread.
 *
 * <pre>
 *   handOver --> Lanes --next, slot free--> worker: head delivered --> Lanes --next--> the same worker goes on
 *                                                                            --none--> slot is given back
 * </pre>
 */
public final class Dispatcher implements Dispatch {

  private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

  /**
   * A thread delivers so many records before another takes its place. One that began before this
   * loop was compiled would go on interpreting it for its whole life, and a thread with such a
   * frame on its stack is parked and resumed the slow way: a tenth of the CPU (ADR 0024).
   */
  private static final int RECORDS_A_THREAD = 50;

  private final Function<SourceRecord, Outcome> delivery;
  private final KeyTurns turns;
  private final Slots slots;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition laneGone = lock.newCondition();
  private final Leaving<Lane> leaving = new Leaving<>(laneGone, Lane::isGone, Dispatcher::cut);
  private final Lanes lanes;
  private final ReadyWork<Lane> ready;
  private volatile @Nullable Throwable fault;

  /**
   * @param turns told of each record that its end was noted: whose turn is next must not be noted
   *     before it, or a crash between would send it again without those behind it
   * @param delivery brings one record to its end; blocks as long as that takes
   */
  public Dispatcher(
      Ordering ordering, Slots slots, KeyTurns turns, Function<SourceRecord, Outcome> delivery) {
    this.lanes = new Lanes(ordering);
    this.slots = slots;
    this.turns = turns;
    this.delivery = delivery;
    this.ready = new ReadyWork<>(slots, this::nextLane, this::isLaneReady, this::start);
    slots.whenFree(ready::start);
  }

  public void handOver(SourceRecord record) {
    handOver(List.of(record));
  }

  /** Records of one partition in their order; the lock is taken once for all of them. */
  @Override
  public void handOver(List<SourceRecord> records) {
    lock.lock();
    try {
      records.forEach(lanes::add);
    } finally {
      lock.unlock();
    }
    ready.start();
  }

  /**
   * What this program did wrong with a record; null while nothing. The process should be replaced.
   */
  @Override
  public @Nullable Throwable fault() {
    return fault;
  }

  /** What ended since this was asked last, in no order. */
  @Override
  public List<Ended> takeEnded() {
    lock.lock();
    try {
      return lanes.takeEnded();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until every record of these assignments, which have ended, is back. What waits in a lane
   * comes back at once as interrupted; calls under way get {@code bound}, then they are cut.
   */
  @Override
  public void awaitEnd(Set<Assignment> assignments, Duration bound) {
    lock.lock();
    try {
      lanes.giveBackReady(assignments);
      leaving.await(lanes.of(assignments), bound);
    } finally {
      lock.unlock();
    }
  }

  private static void cut(Lane lane) {
    if (lane.worker != null) {
      lane.worker.interrupt();
    }
  }

  private @Nullable Lane nextLane() {
    lock.lock();
    try {
      return fault == null ? lanes.next() : null;
    } finally {
      lock.unlock();
    }
  }

  private boolean isLaneReady() {
    lock.lock();
    try {
      return fault == null && lanes.isReady();
    } finally {
      lock.unlock();
    }
  }

  private void start(Lane lane) {
    Thread.ofVirtual().name("lane").start(() -> work(lane));
  }

  /**
   * Delivers heads of lanes, one lane after the other, until none is ready; holds one slot
   * meanwhile.
   */
  private void work(Lane first) {
    Lane lane = first;
    for (int records = 0; lane != null; records++) {
      if (records == RECORDS_A_THREAD) {
        start(lane); // with this thread's slot
        return;
      }
      SourceRecord record = begin(lane);
      Outcome outcome = deliver(record);
      lane = finish(lane, outcome);
      letGo(record, outcome);
    }
    slots.giveBack();
    // A lane that became ready between the last look and giving back found no slot: this one is it.
    ready.start();
  }

  private Outcome deliver(SourceRecord record) {
    try {
      return record.assignment().hasEnded() ? new Outcome.Interrupted() : delivery.apply(record);
    } catch (RuntimeException | Error e) {
      broken(record, e);
      return new Outcome.Interrupted();
    }
  }

  private void letGo(SourceRecord record, Outcome outcome) {
    try {
      turns.ended(record, outcome);
    } catch (RuntimeException | Error e) {
      broken(record, e);
    }
  }

  /**
   * A fault of this program. No record must be lost for it, nor passed by one behind it: it counts
   * as not ended, blocks the commit, and nothing more begins; liveness fails, so that a new process
   * reads it again.
   */
  private void broken(SourceRecord record, Throwable e) {
    fault = e;
    log.atError()
        .setCause(e)
        .addKeyValue(
            "record",
            record.record().topic() + "-" + record.record().partition() + "@" + record.offset())
        .log("delivery failed unexpectedly");
  }

  private SourceRecord begin(Lane lane) {
    lock.lock();
    try {
      lane.worker = Thread.currentThread();
      return lane.head();
    } finally {
      lock.unlock();
    }
  }

  /** Takes note of the end; returns the lane whose turn is next, or null. */
  private @Nullable Lane finish(Lane lane, Outcome outcome) {
    lock.lock();
    try {
      lanes.finish(lane, outcome);
      var ignored = Thread.interrupted(); // a cut was meant for this call, not for the next
      if (lane.isGone() && lane.key.assignment().hasEnded()) {
        laneGone.signalAll();
      }
      return fault != null || slots.isWantedBack() ? null : lanes.next();
    } finally {
      lock.unlock();
    }
  }
}
