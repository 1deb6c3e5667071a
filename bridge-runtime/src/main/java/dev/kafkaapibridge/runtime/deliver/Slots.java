package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.runtime.record.Assignment;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/**
 * How many deliveries run at once: {@code delivery.maxInFlight}. A delivery holds a slot while it
 * works and gives it up while it waits for a backoff, so that records that keep failing don't take
 * the room of those that would succeed. Safe for all threads.
 */
public final class Slots {

  private final Semaphore free;
  private final int size;
  private volatile Runnable whenFree = () -> {};

  public Slots(int size) {
    this.size = size;
    this.free = new Semaphore(size);
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
    return !free.hasQueuedThreads() && free.tryAcquire();
  }

  public boolean isWaitedFor() {
    return free.hasQueuedThreads();
  }

  public void giveBack() {
    free.release();
  }

  /**
   * Waits without the caller's slot, which another lane has meanwhile.
   *
   * @return false if the assignment ended meanwhile
   */
  boolean awaitWithout(Assignment assignment, Duration wait) throws InterruptedException {
    free.release();
    whenFree.run();
    try {
      return assignment.await(wait);
    } finally {
      // Uninterruptible: the caller holds a slot again whatever became of its wait.
      free.acquireUninterruptibly();
    }
  }

  public int taken() {
    return size - free.availablePermits();
  }
}
