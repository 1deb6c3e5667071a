package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.runtime.deliver.Failure.Cause;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Target;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;

/**
 * One record's life, on the thread of its lane:
 *
 * <pre>
 *   its turn? --nothing of its key is aside--> prepare ...                       else: put aside behind those of its key
 *   prepare --> [ leave to call --> send --> verdict ] --Accepted------------------> Delivered
 *      |             ^                        |--RateLimited, TargetMisconfigured---> round again, no attempt spent
 *      |             +-- backoff, budget -----|--TargetFailed--attempts spent-------> give up (onExhausted)
 *      +--can't be a request------------------|--RecordRefused----------------------> give up (onRefused)
 *      +--isn't to be one-----------------------------------------------------------> Skipped
 *      +--its schema is missing: again, as long as it takes
 *                    at the gates or after a call: older than maxRecordAge ---------> give up (onExhausted)
 *                    at an open circuit, where onOpen diverts ----------------------> give up (onOpen)
 *                                                         assignment ended anywhere -> Interrupted
 * </pre>
 *
 * {@link Answering} writes what the target answered before the record ends, where that is asked
 * for. {@link Leave} is the throttle and the breaker; waiting there is not an attempt: an outage of
 * an hour is no reason for a dead letter.
 */
public final class Delivery {

  /** Of a record that was given up before any call was made for it. */
  static final Verdict NOT_CALLED =
      new Verdict.TargetFailed(
          "-", Verdict.TargetFailed.NOT_CALLED, "no call could be made in time");

  /** Of a record that goes behind others of its key. */
  private static final Verdict BEHIND =
      new Verdict.TargetFailed(
          "-",
          Verdict.TargetFailed.NOT_CALLED,
          "records of its key that come before it wait in a retry topic");

  private final Target target;
  private final Leave leave;
  private final RetrySchedule schedule;
  private final RetryBudget budget;
  private final TargetEvidence evidence;
  private final LaneLimits laneLimits;
  private final HeldRecords held;
  private final GivingUp givingUp;
  private final KeyTurns turns;
  private final Answering answering;
  private final SchemaWait schemaWait;
  private final Waits waits;
  private final DeliveryListener listener;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final DoubleSupplier random;

  public Delivery(
      Target target,
      Leave leave,
      RetrySchedule schedule,
      RetryBudget budget,
      TargetEvidence evidence,
      LaneLimits laneLimits,
      HeldRecords held,
      GivingUp givingUp,
      KeyTurns turns,
      Answering answering,
      Slots slots,
      DeliveryListener listener,
      Clock clock,
      LongSupplier nanoTime,
      DoubleSupplier random) {
    this.target = target;
    this.leave = leave;
    this.schedule = schedule;
    this.budget = budget;
    this.evidence = evidence;
    this.laneLimits = laneLimits;
    this.held = held;
    this.givingUp = givingUp;
    this.turns = turns;
    this.answering = answering;
    this.schemaWait = new SchemaWait(held, slots);
    this.waits = new Waits(schedule, budget, slots, clock, random);
    this.listener = listener;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.random = random;
  }

  /** Brings a record to its end; blocks as long as that takes. */
  public Outcome deliver(SourceRecord record) {
    Outcome outcome = new Outcome.Interrupted();
    try {
      outcome =
          switch (turns.await(record)) {
            case Now -> inItsTurn(record);
            case Behind -> giveUp(record, attempts(), Cause.Behind, BEHIND);
            case Never -> new Outcome.Interrupted();
          };
    } catch (InterruptedException e) {
      // Its call was cut, or its wait.
    } finally {
      held.letGo(record);
      laneLimits.ended(record, outcome);
    }
    listener.ended(record, outcome);
    return outcome;
  }

  private Outcome inItsTurn(SourceRecord record) throws InterruptedException {
    return switch (prepare(record)) {
      case Target.Prepared.Ready(var call) -> attempt(record, call);
      case Target.Prepared.NotYet ignored -> new Outcome.Interrupted();
      case Target.Prepared.Refused(var verdict) ->
          giveUp(record, attempts(), Cause.Refused, verdict);
      case Target.Prepared.Skipped ignored -> new Outcome.Skipped();
    };
  }

  /** Waits without a slot for what is missing; {@code NotYet}: the assignment ended meanwhile. */
  private Target.Prepared prepare(SourceRecord record) throws InterruptedException {
    return schemaWait.await(
        record,
        () -> target.prepare(record),
        prepared ->
            prepared instanceof Target.Prepared.NotYet(var reason)
                ? Optional.of(reason)
                : Optional.empty());
  }

  private Outcome attempt(SourceRecord record, Target.Call call) throws InterruptedException {
    Attempts attempts = attempts();
    Verdict last = NOT_CALLED;
    budget.first();
    while (true) {
      switch (leave.await(record, attempts.haveFailed())) {
        case Leave.Answer.Ended ignored -> {
          return new Outcome.Interrupted();
        }
        case Leave.Answer.TooOld ignored -> {
          return giveUp(record, attempts, Cause.TooOld, last);
        }
        case Leave.Answer.Divert ignored -> {
          return giveUp(record, attempts, Cause.CircuitOpen, last);
        }
        case Leave.Answer.Later(var time) -> {
          if (!waits.await(record, time)) {
            return new Outcome.Interrupted();
          }
          continue;
        }
        case Leave.Answer.Go go -> {
          Instant from = clock.instant();
          last = send(record, call, go);
          if (last.countsAsSent()) {
            attempts.sent(from);
          }
        }
      }
      switch (last) {
        case Verdict.Accepted ignored -> {
          return answering.of(record, last, new Outcome.Delivered());
        }
        case Verdict.Cut ignored -> {
          if (record.assignment().hasEnded()) {
            return new Outcome.Interrupted();
          }
          // The fence shut just then. Whether the partition is still owned is known once it opens.
        }
        case Verdict.RecordRefused ignored -> {
          return giveUp(record, attempts, Cause.Refused, last);
        }
        case Verdict.TargetFailed failed when failed.beforeTheCall() -> {
          if (!waits.await(record, attempts.backoff(random))) {
            return new Outcome.Interrupted();
          }
        }
        case Verdict.TargetFailed ignored -> {
          attempts.failed();
          if (!attempts.areSpent() && !waits.await(record, attempts.backoff(random))) {
            return new Outcome.Interrupted();
          }
          if (attempts.areSpent()) {
            return giveUp(record, attempts, Cause.AttemptsExhausted, last);
          }
          if (!waits.awaitBudget(record)) {
            return new Outcome.Interrupted();
          }
        }
        case Verdict.RateLimited limited -> {
          if (!awaitIfAlone(
              record,
              HeldRecords.Why.LaneLimited,
              limited.code(),
              inARow -> leave.laneWait(limited, inARow))) {
            return new Outcome.Interrupted();
          }
        }
        case Verdict.TargetMisconfigured misconfigured -> {
          if (!awaitIfAlone(
              record,
              HeldRecords.Why.LaneForbidden,
              misconfigured.code(),
              inARow -> Throttle.MISCONFIGURED_PROBE)) {
            return new Outcome.Interrupted();
          }
        }
        case Verdict.Again ignored -> {}
      }
    }
  }

  private Verdict send(SourceRecord record, Target.Call call, Leave.Answer.Go go) {
    long number = evidence.begin();
    long from = nanoTime.getAsLong();
    Verdict verdict = new Verdict.Cut("-"); // what a fault of this program counts as
    Duration took = Duration.ZERO;
    boolean lanesAlone = false;
    try {
      verdict = call.send(() -> leave.leaves(go));
    } finally {
      took = Duration.ofNanos(nanoTime.getAsLong() - from);
      lanesAlone = mayBeLanesAlone(verdict) && laneLimits.isLanesAlone(record);
      leave.learn(go, verdict, took, lanesAlone);
    }
    if (verdict instanceof Verdict.Accepted) {
      evidence.accepted(number);
    }
    listener.answered(record, verdict, took, lanesAlone);
    return verdict;
  }

  private static boolean mayBeLanesAlone(Verdict verdict) {
    return verdict instanceof Verdict.RateLimited || verdict instanceof Verdict.TargetMisconfigured;
  }

  /**
   * Waits where what the target said holds for the record's lane alone; else its gate holds all.
   *
   * @param wait how long, by how often it was said since that is known
   * @return false if the assignment ended meanwhile
   */
  private boolean awaitIfAlone(
      SourceRecord record, HeldRecords.Why why, String code, IntFunction<Duration> wait)
      throws InterruptedException {
    int inARow = laneLimits.runningAlone(record);
    if (inARow < 1) {
      return true;
    }
    held.hold(record, why, code);
    return waits.await(record, wait.apply(inARow));
  }

  private Attempts attempts() {
    return new Attempts(schedule, evidence, leave.everyFailureCounts());
  }

  private Outcome giveUp(SourceRecord record, Attempts attempts, Cause cause, Verdict last)
      throws InterruptedException {
    Outcome outcome = givingUp.of(record, attempts.failure(cause, last, clock.instant()));
    return answering.of(record, last, outcome);
  }
}
