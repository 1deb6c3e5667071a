package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.api.v1alpha1.RetrySpec;
import dev.kafkaapibridge.runtime.pace.Pace;
import dev.kafkaapibridge.runtime.quota.Purse;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * When the next call may go. Asks several holds, each of which may say wait:
 *
 * <pre>
 *   configuration   wrong: one call in ten seconds looks whether it was mended
 *   slow down       the target asked for it: Retry-After is obeyed, with one probe each maxRetryAfter; where it accepts
 *                   nothing, or no rate is learned, the pod backs off by itself, longer each time until something is accepted
 *   flood           most records are refused: one in fifteen seconds is tried
 *   learned rate    what the target was found to take, or says that it takes
 *   declared limit  delivery.rateLimit
 * </pre>
 *
 * It never blocks and has no clock of its own: who has to wait is told how long. Safe for all
 * lanes; takes no lock while all are open and no limit is known.
 */
public final class Throttle {

  /** While the configuration is wrong, one call in this time looks whether it was mended. */
  static final Duration MISCONFIGURED_PROBE = Duration.ofSeconds(10);

  /** So many calls in a row, for so long: then the target accepts nothing at all. */
  private static final int NOTHING = 10;

  private static final Duration NOTHING_FOR = Duration.ofSeconds(2);

  private static final Duration UNTIL_MENDED = Duration.ofDays(365);

  public sealed interface Entry {
    record Go(Pass pass) implements Entry {}

    record Wait(Duration time, Hold hold) implements Entry {}
  }

  /** Leave for one call; given to {@link #learn} or back. */
  public record Pass(
      Gate.Pass configuration,
      Gate.Pass slowDown,
      Gate.Pass flood,
      Pace.Pass pace,
      Purse.Pass paid) {}

  private final Gate configuration;
  private final Gate slowDown;
  private final FloodGuard flood;
  private final Pace pace;
  private final Purse purse;
  private final RetrySchedule schedule;
  private final boolean honorRetryAfter;
  private final Duration maxRetryAfter;
  private final DoubleSupplier random;
  private final LongSupplier nanoTime;
  private final AtomicInteger limitedInARow = new AtomicInteger();

  /** Answers without a hint that limited a call, since the last acceptance. */
  private final AtomicInteger noneAccepted = new AtomicInteger();

  private volatile long noneAcceptedSince;

  /**
   * @param deadLettersRefused whether what the target refuses goes to a dead-letter topic
   * @param pace the rate that is learned
   * @param purse pays for each call where a limit is declared
   * @param flood told true when most records are refused, false when that is over
   */
  public Throttle(
      RetrySchedule schedule,
      RetrySpec retry,
      boolean deadLettersRefused,
      Pace pace,
      Purse purse,
      Consumer<Boolean> flood,
      DoubleSupplier random,
      LongSupplier nanoTime) {
    this.configuration = new Gate(nanoTime);
    this.slowDown = new Gate(nanoTime);
    this.flood = new FloodGuard(deadLettersRefused, flood, nanoTime);
    this.pace = pace;
    this.purse = purse;
    this.nanoTime = nanoTime;
    this.schedule = schedule;
    this.honorRetryAfter = retry.retryAfter() == RetrySpec.RetryAfter.Honor;
    this.maxRetryAfter = retry.maxRetryAfter();
    this.random = random;
  }

  public Entry enter() {
    return switch (configuration.enter()) {
      case Gate.Entry.Wait(var time) -> new Entry.Wait(time, Hold.Configuration);
      case Gate.Entry.Go(var configured) -> enterSlowDown(configured);
    };
  }

  private Entry enterSlowDown(Gate.Pass configured) {
    return switch (slowDown.enter()) {
      case Gate.Entry.Wait(var time) -> {
        configuration.giveBack(configured);
        yield new Entry.Wait(time, Hold.SlowDown);
      }
      case Gate.Entry.Go(var limited) -> enterFlood(configured, limited);
    };
  }

  private Entry enterFlood(Gate.Pass configured, Gate.Pass limited) {
    return switch (flood.enter()) {
      case Gate.Entry.Wait(var time) -> {
        configuration.giveBack(configured);
        slowDown.giveBack(limited);
        yield new Entry.Wait(time, Hold.Flood);
      }
      case Gate.Entry.Go(var tried) -> enterPace(configured, limited, tried);
    };
  }

  private Entry enterPace(Gate.Pass configured, Gate.Pass limited, Gate.Pass tried) {
    return switch (pace.enter()) {
      case Pace.Entry.Wait(var time) -> {
        giveBack(configured, limited, tried);
        yield new Entry.Wait(time, Hold.LearnedRate);
      }
      case Pace.Entry.Go(var paced) -> pay(configured, limited, tried, paced);
    };
  }

  private Entry pay(Gate.Pass configured, Gate.Pass limited, Gate.Pass tried, Pace.Pass paced) {
    return switch (purse.enter()) {
      case Purse.Entry.Wait(var time) -> {
        pace.giveBack(paced);
        giveBack(configured, limited, tried);
        yield new Entry.Wait(time, Hold.RateLimit);
      }
      case Purse.Entry.Go(var paid) ->
          new Entry.Go(new Pass(configured, limited, tried, paced, paid));
    };
  }

  /** The call didn't happen. */
  public void giveBack(Pass pass) {
    purse.ended(pass.paid());
    pace.giveBack(pass.pace());
    giveBack(pass.configuration(), pass.slowDown(), pass.flood());
  }

  private void giveBack(Gate.Pass configured, Gate.Pass limited, Gate.Pass tried) {
    configuration.giveBack(configured);
    slowDown.giveBack(limited);
    flood.giveBack(tried);
  }

  /** The call is about to be written; false: it may not be any more. */
  public boolean leaves(Pass pass) {
    return purse.leaves(pass.paid());
  }

  public void learn(Pass pass, Verdict verdict) {
    learn(pass, verdict, Heard.of(verdict, 1), false);
  }

  /**
   * @param verdict of the whole call
   * @param replayed what was refused before and is refused again is no flood: it would stop those
   *     that come for the first time
   */
  void learn(Pass pass, Verdict verdict, Heard heard, boolean replayed) {
    purse.ended(pass.paid());
    if (replayed && verdict instanceof Verdict.RecordRefused) {
      flood.giveBack(pass.flood());
    } else {
      flood.learn(pass.flood(), verdict, replayed ? heard.withoutRefused() : heard);
    }
    switch (verdict) {
      case Verdict.Accepted ignored -> works(pass);
      case Verdict.RecordRefused ignored -> works(pass);
      case Verdict.RateLimited limited -> {
        configuration.open(pass.configuration());
        slowDown(pass, limited.retryAfter());
      }
      case Verdict.TargetMisconfigured ignored -> {
        configuration.close(pass.configuration(), UNTIL_MENDED, MISCONFIGURED_PROBE);
      }
      // A probe that failed was one: the next goes when it is time again.
      case Verdict.TargetFailed ignored -> {}
      case Verdict.Again ignored -> notToItsEnd(pass);
      case Verdict.Cut ignored -> notToItsEnd(pass);
    }
  }

  /** Somebody was told to slow down, or that it may not, and that is meant for its lane alone. */
  void learnOfLane(Pass pass, Verdict verdict) {
    purse.ended(pass.paid());
    if (!(verdict instanceof Verdict.TargetMisconfigured)) {
      configuration.open(pass.configuration());
    } // A probe that may not was one: whether others may again, the next one shows.
    slowDown.giveBack(pass.slowDown());
    flood.giveBack(pass.flood());
  }

  /** The target hasn't said yet what it makes of the record. */
  private void notToItsEnd(Pass pass) {
    configuration.giveBack(pass.configuration());
    slowDown.giveBack(pass.slowDown());
  }

  /**
   * How long to wait for a "slow down".
   *
   * @param asked by the target; null: it gave no hint
   * @param inARow how often it was said running, this time included
   */
  Duration waitFor(@Nullable Duration asked, int inARow) {
    // "Now" is no answer to "too much": a target that says so gets the pod's own backoff.
    if (honorRetryAfter && asked != null && asked.isPositive()) {
      // A little later than asked, and not all pods at the same instant.
      return asked.plus(Duration.ofNanos((long) (asked.toNanos() * 0.1 * random.getAsDouble())));
    }
    return schedule.backoff(inARow, random);
  }

  /** The same for one lane, which looks again at least each {@code maxRetryAfter}. */
  Duration laneWaitFor(@Nullable Duration asked, int inARow) {
    Duration wait = waitFor(asked, inARow);
    return wait.compareTo(maxRetryAfter) < 0 ? wait : maxRetryAfter;
  }

  private void slowDown(Pass pass, @Nullable Duration asked) {
    boolean hint = honorRetryAfter && asked != null && asked.isPositive();
    pace.limited(pass.pace());
    if (pace.learns() && !hint && !acceptsNothing()) {
      return; // the rate is lower from now on, and that is all it takes
    }
    Duration wait = waitFor(asked, limitedInARow.get() + 1);
    if (slowDown.close(pass.slowDown(), wait, maxRetryAfter) && !hint) {
      limitedInARow.incrementAndGet();
    }
  }

  /** A rate that is only just too high is met by acceptances too. */
  private boolean acceptsNothing() {
    long now = nanoTime.getAsLong();
    if (noneAccepted.incrementAndGet() == 1) {
      noneAcceptedSince = now;
    }
    return noneAccepted.get() >= NOTHING && now - noneAcceptedSince >= NOTHING_FOR.toNanos();
  }

  private void works(Pass pass) {
    pace.accepted(pass.pace());
    if (noneAccepted.get() != 0) {
      noneAccepted.set(0);
    }
    configuration.open(pass.configuration());
    if (slowDown.open(pass.slowDown()) && limitedInARow.get() != 0) {
      limitedInARow.set(0);
    }
  }

  /** When a "slow down" lets calls go on, or null while none is in force. */
  public @Nullable Instant closedUntil(Instant now) {
    return slowDown.closedUntil(now);
  }
}
