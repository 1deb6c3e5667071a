package dev.kafkaapibridge.runtime.deliver;

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

  /** Gives up the caller's slot for the time of a wait. */
  void release() {
    free.release();
    whenFree.run();
  }

  /**
   * Takes a slot again after a wait. Uninterruptible: the caller must hold one slot whatever became
   * of its wait.
   */
  void takeAgain() {
    free.acquireUninterruptibly();
  }

  public int taken() {
    return size - free.availablePermits();
  }
}
