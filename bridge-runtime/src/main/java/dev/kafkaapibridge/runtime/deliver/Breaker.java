package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.api.v1alpha1.CircuitBreakerSpec;
import dev.kafkaapibridge.runtime.target.Verdict;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Keeps calls from a target that fails as a whole. Opens on failures, never on "slow down"; while
 * open, partitions are paused and records wait without spending an attempt. Resilience4j's breaker
 * as a plain object: asked before a call, told after it.
 */
public final class Breaker {

  private final CircuitBreaker breaker;
  private final boolean enabled;

  public Breaker(CircuitBreakerSpec spec) {
    enabled = spec.mode() == CircuitBreakerSpec.Mode.Enabled;
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
      case Verdict.Accepted ignored -> breaker.onSuccess(took.toNanos(), TimeUnit.NANOSECONDS);
      case Verdict.RecordRefused ignored -> breaker.onSuccess(took.toNanos(), TimeUnit.NANOSECONDS);
      case Verdict.TargetFailed failed ->
          breaker.onError(took.toNanos(), TimeUnit.NANOSECONDS, new CallFailed(failed));
      case Verdict.RateLimited ignored -> breaker.releasePermission();
      case Verdict.TargetMisconfigured ignored -> breaker.releasePermission();
      case Verdict.Cut ignored -> breaker.releasePermission();
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
