package dev.kafkaapibridge.runtime.dispatch;

import dev.kafkaapibridge.runtime.deliver.Load;
import dev.kafkaapibridge.runtime.deliver.Outcome;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;

/** A batch as its delivery sees it: each step under the dispatcher's lock. */
final class LockedBatch implements Load {

  /** Starts what brings records of a lane, which have left the batch, to their ends. */
  interface Alone {
    void start(RunLane lane, List<Batch.Passenger> run, Function<Member, Ending> ending);
  }

  private final Batch batch;
  private final Alighting alighting;
  private final ReentrantLock lock;
  private final Condition laneGone;
  private final Alone alone;
  private final Runnable ready;

  /**
   * @param ready told that lanes may have become ready, while the batch goes on
   */
  LockedBatch(
      Batch batch,
      Alighting alighting,
      ReentrantLock lock,
      Condition laneGone,
      Alone alone,
      Runnable ready) {
    this.batch = batch;
    this.alighting = alighting;
    this.lock = lock;
    this.laneGone = laneGone;
    this.alone = alone;
    this.ready = ready;
  }

  @Override
  public List<Member> members() {
    return locked(() -> alighting.members(batch));
  }

  @Override
  public List<Member> close() {
    return locked(() -> alighting.close(batch));
  }

  @Override
  public List<Member> here(List<Member> of) {
    return locked(() -> alighting.here(batch, passengers(of)));
  }

  @Override
  public List<Member> begin(List<Member> of) {
    return locked(() -> {
      batch.calling = true;
      batch.worker = Thread.currentThread();
      return alighting.here(batch, passengers(of));
    });
  }

  @Override
  public void finish() {
    var stay =
        locked(() -> {
          batch.calling = false;
          var ignored = Thread.interrupted(); // a cut was meant for this call, not for the next
          return alighting.here(batch);
        });
    ready.run();
  }

  @Override
  public void ended(List<Member> members, Outcome outcome) {
    lock.lock();
    try {
      alighting.end(passengers(members), outcome);
      if (batch.hasEnding()) {
        laneGone.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long eldest() {
    lock.lock();
    try {
      return batch.eldest();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void leave(List<Member> members, Function<Member, Ending> ending) {
    lock.lock();
    try {
      alighting.leave(passengers(members)).forEach((lane, run) -> alone.start(lane, run, ending));
    } finally {
      lock.unlock();
    }
    ready.run();
  }

  private List<Member> locked(Supplier<List<Batch.Passenger>> step) {
    lock.lock();
    try {
      List<Member> found = List.copyOf(step.get());
      laneGone.signalAll(); // records whose assignments have ended may have gone
      return found;
    } finally {
      lock.unlock();
    }
  }

  /** It is from here that its delivery has them. */
  @SuppressWarnings("unchecked")
  private static List<Batch.Passenger> passengers(List<Member> members) {
    return (List<Batch.Passenger>) (List<?>) members;
  }
}
