package dev.kafkaapibridge.runtime.quota;

import java.util.function.LongSupplier;

/**
 * The wall clock, but it never goes back: where the wall clock was set back, this one runs at half
 * its speed until both agree again. A limit counted by it is kept the more strictly meanwhile. Safe
 * for all threads.
 */
public final class OnwardClock implements LongSupplier {

  private final LongSupplier wallMicros;
  private final LongSupplier nanoTime;
  private long shown = Long.MIN_VALUE;
  private long shownAt;

  /**
   * @param wallMicros microseconds since 1970
   * @param nanoTime of a clock that runs evenly
   */
  public OnwardClock(LongSupplier wallMicros, LongSupplier nanoTime) {
    this.wallMicros = wallMicros;
    this.nanoTime = nanoTime;
  }

  /** Microseconds since 1970. */
  @Override
  public synchronized long getAsLong() {
    long wall = wallMicros.getAsLong();
    long now = nanoTime.getAsLong();
    if (wall >= shown) {
      shown = wall;
      shownAt = now;
    } else {
      long half = (now - shownAt) / 2_000;
      shown += half;
      shownAt += half * 2_000;
    }
    return shown;
  }
}
