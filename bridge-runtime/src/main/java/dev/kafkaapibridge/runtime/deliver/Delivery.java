package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.runtime.deliver.Failure.Cause;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Target;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.DoubleSupplier;

/**
 * One record's life, on the thread of its lane:
 *
 * <pre>
 *   prepare --> [ throttle --> breaker --> send --> verdict ] --Accepted-----------> Delivered
 *      |             ^                        |--RateLimited, TargetMisconfigured---> round again, no attempt spent
 *      |             +------- backoff --------|--TargetFailed--attempts spent, old--> give up (onExhausted)
 *      +--can't be a request------------------|--RecordRefused----------------------> give up (onRefused)
 *                                                         assignment ended anywhere -> Interrupted
 * </pre>
 *
 * Each attempt pays the throttle first, so retries can't exceed the rate that the API's owner
 * agreed to; then it asks the breaker, so that our own queueing is never timed as the target's.
 * Waiting at either is not an attempt: an outage of an hour is no reason for a dead letter.
 */
public final class Delivery {

  /** How long a lane sleeps at an open breaker before it asks again. */
  private static final Duration BREAKER_WAIT = Duration.ofMillis(100);

  private final Target target;
  private final Throttle throttle;
  private final Breaker breaker;
  private final RetrySchedule schedule;
  private final TargetEvidence evidence;
  private final GivingUp givingUp;
  private final DeliveryListener listener;
  private final Clock clock;
  private final DoubleSupplier random;

  public Delivery(
      Target target,
      Throttle throttle,
      Breaker breaker,
      RetrySchedule schedule,
      TargetEvidence evidence,
      GivingUp givingUp,
      DeliveryListener listener,
      Clock clock,
      DoubleSupplier random) {
    this.target = target;
    this.throttle = throttle;
    this.breaker = breaker;
    this.schedule = schedule;
    this.evidence = evidence;
    this.givingUp = givingUp;
    this.listener = listener;
    this.clock = clock;
    this.random = random;
  }

  /** Brings a record to its end; blocks as long as that takes. */
  public Outcome deliver(SourceRecord record) {
    Outcome outcome;
    try {
      outcome = attempt(record);
    } catch (InterruptedException e) {
      outcome = new Outcome.Interrupted();
    }
    listener.ended(record, outcome);
    return outcome;
  }

  private Outcome attempt(SourceRecord record) throws InterruptedException {
    Instant begun = clock.instant();
    Target.Call call;
    switch (target.prepare(record)) {
      case Target.Prepared.Ready ready -> call = ready.call();
      case Target.Prepared.Refused refused -> {
        return givingUp.of(record, new Failure(Cause.Refused, refused.verdict(), 0, begun, begun));
      }
    }
    int sent = 0;
    int failures = 0;
    int spent = 0;
    long seen = evidence.acceptances();
    while (true) {
      if (!passGates(record)) {
        return new Outcome.Interrupted();
      }
      Verdict verdict = send(record, call);
      sent++;
      switch (verdict) {
        case Verdict.Accepted ignored -> {
          return new Outcome.Delivered();
        }
        case Verdict.Cut ignored -> {
          return new Outcome.Interrupted();
        }
        case Verdict.RecordRefused refused -> {
          return givingUp.of(
              record, new Failure(Cause.Refused, refused, sent, begun, clock.instant()));
        }
        case Verdict.RateLimited ignored -> {}
        case Verdict.TargetMisconfigured ignored -> {}
        case Verdict.TargetFailed ignored -> {
          failures++;
          long accepted = evidence.acceptances();
          if (accepted != seen || breaker.isDisabled()) {
            spent++;
            seen = accepted;
          }
          if (schedule.attemptsSpent(spent)) {
            return givingUp.of(
                record,
                new Failure(Cause.AttemptsExhausted, verdict, sent, begun, clock.instant()));
          }
          if (!givingUp.waitFor(record, schedule.backoff(failures, random))) {
            return new Outcome.Interrupted();
          }
        }
      }
      if (schedule.tooOld(age(record))) {
        return givingUp.of(
            record, new Failure(Cause.TooOld, verdict, sent, begun, clock.instant()));
      }
    }
  }

  /** Waits until a call may go; false if the assignment ended first. */
  private boolean passGates(SourceRecord record) throws InterruptedException {
    while (record.assignment().maySend()) {
      Duration wait = throttle.enter();
      if (wait.isPositive()) {
        record.assignment().await(wait);
      } else if (breaker.enter()) {
        return true;
      } else {
        record.assignment().await(BREAKER_WAIT);
      }
    }
    return false;
  }

  private Verdict send(SourceRecord record, Target.Call call) {
    long from = System.nanoTime();
    Verdict verdict = call.send();
    Duration took = Duration.ofNanos(System.nanoTime() - from);
    breaker.learn(verdict, took);
    throttle.learn(verdict);
    if (verdict instanceof Verdict.Accepted) {
      evidence.accepted();
    }
    listener.answered(record, verdict, took);
    return verdict;
  }

  private Duration age(SourceRecord record) {
    return Duration.ofMillis(clock.millis() - record.record().timestamp());
  }
}
