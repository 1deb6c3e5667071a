package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.api.v1alpha1.RetrySpec;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * When the next call may go, as far as the target or its configuration decides. "Slow down" closes
 * the pod: {@code Retry-After} is obeyed, with one probe each {@code maxRetryAfter}; without a hint
 * the pod backs off by itself, longer each time until something is accepted. A wrong configuration
 * closes it until a probe shows that it was mended. Safe for all lanes.
 */
public final class Throttle {

  /** While the configuration is wrong, one call in this time looks whether it was mended. */
  static final Duration MISCONFIGURED_PROBE = Duration.ofSeconds(10);

  private static final Duration UNTIL_MENDED = Duration.ofDays(365);

  sealed interface Entry {
    record Go(Pass pass) implements Entry {}

    record Wait(Duration time) implements Entry {}
  }

  /** Leave for one call; given to {@link #learn} or back. */
  record Pass(Gate.Pass limit, Gate.Pass configuration) {}

  private final Gate limit;
  private final Gate configuration;
  private final RetrySchedule schedule;
  private final boolean honorRetryAfter;
  private final Duration maxRetryAfter;
  private final DoubleSupplier random;
  private final AtomicInteger limitedInARow = new AtomicInteger();

  public Throttle(
      RetrySchedule schedule, RetrySpec retry, DoubleSupplier random, LongSupplier nanoTime) {
    this.limit = new Gate(nanoTime);
    this.configuration = new Gate(nanoTime);
    this.schedule = schedule;
    this.honorRetryAfter = retry.retryAfter() == RetrySpec.RetryAfter.Honor;
    this.maxRetryAfter = retry.maxRetryAfter();
    this.random = random;
  }

  Entry enter() {
    return switch (configuration.enter()) {
      case Gate.Entry.Wait(var time) -> new Entry.Wait(time);
      case Gate.Entry.Go(var configured) ->
          switch (limit.enter()) {
            case Gate.Entry.Go(var limited) -> new Entry.Go(new Pass(limited, configured));
            case Gate.Entry.Wait(var time) -> {
              configuration.giveBack(configured);
              yield new Entry.Wait(time);
            }
          };
    };
  }

  /** The call didn't happen. */
  void giveBack(Pass pass) {
    limit.giveBack(pass.limit());
    configuration.giveBack(pass.configuration());
  }

  void learn(Pass pass, Verdict verdict) {
    switch (verdict) {
      case Verdict.Accepted ignored -> works(pass);
      case Verdict.RecordRefused ignored -> works(pass);
      case Verdict.RateLimited(var code, var retryAfter, var reason) -> {
        configuration.open(pass.configuration());
        slowDown(pass, honorRetryAfter ? retryAfter : null);
      }
      case Verdict.TargetMisconfigured ignored ->
          configuration.close(pass.configuration(), UNTIL_MENDED, MISCONFIGURED_PROBE);
      case Verdict.TargetFailed ignored -> giveBack(pass);
      case Verdict.Redirected ignored -> giveBack(pass);
      case Verdict.Cut ignored -> giveBack(pass);
    }
  }

  private void slowDown(Pass pass, @Nullable Duration asked) {
    // "Now" is no answer to "too much": a target that says so gets the pod's own backoff.
    if (asked != null && asked.isPositive()) {
      // A little later than asked, and not all pods at the same instant.
      Duration wait =
          asked.plus(Duration.ofNanos((long) (asked.toNanos() * 0.1 * random.getAsDouble())));
      limit.close(pass.limit(), wait, maxRetryAfter);
    } else {
      Duration wait = schedule.backoff(limitedInARow.get() + 1, random);
      if (limit.close(pass.limit(), wait, maxRetryAfter)) {
        limitedInARow.incrementAndGet();
      }
    }
  }

  private void works(Pass pass) {
    configuration.open(pass.configuration());
    if (limit.open(pass.limit())) {
      limitedInARow.set(0);
    }
  }

  /** When a "slow down" lets calls go on, or null while none is in force. */
  public @Nullable Instant closedUntil(Instant now) {
    return limit.closedUntil(now);
  }
}
