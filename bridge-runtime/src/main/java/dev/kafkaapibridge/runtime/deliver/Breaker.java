package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.api.v1alpha1.CircuitBreakerSpec;
import dev.kafkaapibridge.runtime.target.Verdict;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps calls from a target that fails as a whole. Opens on failures, never on "slow down"; while
 * open, partitions are paused and records wait without spending an attempt. Resilience4j's breaker
 * as a plain object: asked before a call, told after it.
 */
public final class Breaker {

  private final CircuitBreaker breaker;
  private final boolean enabled;
  private final int outageAfter;
  private final AtomicInteger failedInARow = new AtomicInteger();

  public Breaker(CircuitBreakerSpec spec) {
    enabled = spec.mode() == CircuitBreakerSpec.Mode.Enabled;
    outageAfter = 2 * spec.minimumRequests();
    breaker =
        CircuitBreaker.of(
            "target",
            CircuitBreakerConfig.custom()
                .slidingWindowType(SlidingWindowType.TIME_BASED)
                .slidingWindowSize(Math.max(1, Math.toIntExact(spec.window().toSeconds())))
                .minimumNumberOfCalls(spec.minimumRequests())
                .failureRateThreshold(spec.failureRatePercent())
                // By itself, not with the next call: while the circuit is open nothing is fetched,
                // so there may be no next call.
                .automaticTransitionFromOpenToHalfOpenEnabled(true)
                .permittedNumberOfCallsInHalfOpenState(spec.halfOpenRequests())
                .waitIntervalFunctionInOpenState(
                    IntervalFunction.ofExponentialRandomBackoff(
                        spec.openDuration(), 2.0, 0.2, spec.maxOpenDuration()))
                .build());
  }

  /** Whether the next call may go. A yes must be followed by {@link #learn}. */
  boolean enter() {
    return !enabled || breaker.tryAcquirePermission();
  }

  void learn(Verdict verdict, Duration took) {
    if (!enabled) {
      return;
    }
    switch (verdict) {
      case Verdict.Accepted ignored -> succeeded(took);
      case Verdict.RecordRefused ignored -> succeeded(took);
      case Verdict.TargetFailed failed -> failed(failed, took);
      case Verdict.RateLimited ignored -> breaker.releasePermission();
      case Verdict.TargetMisconfigured ignored -> breaker.releasePermission();
      case Verdict.Redirected ignored -> breaker.releasePermission();
      case Verdict.Cut ignored -> breaker.releasePermission();
    }
  }

  private void succeeded(Duration took) {
    if (failedInARow.get() != 0) {
      failedInARow.set(0);
    }
    breaker.onSuccess(took.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void failed(Verdict.TargetFailed verdict, Duration took) {
    breaker.onError(took.toNanos(), TimeUnit.NANOSECONDS, new CallFailed(verdict));
    // Half a minute of successes before an outage would hold the rate down for as long again: so
    // many in a row are one, whatever the window
    // remembers.
    if (failedInARow.incrementAndGet() >= outageAfter
        && breaker.getState() == CircuitBreaker.State.CLOSED) {
      failedInARow.set(0);
      breaker.transitionToOpenState();
    }
  }

  /** Whether the user wants none: then every failure is an attempt. */
  boolean isDisabled() {
    return !enabled;
  }

  public boolean isOpen() {
    return enabled && breaker.getState() == CircuitBreaker.State.OPEN;
  }

  /** Closed, Open or HalfOpen. */
  public String state() {
    return switch (breaker.getState()) {
      case OPEN, FORCED_OPEN -> "Open";
      case HALF_OPEN -> "HalfOpen";
      case CLOSED, DISABLED, METRICS_ONLY -> "Closed";
    };
  }

  /** Resilience4j wants a throwable; this one costs no stack trace. */
  private static final class CallFailed extends Exception {
    CallFailed(Verdict.TargetFailed verdict) {
      super(verdict.reason(), null, false, false);
    }
  }
}
