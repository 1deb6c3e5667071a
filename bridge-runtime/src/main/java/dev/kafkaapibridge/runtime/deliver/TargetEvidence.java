package dev.kafkaapibridge.runtime.deliver;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How often the target has accepted a record: what tells a bad record from an outage. A failed call
 * counts against its record only if the target accepted some other record since this one's last
 * attempt; otherwise the target as a whole is failing, and records wait. That holds also at one
 * record a minute, where no breaker's window fills. Safe for all lanes.
 */
public final class TargetEvidence {

  private final AtomicLong accepted = new AtomicLong();

  void accepted() {
    accepted.incrementAndGet();
  }

  /** Counts up with each acceptance; to be compared with an earlier answer. */
  public long acceptances() {
    return accepted.get();
  }
}
