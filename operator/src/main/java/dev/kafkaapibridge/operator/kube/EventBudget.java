package dev.kafkaapibridge.operator.kube;

import java.time.Duration;
import java.time.Instant;

/**
 * How many events one object may cause: 25 at once, then one in five minutes, so that a thing that
 * flaps cannot flood the cluster. Owned by the reconcile of that object.
 */
public final class EventBudget {

  private static final int BURST = 25;
  private static final Duration REFILL = Duration.ofMinutes(5);

  private int left = BURST;
  private Instant refilledAt = Instant.EPOCH;

  /** Whether one more may be told. */
  public boolean take(Instant now) {
    long refills = Duration.between(refilledAt, now).dividedBy(REFILL);
    if (refills > 0) {
      left = (int) Math.min(BURST, left + refills);
      refilledAt =
          refilledAt.equals(Instant.EPOCH) ? now : refilledAt.plus(REFILL.multipliedBy(refills));
    }
    if (left == 0) {
      return false;
    }
    left--;
    return true;
  }
}
