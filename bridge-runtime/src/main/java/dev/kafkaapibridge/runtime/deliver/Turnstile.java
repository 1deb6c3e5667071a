package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.runtime.record.Assignment;
import java.util.ArrayDeque;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where lanes wait for leave to call: first come, first served. Only the first of them looks when
 * the next call may go; the others sleep until it has gone. So a rate that ten thousand lanes wait
 * for wakes one thread a call, not all of them each time. Owns the queue; safe for all lanes.
 */
public final class Turnstile {

  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Place> queue = new ArrayDeque<>();
  private volatile boolean free = true;

  /** Whether nobody waits: then there is no need to queue. */
  boolean isFree() {
    return free;
  }

  int waiting() {
    lock.lock();
    try {
      return queue.size();
    } finally {
      lock.unlock();
    }
  }

  /** Queues the calling thread, which must close its place. */
  Place join(Assignment assignment) {
    var place = new Place(Thread.currentThread(), assignment);
    assignment.wakeAtEnd(place.thread);
    lock.lock();
    try {
      free = false;
      queue.add(place);
      place.first = queue.peek() == place;
    } finally {
      lock.unlock();
    }
    return place;
  }

  /** One lane's place in the queue. */
  final class Place implements AutoCloseable {
    private final Thread thread;
    private final Assignment assignment;
    private volatile boolean first;

    private Place(Thread thread, Assignment assignment) {
      this.thread = thread;
      this.assignment = assignment;
    }

    boolean isFirst() {
      return first;
    }

    /** Sleeps until this place is first, the assignment has ended or the time is over. */
    void sleep(long nanos) throws InterruptedException {
      long until = System.nanoTime() + nanos;
      while (!first && !assignment.hasEnded()) {
        long left = until - System.nanoTime();
        if (left <= 0) {
          return;
        }
        LockSupport.parkNanos(this, left);
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
    }

    @Override
    public void close() {
      assignment.dontWake(thread);
      lock.lock();
      try {
        if (first) {
          queue.poll();
        } else {
          queue.remove(this);
        }
        Place next = queue.peek();
        free = next == null;
        if (next != null && !next.first) {
          next.first = true;
          LockSupport.unpark(next.thread);
        }
      } finally {
        lock.unlock();
      }
    }
  }
}
