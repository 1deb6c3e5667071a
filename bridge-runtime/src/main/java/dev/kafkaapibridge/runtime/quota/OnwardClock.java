package dev.kafkaapibridge.runtime.quota;

import java.util.function.LongSupplier;

/**
 * Goes on evenly from what the wall clock said first, however that is set afterwards: a limit
 * counts the time that passed. Besides it knows how far the wall clock is ahead of it, for whatever
 * other processes read or do by the clock. Safe for all threads.
 *
 * <pre>
 *   wall clock   0  1  2  3  7  8  9  5  6     set ahead by 3, and back by 5
 *   this one     0  1  2  3  4  5  6  7  8     no call is paid twice, none is lost
 *   ahead        0  0  0  0  3  3  3 -2 -2
 * </pre>
 */
public final class OnwardClock implements LongSupplier {

  /** What the two may differ by before it is said, microseconds: no figure that trembles. */
  static final long UNSAID = 2_000;

  /** Whoever was stopped for longer between looking at the one and the other has seen nothing. */
  private static final long AT_ONCE = 500;

  private final LongSupplier wallMicros;
  private final LongSupplier nanoTime;
  private boolean began;
  private long first;
  private long firstAt;
  private long ahead;

  /**
   * @param wallMicros microseconds since 1970
   * @param nanoTime of a clock that runs evenly
   */
  public OnwardClock(LongSupplier wallMicros, LongSupplier nanoTime) {
    this.wallMicros = wallMicros;
    this.nanoTime = nanoTime;
  }

  /** Of which the wall clock never differs. */
  static OnwardClock of(LongSupplier micros) {
    return new OnwardClock(micros, () -> micros.getAsLong() * 1_000);
  }

  /** Microseconds, about those since 1970. */
  @Override
  public synchronized long getAsLong() {
    long before = nanoTime.getAsLong();
    long wall = wallMicros.getAsLong();
    long after = nanoTime.getAsLong();
    if (!began) {
      began = true;
      first = wall;
      firstAt = before;
    }
    long seen = wall - at(before);
    if (after - before <= AT_ONCE * 1_000 && Math.abs(seen - ahead) > UNSAID) {
      ahead = seen;
    }
    return at(after);
  }

  private long at(long nanos) {
    return first + (nanos - firstAt) / 1_000;
  }

  /** By how much the wall clock was ahead, when it was asked last. */
  public synchronized long wallIsAhead() {
    return ahead;
  }
}
