package dev.kafkaapibridge.runtime.dispatch;

import dev.kafkaapibridge.runtime.deliver.Load;
import dev.kafkaapibridge.runtime.deliver.Outcome;
import dev.kafkaapibridge.runtime.deliver.Packing;
import dev.kafkaapibridge.runtime.deliver.Parcel;
import dev.kafkaapibridge.runtime.deliver.Slots;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Records that come to their ends by themselves, each lane's one after the other: those that can be
 * no item, and those that have left their batch. Each step is under the dispatcher's lock, and what
 * takes its time is not.
 */
final class LoneLanes {

  private final Alighting alighting;
  private final Packing packing;
  private final Slots slots;
  private final ReentrantLock lock;
  private final Condition laneGone;
  private final Consumer<Throwable> broken;
  private final Runnable ready;

  /**
   * @param broken told of a fault of this program
   * @param ready told that lanes may have become ready
   */
  LoneLanes(
      Alighting alighting,
      Packing packing,
      Slots slots,
      ReentrantLock lock,
      Condition laneGone,
      Consumer<Throwable> broken,
      Runnable ready) {
    this.alighting = alighting;
    this.packing = packing;
    this.slots = slots;
    this.lock = lock;
    this.laneGone = laneGone;
    this.broken = broken;
    this.ready = ready;
  }

  /** The head of a lane can be no item; on the caller's thread, with its slot. */
  void endRefused(RunLane lane, SourceRecord record, Parcel.Refused why) {
    begin(lane);
    Outcome outcome = new Outcome.Interrupted();
    try {
      if (!record.assignment().hasEnded()) {
        outcome = packing.refused(record, why);
      }
    } catch (RuntimeException | Error e) {
      broken.accept(e);
    }
    lock.lock();
    try {
      alighting.endRefused(lane, record, outcome);
      var ignored = Thread.interrupted(); // a cut was meant for this lane
      laneGone.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** They have left their batch; on a thread of their own. */
  void start(RunLane lane, List<Batch.Passenger> run, Function<Load.Member, Load.Ending> ending) {
    Thread.ofVirtual().name("lane").start(() -> endAlone(lane, run, ending));
  }

  /** Records of one lane come to their ends by themselves, one after the other. */
  private void endAlone(
      RunLane lane, List<Batch.Passenger> run, Function<Load.Member, Load.Ending> ending) {
    slots.overdraw();
    begin(lane);
    try {
      for (Batch.Passenger passenger : run) {
        Optional<Outcome> outcome =
            passenger.record().assignment().hasEnded()
                ? Optional.of(new Outcome.Interrupted())
                : ending.apply(passenger).reach();
        if (outcome.isEmpty()) {
          break; // it waits again, and so do those behind it
        }
        lock.lock();
        try {
          alighting.end(passenger, outcome.get());
        } finally {
          lock.unlock();
        }
      }
    } catch (InterruptedException e) {
      // Its partition is given up.
    } catch (RuntimeException | Error e) {
      broken.accept(e);
      slots.giveBack();
      return; // its lane stands still, and blocks the commit
    }
    lock.lock();
    try {
      alighting.endAlone(lane);
      laneGone.signalAll();
    } finally {
      lock.unlock();
    }
    slots.giveBack();
    ready.run();
  }

  private void begin(RunLane lane) {
    lock.lock();
    try {
      lane.worker = Thread.currentThread();
    } finally {
      lock.unlock();
    }
  }
}
