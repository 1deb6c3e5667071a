package dev.kafkaapibridge.runtime.dispatch;

import dev.kafkaapibridge.api.v1alpha1.DeliverySpec.Ordering;
import dev.kafkaapibridge.runtime.deliver.BatchDelivery;
import dev.kafkaapibridge.runtime.deliver.Packing;
import dev.kafkaapibridge.runtime.deliver.Slots;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link Dispatcher} for batches: as many threads as there are {@link Slots} make items of records,
 * put them into batches, and send these. Owns the {@link RunLanes}; one lock guards them. A batch
 * that lingers has neither a slot nor a thread; one thread looks at the clock for all of them.
 */
public final class BatchDispatcher implements Dispatch {

  private static final Logger log = LoggerFactory.getLogger(BatchDispatcher.class);

  /** A thread does so many things before another takes its place (see {@link Dispatcher}). */
  private static final int STEPS_A_THREAD = 50;

  private final BatchDelivery delivery;
  private final Packing packing;
  private final Slots slots;
  private final LongSupplier nanoTime;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition laneGone = lock.newCondition();
  private final Leaving<RunLane> leaving =
      new Leaving<>(laneGone, RunLane::isGone, BatchDispatcher::cut);
  private final RunLanes lanes;
  private final ReadyWork<RunLanes.Work> ready;
  private final Lingering lingering;
  private final LoneLanes alone;
  private final WithinReach withinReach = new WithinReach();

  private volatile @Nullable Throwable fault;

  /**
   * @param maxWait the longest that a batch's first record waits for others
   */
  public BatchDispatcher(
      Ordering ordering,
      Duration maxWait,
      Slots slots,
      BatchDelivery delivery,
      LongSupplier nanoTime) {
    this.lanes =
        new RunLanes(ordering, delivery::room, delivery.takesOneOfALane(), maxWait.toNanos());
    this.slots = slots;
    this.delivery = delivery;
    this.packing = delivery.packing();
    this.nanoTime = nanoTime;
    this.ready = new ReadyWork<>(slots, this::next, this::isReady, this::start);
    this.lingering = new Lingering(lanes, lock, nanoTime, ready::start);
    this.alone =
        new LoneLanes(
            lanes.alighting(), packing, slots, lock, laneGone, this::broken, ready::start);
    slots.whenFree(ready::start);
  }

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

  @Override
  public @Nullable Throwable fault() {
    return fault;
  }

  @Override
  public List<Ended> takeEnded() {
    lock.lock();
    try {
      return lanes.takeEnded();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void awaitEnd(Set<Assignment> assignments, Duration bound) {
    lock.lock();
    try {
      lanes.alighting().giveBack(assignments);
      leaving.await(lanes.of(assignments), bound);
    } finally {
      lock.unlock();
    }
  }

  private static void cut(RunLane lane) {
    Batch batch = lane.batch;
    Thread worker = batch == null ? lane.worker : batch.calling ? batch.worker : null;
    if (worker != null) {
      worker.interrupt();
    }
  }

  private RunLanes.@Nullable Work next() {
    lock.lock();
    try {
      return fault == null ? lanes.next() : null;
    } catch (RuntimeException | Error e) {
      broken(e);
      return null;
    } finally {
      lock.unlock();
    }
  }

  private boolean isReady() {
    lock.lock();
    try {
      return fault == null && lanes.isReady();
    } finally {
      lock.unlock();
    }
  }

  private void start(RunLanes.Work work) {
    Thread.ofVirtual().name("batch").start(() -> work(work));
  }

  /** Does what there is to do until there is nothing; holds one slot meanwhile. */
  private void work(RunLanes.Work first) {
    RunLanes.Work work = first;
    for (int steps = 0; work != null; steps++) {
      if (steps == STEPS_A_THREAD) {
        start(work); // with this thread's slot
        return;
      }
      boolean othersToo = false;
      switch (work) {
        case RunLanes.Work.Send(var batch) -> send(batch);
        case RunLanes.Work.Alone(var lane, var record, var why) ->
            alone.endRefused(lane, record, why);
        case RunLanes.Work.Prepare(var portions) -> othersToo = prepare(portions);
      }
      work = slots.isWantedBack() ? null : next();
      if (othersToo) {
        // Not before: the batch that this thread has filled, it sends itself, for its processor
        // still has at hand what is in it.
        ready.start();
      }
    }
    slots.giveBack();
    // What became ready between the last look and giving back found no slot: this one is it.
    ready.start();
  }

  /** Whether there is more to do now. */
  private boolean prepare(List<RunLanes.Portion> portions) {
    try {
      withinReach.fetch(portions);
      portions.forEach(portion -> portion.prepare(packing));
    } catch (RuntimeException | Error e) {
      broken(e);
      return false; // its lanes stand still, and block the commit
    }
    return board(now -> lanes.boarding().board(portions, now));
  }

  /** Whether there is more to do now. */
  private boolean board(LongFunction<Boarding.Boarded> boarding) {
    Boarding.Boarded boarded;
    boolean more;
    lock.lock();
    try {
      long now = nanoTime.getAsLong();
      boarded = boarding.apply(now);
      more = lanes.isReady();
      lingering.boarded(now);
    } finally {
      lock.unlock();
    }
    boarded.skipped().forEach(packing::skipped);
    boarded
        .missing()
        .forEach(missing -> Thread.ofVirtual().name("lane").start(() -> find(missing)));
    return more;
  }

  /** A lane whose record can't be an item yet waits for that on a thread of its own. */
  private void find(Boarding.Missing missing) {
    slots.overdraw();
    try {
      missing.waiting().prepared = packing.await(missing.waiting().record);
      boolean ignored = board(now -> lanes.boarding().found(missing, now));
    } catch (InterruptedException | RuntimeException | Error e) {
      broken(e); // nobody interrupts it
    }
    slots.giveBack();
    ready.start();
  }

  private void send(Batch batch) {
    try {
      delivery.deliver(
          new LockedBatch(batch, lanes.alighting(), lock, laneGone, alone::start, ready::start));
    } catch (InterruptedException e) {
      // Who is left in it waits again.
    } catch (RuntimeException | Error e) {
      broken(e);
      return; // neither ended nor sent again: they block the commit
    }
    lock.lock();
    try {
      lanes.alighting().over(batch);
      var ignored = Thread.interrupted();
      laneGone.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * A fault of this program. Records must not be lost for it: they count as not ended, and liveness
   * fails, so that a new process reads them again.
   */
  private void broken(Throwable e) {
    fault = e;
    log.atError().setCause(e).log("delivery failed unexpectedly");
  }
}
