package dev.kafkaapibridge.runtime.dispatch;

import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One dispatch for several poll loops, so that their lanes take turns at the same slots: each loop
 * gets back the ends of what it has handed over, and of nothing else. Owns who has handed over
 * what; one lock guards it.
 */
public final class SharedDispatch {

  private final Dispatch all;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Assignment, Part> parts = new IdentityHashMap<>();

  public SharedDispatch(Dispatch all) {
    this.all = all;
  }

  /** For one more poll loop. */
  public Dispatch part() {
    return new Part();
  }

  private final class Part implements Dispatch {

    private List<Ended> ended = new ArrayList<>();

    @Override
    public void handOver(List<SourceRecord> records) {
      if (records.isEmpty()) {
        return;
      }
      lock.lock();
      try {
        parts.put(records.getFirst().assignment(), this); // they are of one partition
      } finally {
        lock.unlock();
      }
      all.handOver(records);
    }

    @Override
    public @Nullable Throwable fault() {
      return all.fault();
    }

    @Override
    public List<Ended> takeEnded() {
      lock.lock();
      try {
        sort();
        List<Ended> taken = ended;
        ended = new ArrayList<>(taken.size()); // about as many will have, until it is asked again
        return taken;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void awaitEnd(Set<Assignment> assignments, Duration bound) {
      all.awaitEnd(assignments, bound);
      lock.lock();
      try {
        sort();
        assignments.forEach(parts::remove);
      } finally {
        lock.unlock();
      }
    }
  }

  private void sort() {
    Assignment latest = null;
    Part part = null;
    for (Ended one : all.takeEnded()) {
      if (one.assignment() != latest) {
        latest = one.assignment();
        part = parts.get(latest);
      }
      // A call that was cut and did not end in time comes back when nobody waits for it any more.
      if (part != null) {
        part.ended.add(one);
      }
    }
  }
}
