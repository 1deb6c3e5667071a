package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.runtime.deliver.Failure.Cause;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Target;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Clock;
import java.time.Duration;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * One record's life, on the thread of its lane:
 *
 * <pre>
 *   prepare --> [ throttle --> breaker --> send --> verdict ] --Accepted-----------> Delivered
 *      |             ^                        |--RateLimited, TargetMisconfigured,
 *      |             |                        |  Redirected--------------------------> round again, no attempt spent
 *      |             +------- backoff --------|--TargetFailed--attempts spent-------> give up (onExhausted)
 *      +--can't be a request------------------|--RecordRefused----------------------> give up (onRefused)
 *                    at the gates or after a call: older than maxRecordAge ---------> give up (onExhausted)
 *                                                         assignment ended anywhere -> Interrupted
 * </pre>
 *
 * Each attempt pays the throttle first, so retries can't exceed the rate that the API's owner
 * agreed to; then it asks the breaker, so that our own queueing is never timed as the target's.
 * Waiting at either is not an attempt: an outage of an hour is no reason for a dead letter.
 */
public final class Delivery {

  /** How long a lane sleeps at an open breaker or a shut fence before it asks again. */
  private static final Duration ASK_AGAIN = Duration.ofMillis(100);

  /** Of a record that was given up before any call was made for it. */
  private static final Verdict NOT_CALLED =
      new Verdict.TargetFailed("-", "NotCalled", "no call could be made in time");

  private final Target target;
  private final Throttle throttle;
  private final Breaker breaker;
  private final RetrySchedule schedule;
  private final TargetEvidence evidence;
  private final GivingUp givingUp;
  private final Slots slots;
  private final DeliveryListener listener;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final DoubleSupplier random;

  public Delivery(
      Target target,
      Throttle throttle,
      Breaker breaker,
      RetrySchedule schedule,
      TargetEvidence evidence,
      GivingUp givingUp,
      Slots slots,
      DeliveryListener listener,
      Clock clock,
      LongSupplier nanoTime,
      DoubleSupplier random) {
    this.target = target;
    this.throttle = throttle;
    this.breaker = breaker;
    this.schedule = schedule;
    this.evidence = evidence;
    this.givingUp = givingUp;
    this.slots = slots;
    this.listener = listener;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.random = random;
  }

  /** Brings a record to its end; blocks as long as that takes. */
  public Outcome deliver(SourceRecord record) {
    Outcome outcome;
    try {
      outcome =
          switch (target.prepare(record)) {
            case Target.Prepared.Ready(var call) -> attempt(record, call);
            case Target.Prepared.Refused(var verdict) ->
                giveUp(record, attempts(), Cause.Refused, verdict);
          };
    } catch (InterruptedException e) {
      outcome = new Outcome.Interrupted();
    }
    listener.ended(record, outcome);
    return outcome;
  }

  private Outcome attempt(SourceRecord record, Target.Call call) throws InterruptedException {
    Attempts attempts = attempts();
    Verdict last = NOT_CALLED;
    while (true) {
      switch (passGates(record)) {
        case Passage.Ended ignored -> {
          return new Outcome.Interrupted();
        }
        case Passage.TooOld ignored -> {
          return giveUp(record, attempts, Cause.TooOld, last);
        }
        case Passage.Go(var pass) -> {
          attempts.sent(clock.instant());
          last = send(record, call, pass);
        }
      }
      switch (last) {
        case Verdict.Accepted ignored -> {
          return new Outcome.Delivered();
        }
        case Verdict.Cut ignored -> {
          return new Outcome.Interrupted();
        }
        case Verdict.RecordRefused ignored -> {
          return giveUp(record, attempts, Cause.Refused, last);
        }
        case Verdict.TargetFailed ignored -> {
          attempts.failed();
          if (!attempts.areSpent()
              && !slots.awaitWithout(record.assignment(), attempts.backoff(random))) {
            return new Outcome.Interrupted();
          }
          if (attempts.areSpent()) {
            return giveUp(record, attempts, Cause.AttemptsExhausted, last);
          }
        }
        case Verdict.RateLimited ignored -> {}
        case Verdict.TargetMisconfigured ignored -> {}
        case Verdict.Redirected ignored -> {}
      }
    }
  }

  /** How a record comes out of the waits before a call. */
  private sealed interface Passage {
    record Go(Throttle.Pass pass) implements Passage {}

    record Ended() implements Passage {}

    record TooOld() implements Passage {}
  }

  private Passage passGates(SourceRecord record) throws InterruptedException {
    while (!record.assignment().hasEnded()) {
      if (schedule.tooOld(record.record().timestamp(), clock.millis())) {
        return new Passage.TooOld();
      }
      if (!record.assignment().fenceIsOpen()) {
        record.assignment().await(ASK_AGAIN);
        continue;
      }
      switch (throttle.enter()) {
        // In short steps: the gate may open long before the time that it gave.
        case Throttle.Entry.Wait(var time) ->
            record.assignment().await(time.compareTo(ASK_AGAIN) < 0 ? time : ASK_AGAIN);
        case Throttle.Entry.Go(var pass) -> {
          if (breaker.enter()) {
            return new Passage.Go(pass);
          }
          throttle.giveBack(pass);
          record.assignment().await(ASK_AGAIN);
        }
      }
    }
    return new Passage.Ended();
  }

  private Verdict send(SourceRecord record, Target.Call call, Throttle.Pass pass) {
    long number = evidence.begin();
    long from = nanoTime.getAsLong();
    Verdict verdict = new Verdict.Cut("-"); // what a fault of this program counts as
    Duration took = Duration.ZERO;
    try {
      verdict = call.send();
    } finally {
      took = Duration.ofNanos(nanoTime.getAsLong() - from);
      breaker.learn(verdict, took);
      throttle.learn(pass, verdict);
    }
    if (verdict instanceof Verdict.Accepted) {
      evidence.accepted(number);
    }
    listener.answered(record, verdict, took);
    return verdict;
  }

  private Attempts attempts() {
    return new Attempts(schedule, evidence, breaker.isDisabled());
  }

  private Outcome giveUp(SourceRecord record, Attempts attempts, Cause cause, Verdict last)
      throws InterruptedException {
    return givingUp.of(record, attempts.failure(cause, last, clock.instant()));
  }
}
