package dev.kafkaapibridge.runtime.deliver;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * How much retries may add to the calls: so many percent of the records' first calls, and one a
 * second, both over the last ten seconds. An overloaded target is not made worse by those that come
 * back; what is beyond the budget waits. Safe for all lanes.
 */
public final class RetryBudget {

  private static final Duration STRETCH = Duration.ofSeconds(10);

  private enum Count {
    First,
    Retry
  }

  private final int percent;
  private final LongSupplier nanoTime;
  private final AtomicInteger waiting = new AtomicInteger();
  private final RollingCounts<Count> counts = new RollingCounts<>(Count.class, STRETCH);

  /**
   * @param percent 0 to 100; 100 is no limit
   */
  public RetryBudget(int percent, LongSupplier nanoTime) {
    this.percent = percent;
    this.nanoTime = nanoTime;
  }

  private boolean isUnlimited() {
    return percent >= 100;
  }

  /** A record is called for the first time. */
  public void first() {
    if (!isUnlimited()) {
      counts.count(Count.First, nanoTime.getAsLong());
    }
  }

  /** Takes leave for one retry; false: it has to wait. */
  public boolean tryRetry() {
    if (isUnlimited()) {
      return true;
    }
    synchronized (this) {
      long now = nanoTime.getAsLong();
      long allowed = STRETCH.toSeconds() + counts.sum(Count.First, now) * percent / 100;
      if (counts.sum(Count.Retry, now) >= allowed) {
        return false;
      }
      counts.count(Count.Retry, now);
      return true;
    }
  }

  /** One was refused and waits, until it is {@link #noLongerWaiting}. */
  void isWaiting() {
    waiting.incrementAndGet();
  }

  void noLongerWaiting() {
    waiting.decrementAndGet();
  }

  /** How many retries it holds back now. */
  public int waiting() {
    return waiting.get();
  }
}
