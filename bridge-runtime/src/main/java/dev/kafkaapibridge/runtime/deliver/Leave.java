package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.runtime.record.Past;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Leave to call the target: first the throttle is paid, so that retries can't exceed the rate that
 * the API's owner agreed to; then the breaker is asked, so that our own queueing is never timed as
 * the target's. Who has to wait queues at the {@link Turnstile}. Safe for all lanes.
 */
public final class Leave {

  /** The longest that the first in the queue sleeps: a gate may open before the time it gave. */
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  private static final Verdict NOTHING = new Verdict.Cut("-");

  private static final Duration CIRCUIT_AGAIN = Duration.ofMillis(200);

  private static final Wait PAUSED = new Wait(Duration.ofMillis(100), Hold.Paused);
  private static final Wait NO_MEMBER = new Wait(Duration.ofMillis(100), Hold.Membership);

  /** What one look at throttle and breaker yields. */
  sealed interface Look {}

  record Wait(Duration time, Hold hold) implements Look {}

  /** How a record comes out of the waits before a call. */
  sealed interface Answer extends Look {
    /**
     * @param past of the record that goes
     */
    record Go(Throttle.Pass throttle, Breaker.Pass breaker, CallsAtOnce.Pass atOnce, Past past)
        implements Answer {}

    record Ended() implements Answer {}

    record TooOld() implements Answer {}

    /** The circuit is open, and records are diverted meanwhile. */
    record Divert() implements Answer {}

    /**
     * It may not be called for now, and others, who may or are diverted, must not queue behind it:
     * it asks again after so long, and has no slot meanwhile.
     */
    record Later(Duration time) implements Answer {}
  }

  private final Throttle throttle;
  private final Breaker breaker;
  private final CallsAtOnce callsAtOnce;
  private final RetrySchedule schedule;
  private final Turnstile turnstile = new Turnstile();
  private final BooleanSupplier paused;
  private final DeliveryListener listener;
  private final Clock clock;
  private final LongSupplier nanoTime;

  /** Records in the queue of which none has failed. */
  private final AtomicInteger freshWaiting = new AtomicInteger();

  /** What held back the first in the queue when it looked last, and so all behind it. */
  private volatile Hold hold = Hold.RateLimit;

  /** How long there was a first in the queue that was held back, in nanoseconds by the hold. */
  private final AtomicLongArray stood = new AtomicLongArray(Hold.values().length);

  /** While {@code paused} says so no record gets leave, and none becomes too old. */
  public Leave(
      Throttle throttle,
      Breaker breaker,
      CallsAtOnce callsAtOnce,
      RetrySchedule schedule,
      BooleanSupplier paused,
      DeliveryListener listener,
      Clock clock,
      LongSupplier nanoTime) {
    this.throttle = throttle;
    this.breaker = breaker;
    this.callsAtOnce = callsAtOnce;
    this.schedule = schedule;
    this.paused = paused;
    this.listener = listener;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /**
   * Blocks until there is leave, or a reason why there won't be.
   *
   * @param hasFailed whether a call for it has failed since it was read here
   */
  Answer await(SourceRecord record, boolean hasFailed) throws InterruptedException {
    boolean suspect = hasFailed || record.past().comesAgain();
    if (turnstile.isFree()) {
      switch (look(record, suspect)) {
        case Answer answer -> {
          return answer;
        }
        case Wait wait -> hold = wait.hold();
      }
    }
    long from = nanoTime.getAsLong();
    try {
      return queue(record, suspect);
    } finally {
      listener.heldBack(record, hold, Duration.ofNanos(nanoTime.getAsLong() - from));
    }
  }

  /** How many records wait for leave, each with a slot. */
  public int waiting() {
    return turnstile.waiting();
  }

  /**
   * How long calls stood still for it since the start. One is first in the queue at a time, so it
   * is time as it passes for people, however many wait.
   */
  public Duration stood(Hold by) {
    return Duration.ofNanos(stood.get(by.ordinal()));
  }

  private Answer queue(SourceRecord record, boolean suspect) throws InterruptedException {
    if (suspect) {
      return stand(record, true);
    }
    freshWaiting.incrementAndGet();
    try {
      return stand(record, false);
    } finally {
      freshWaiting.decrementAndGet();
    }
  }

  private Answer stand(SourceRecord record, boolean suspect) throws InterruptedException {
    try (var place = turnstile.join(record.assignment())) {
      while (true) {
        if (place.isFirst()) {
          switch (look(record, suspect)) {
            case Wait(var time, var why) -> {
              hold = why;
              Duration wait = time.compareTo(LOOK_AGAIN) < 0 ? time : LOOK_AGAIN;
              long from = nanoTime.getAsLong();
              var alive = record.assignment().await(wait); // the next look sees whether it ended
              stood.addAndGet(why.ordinal(), nanoTime.getAsLong() - from);
            }
            case Answer answer -> {
              return answer;
            }
          }
        } else if (record.assignment().hasEnded()) {
          return new Answer.Ended();
        } else if (paused.getAsBoolean()) {
          place.sleep(PAUSED.time().toNanos());
        } else {
          long left = schedule.millisLeft(record.agesSince(), clock.millis());
          if (left == 0) {
            return new Answer.TooOld();
          }
          place.sleep(Duration.ofMillis(Math.min(left, 3_600_000)).toNanos());
        }
      }
    }
  }

  private Look look(SourceRecord record, boolean suspect) {
    if (record.assignment().hasEnded()) {
      return new Answer.Ended();
    }
    if (paused.getAsBoolean()) {
      return PAUSED;
    }
    if (schedule.tooOld(record.agesSince(), clock.millis())) {
      return new Answer.TooOld();
    }
    boolean again = record.past().comesAgain();
    if (!record.assignment().fenceIsOpen()) {
      // Retries and replays have groups of their own: what is wrong with those must not hold up
      // others.
      return again ? new Answer.Later(NO_MEMBER.time()) : NO_MEMBER;
    }
    if (breaker.diverts()) {
      return again ? new Answer.Later(CIRCUIT_AGAIN) : new Answer.Divert();
    }
    if (suspect && !breaker.isClosed() && (freshWaiting.get() > 0 || breaker.othersFirst())) {
      return new Answer.Later(CIRCUIT_AGAIN);
    }
    return switch (throttle.enter()) {
      case Throttle.Entry.Wait(var time, var why) -> new Wait(time, why);
      case Throttle.Entry.Go(var paid) ->
          switch (breaker.enter()) {
            case Breaker.Entry.Go(var asked) ->
                new Answer.Go(paid, asked, callsAtOnce.begins(asked.closed()), record.past());
            case Breaker.Entry.Wait(var time) -> {
              throttle.giveBack(paid);
              // With their slots and places, those that failed before would keep all others from
              // being the probes that succeed.
              yield suspect && !breaker.isClosed()
                  ? new Answer.Later(CIRCUIT_AGAIN)
                  : new Wait(time, Hold.Circuit);
            }
          };
    };
  }

  /** The call is about to be written; false: it may not be any more. */
  boolean leaves(Answer.Go go) {
    return throttle.leaves(go.throttle());
  }

  /**
   * @param lanesAlone a "slow down" or a "you may not" that is meant for the record's lane alone
   */
  void learn(Answer.Go go, Verdict verdict, Duration took, boolean lanesAlone) {
    learn(go, verdict, Heard.of(verdict, 1), took, lanesAlone);
  }

  /**
   * @param verdict of the whole call
   */
  void learn(Answer.Go go, Verdict verdict, Heard heard, Duration took, boolean lanesAlone) {
    if (go.past().isRetry()
        && verdict instanceof Verdict.TargetFailed
        && breaker.hasWorkedLately()) {
      // What has failed in place and fails again says little of a target that works for others; a
      // few hundred that are due together would open the circuit for all of them.
      callsAtOnce.ended(go.atOnce(), NOTHING, Duration.ZERO);
    } else {
      breaker.learn(go.breaker(), verdict, took);
      callsAtOnce.ended(go.atOnce(), verdict, took);
    }
    if (lanesAlone) {
      throttle.learnOfLane(go.throttle(), verdict);
    } else {
      throttle.learn(go.throttle(), verdict, heard, go.past().isReplay());
    }
  }

  /** How long a lane waits that is limited alone. */
  Duration laneWait(Verdict.RateLimited limited, int inARow) {
    return throttle.laneWaitFor(limited.retryAfter(), inARow);
  }

  boolean isPaused() {
    return paused.getAsBoolean();
  }

  boolean everyFailureCounts() {
    return breaker.isDisabled();
  }
}
