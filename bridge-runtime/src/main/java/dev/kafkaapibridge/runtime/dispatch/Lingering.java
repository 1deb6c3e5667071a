package dev.kafkaapibridge.runtime.dispatch;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Looks at the clock for batches that linger: one thread for all of them, as long as there are any.
 * Guarded by the dispatcher's lock.
 */
final class Lingering {

  /** Between two looks at the least. */
  private static final long LEAST_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

  private final RunLanes lanes;
  private final ReentrantLock lock;
  private final LongSupplier nanoTime;
  private final Runnable ready;

  /** Whether there is that thread. */
  private boolean watched;

  /**
   * @param ready told that batches may have become due
   */
  Lingering(RunLanes lanes, ReentrantLock lock, LongSupplier nanoTime, Runnable ready) {
    this.lanes = lanes;
    this.lock = lock;
    this.nanoTime = nanoTime;
    this.ready = ready;
  }

  /** Records may have joined batches; with the lock held. */
  void boarded(long now) {
    if (!watched && lanes.linger(now) >= 0) {
      watched = true;
      Thread.ofVirtual().name("linger").start(this::watch);
    }
  }

  /** Until nobody lingers. */
  private void watch() {
    while (true) {
      long wait;
      lock.lock();
      try {
        wait = lanes.linger(nanoTime.getAsLong());
        watched = wait >= 0;
      } finally {
        lock.unlock();
      }
      ready.run();
      if (wait < 0) {
        return;
      }
      LockSupport.parkNanos(Math.max(wait, LEAST_NANOS));
    }
  }
}
