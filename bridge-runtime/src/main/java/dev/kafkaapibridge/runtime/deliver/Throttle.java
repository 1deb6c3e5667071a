package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.api.v1alpha1.RetrySpec;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;

/**
 * What a "slow down" means for the pod: {@code Retry-After} is obeyed, with one probe each {@code
 * maxRetryAfter}; without a hint the pod backs off by itself, longer each time until something is
 * accepted. A record that was limited spends no attempt. Safe for all lanes.
 */
public final class Throttle {

  /** While the configuration is wrong, one call in this time looks whether it was mended. */
  static final Duration MISCONFIGURED_PROBE = Duration.ofSeconds(10);

  private static final Duration UNTIL_MENDED = Duration.ofDays(365);

  private final Gate gate;
  private final RetrySchedule schedule;
  private final boolean honorRetryAfter;
  private final Duration maxRetryAfter;
  private final DoubleSupplier random;
  private final AtomicInteger limitedInARow = new AtomicInteger();

  public Throttle(Gate gate, RetrySchedule schedule, RetrySpec retry, DoubleSupplier random) {
    this.gate = gate;
    this.schedule = schedule;
    this.honorRetryAfter = retry.retryAfter() == RetrySpec.RetryAfter.Honor;
    this.maxRetryAfter = retry.maxRetryAfter();
    this.random = random;
  }

  /** How long the next call must wait; zero: it may go now. */
  Duration enter() {
    return gate.enter();
  }

  void learn(Verdict verdict) {
    switch (verdict) {
      case Verdict.RateLimited limited -> {
        int inARow = limitedInARow.incrementAndGet();
        Duration asked = limited.retryAfter();
        if (honorRetryAfter && asked != null) {
          // A little later than asked, and not all pods at the same instant.
          Duration wait =
              asked.plus(Duration.ofNanos((long) (asked.toNanos() * 0.1 * random.getAsDouble())));
          gate.close(wait, maxRetryAfter);
        } else {
          Duration wait = schedule.backoff(Math.min(inARow, 30), random);
          gate.close(wait, wait.plusMillis(1));
        }
      }
      case Verdict.TargetMisconfigured ignored -> gate.close(UNTIL_MENDED, MISCONFIGURED_PROBE);
      case Verdict.Accepted ignored -> works();
      case Verdict.RecordRefused ignored -> works();
      case Verdict.TargetFailed ignored -> {}
      case Verdict.Cut ignored -> {}
    }
  }

  private void works() {
    // Read before write: at full rate nothing is written here.
    if (limitedInARow.get() != 0) {
      limitedInARow.set(0);
    }
    gate.open();
  }
}
