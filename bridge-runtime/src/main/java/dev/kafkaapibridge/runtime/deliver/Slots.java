package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.runtime.record.Assignment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How many deliveries run at once: {@code delivery.maxInFlight}, or fewer ({@link CallsAtOnce}). A
 * delivery holds a slot while it works and gives it up while it waits, so that records that keep
 * failing don't take the room of those that would succeed. Owns the slots and the queue for them;
 * one lock guards both. Safe for all threads.
 *
 * <pre>
 *   tryTake --> holds a slot --without--> waits, its slot is another's --> queue, first come first served --> holds a slot
 *                                                    assignment ended, or cut ----------------------------> holds one too many
 * </pre>
 *
 * Nobody is in the queue while a slot is free. Fewer slots come about as deliveries end: none is
 * cut. Who has nothing to do but to end doesn't queue: a revocation must not last as long as the
 * calls of partitions that stay.
 */
public final class Slots {

  /** What is done without a slot. */
  interface Work<T> {
    T run() throws InterruptedException;
  }

  private static final class Waiter {
    final Thread thread = Thread.currentThread();
    volatile boolean served;
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Waiter> queue = new ArrayDeque<>();

  private int size;

  /** Below zero while there are holders too many; written under the lock. */
  private volatile int free;

  /** Of the queue; read by each delivery that ends, without the lock. */
  private volatile int waiting;

  private volatile Runnable whenFree = () -> {};

  public Slots(int size) {
    this.size = size;
    this.free = size;
  }

  /** What to do when a slot is given up while its holder waits: let another lane have it. */
  public void whenFree(Runnable action) {
    this.whenFree = action;
  }

  /**
   * Whoever waits to go on with a record comes before whoever would begin one, else a busy bridge
   * would never retry.
   */
  public boolean tryTake() {
    lock.lock();
    try {
      if (free <= 0) {
        return false;
      }
      free--;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Whether who holds one is to give it back rather than begin another record with it. */
  public boolean isWantedBack() {
    return waiting > 0 || free < 0;
  }

  /** So many from now on, one at the least. */
  public void allow(int slots) {
    lock.lock();
    try {
      free += slots - size;
      size = slots;
      while (free > 0 && !queue.isEmpty()) {
        serveFirst();
      }
    } finally {
      lock.unlock();
    }
    whenFree.run();
  }

  /** Takes one at once, too many where need be: for who has to end something, and calls nobody. */
  public void overdraw() {
    lock.lock();
    try {
      free--;
    } finally {
      lock.unlock();
    }
  }

  public void giveBack() {
    lock.lock();
    try {
      free++;
      if (free > 0 && !queue.isEmpty()) {
        serveFirst();
      }
    } finally {
      lock.unlock();
    }
  }

  private void serveFirst() {
    free--;
    Waiter first = queue.remove();
    waiting = queue.size();
    first.served = true;
    LockSupport.unpark(first.thread);
  }

  /**
   * Waits without the caller's slot, which another lane has meanwhile.
   *
   * @return false if the assignment ended meanwhile
   */
  boolean awaitWithout(Assignment assignment, Duration wait) throws InterruptedException {
    boolean goesOn = without(assignment, () -> assignment.await(wait));
    return goesOn && !assignment.hasEnded();
  }

  /**
   * Does what takes its time without the caller's slot; the caller holds one again afterwards,
   * whatever became of it.
   */
  <T> T without(Assignment assignment, Work<T> work) throws InterruptedException {
    giveBack();
    whenFree.run();
    try {
      return work.run();
    } finally {
      takeOrOverdraw(assignment);
    }
  }

  /**
   * Does without the caller's slot what is left to be done for a record, which calls nobody. The
   * caller holds one again at once, too many where need be.
   */
  <T> T atTheEnd(Work<T> work) throws InterruptedException {
    giveBack();
    whenFree.run();
    try {
      return work.run();
    } finally {
      overdraw();
    }
  }

  private void takeOrOverdraw(Assignment assignment) {
    var waiter = new Waiter();
    if (tookOrQueued(waiter)) {
      return;
    }
    assignment.wakeAtEnd(waiter.thread);
    try {
      while (!waiter.served && !assignment.hasEnded() && !waiter.thread.isInterrupted()) {
        LockSupport.park(this);
      }
    } finally {
      assignment.dontWake(waiter.thread);
      overdrawUnlessServed(waiter);
    }
  }

  /** True: took one. */
  private boolean tookOrQueued(Waiter waiter) {
    lock.lock();
    try {
      if (free > 0) {
        free--;
        return true;
      }
      queue.add(waiter);
      waiting = queue.size();
      return false;
    } finally {
      lock.unlock();
    }
  }

  private void overdrawUnlessServed(Waiter waiter) {
    lock.lock();
    try {
      if (!waiter.served) {
        queue.remove(waiter);
        waiting = queue.size();
        free--;
      }
    } finally {
      lock.unlock();
    }
  }

  public int taken() {
    lock.lock();
    try {
      return size - free;
    } finally {
      lock.unlock();
    }
  }
}
