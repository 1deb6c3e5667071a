package dev.kafkaapibridge.runtime.deliver;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What tells a bad record from an outage. A failed call counts against its record only once the
 * target has accepted some other call that began after the failure; otherwise the target as a whole
 * is failing, and records wait. That holds also at one record a minute, where no breaker's window
 * fills, and at the edges of an outage, where calls that began before it are still being accepted.
 * Safe for all lanes.
 */
public final class TargetEvidence {

  private final AtomicLong begun = new AtomicLong();
  private final AtomicLong latestAccepted = new AtomicLong();

  /** A call begins; its number, from 1. */
  public long begin() {
    return begun.incrementAndGet();
  }

  /** The call of that number was accepted. */
  public void accepted(long number) {
    if (latestAccepted.get() < number) {
      latestAccepted.accumulateAndGet(number, Math::max);
    }
  }

  /** The number of the latest call that has begun: a failure's place in time. */
  long now() {
    return begun.get();
  }

  /** Whether a call that began after {@code place} was accepted. */
  boolean acceptedSince(long place) {
    return latestAccepted.get() > place;
  }

  /** Whether anything was accepted since the process began. */
  public boolean acceptedEver() {
    return latestAccepted.get() > 0;
  }
}
