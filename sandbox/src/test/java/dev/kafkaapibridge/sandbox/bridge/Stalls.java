package dev.kafkaapibridge.sandbox.bridge;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How long this machine lets a thread wait that wants to run: what a test may not blame on a bridge
 * that runs beside it. Owns its thread.
 */
final class Stalls implements AutoCloseable {

  private final AtomicLong longest = new AtomicLong();
  private final Thread watching = Thread.ofPlatform().daemon().start(this::watch);

  private void watch() {
    long before = System.nanoTime();
    while (!Thread.currentThread().isInterrupted()) {
      try {
        Thread.sleep(1);
      } catch (InterruptedException e) {
        return;
      }
      long now = System.nanoTime();
      longest.accumulateAndGet(now - before - 1_000_000, Math::max);
      before = now;
    }
  }

  Duration longest() {
    return Duration.ofNanos(longest.get());
  }

  @Override
  public void close() {
    watching.interrupt();
  }
}
