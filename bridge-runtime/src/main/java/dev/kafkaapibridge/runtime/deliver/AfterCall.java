package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.api.v1alpha1.BatchSpec;
import dev.kafkaapibridge.runtime.deliver.Failure.Cause;
import dev.kafkaapibridge.runtime.deliver.Load.Member;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Batches;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.IntFunction;

/**
 * How a batch, or a part of one, goes on after a call: it is over, waits to be sent again, goes on
 * in halves, or leaves to be given up. Safe for all batches.
 */
final class AfterCall {

  private final BatchSpec.PartialFailure partialFailure;
  private final BatchSize size;
  private final Leave leave;
  private final LaneLimits laneLimits;
  private final HeldRecords held;
  private final Waits waits;
  private final OwnWay ownWay;
  private final DeliveryListener listener;
  private final Clock clock;
  private final DoubleSupplier random;

  AfterCall(
      BatchSpec.PartialFailure partialFailure,
      BatchSize size,
      Leave leave,
      LaneLimits laneLimits,
      HeldRecords held,
      Waits waits,
      OwnWay ownWay,
      DeliveryListener listener,
      Clock clock,
      DoubleSupplier random) {
    this.partialFailure = partialFailure;
    this.size = size;
    this.leave = leave;
    this.laneLimits = laneLimits;
    this.held = held;
    this.waits = waits;
    this.ownWay = ownWay;
    this.listener = listener;
    this.clock = clock;
    this.random = random;
  }

  void goOn(
      Load load,
      Bisection<Member, BatchLife> parts,
      BatchLife life,
      List<Member> sent,
      Batches.Answer answer)
      throws InterruptedException {
    if (!answer.items().isEmpty()) {
      parts.ended(false);
      return;
    }
    switch (answer.verdict()) {
      case Verdict.Accepted ignored -> {
        int bytes = Load.bytes(sent);
        size.accepted(sent.size(), bytes, isFull(sent.size(), bytes));
        parts.ended(true);
      }
      case Verdict.Cut ignored -> {}
      case Verdict.RecordRefused refused -> refused(load, parts, life, sent, refused);
      case Verdict.TargetFailed failed when failed.beforeTheCall() ->
          await(sent, life.attempts.backoff(random));
      case Verdict.TargetFailed failed -> failed(load, parts, life, sent, failed);
      case Verdict.RateLimited limited ->
          awaitIfAlone(
              sent,
              HeldRecords.Why.LaneLimited,
              limited.code(),
              inARow -> leave.laneWait(limited, inARow));
      case Verdict.TargetMisconfigured misconfigured ->
          awaitIfAlone(
              sent,
              HeldRecords.Why.LaneForbidden,
              misconfigured.code(),
              inARow -> Throttle.MISCONFIGURED_PROBE);
      case Verdict.Again ignored -> {}
    }
  }

  private void refused(
      Load load,
      Bisection<Member, BatchLife> parts,
      BatchLife life,
      List<Member> sent,
      Verdict.RecordRefused refused) {
    boolean tooLarge = refused.code().equals("413");
    if (sent.size() == 1 || !tooLarge && partialFailure == BatchSpec.PartialFailure.FailBatch) {
      ownWay.giveUp(load, sent, life.failure(Cause.Refused, clock.instant()));
      parts.ended(false);
      return;
    }
    if (tooLarge) {
      size.tooLarge(sent.size(), Load.bytes(sent));
    }
    split(parts, !tooLarge);
  }

  private void failed(
      Load load,
      Bisection<Member, BatchLife> parts,
      BatchLife life,
      List<Member> sent,
      Verdict.TargetFailed failed)
      throws InterruptedException {
    boolean timedOut = failed.reason().equals("Timeout");
    life.failed(timedOut);
    if (timedOut) {
      size.tooSlow(sent.size(), Load.bytes(sent));
    }
    if (!life.attempts.areSpent()) {
      await(sent, life.attempts.backoff(random));
    }
    if (life.attempts.areSpent()) {
      if (sent.size() > 1 && partialFailure != BatchSpec.PartialFailure.FailBatch) {
        split(parts, false);
      } else {
        ownWay.giveUp(load, sent, life.failure(Cause.AttemptsExhausted, clock.instant()));
        parts.ended(false);
      }
      return;
    }
    var budgeted = waits.awaitBudget(sent.getFirst().record());
    if (sent.size() > 1 && life.isTooSlow()) {
      split(parts, false);
    }
  }

  /** What is next goes on in halves. */
  void split(Bisection<Member, BatchLife> parts, boolean culprit) {
    var part = parts.next();
    if (part != null && part.members().size() > 1) {
      parts.split(culprit);
      listener.batchSplit();
    }
  }

  private void awaitIfAlone(
      List<Member> sent, HeldRecords.Why why, String code, IntFunction<Duration> wait)
      throws InterruptedException {
    SourceRecord first = sent.getFirst().record();
    int inARow = laneLimits.runningAlone(first);
    if (inARow >= 1 && Load.isOfOneLane(sent)) {
      held.hold(first, why, code);
      if (!waits.await(first, wait.apply(inARow))) {
        held.letGo(first); // it is taken away, if it wasn't before
      }
    }
  }

  /** What becomes of those whose assignments end meanwhile is seen at the next step. */
  private void await(List<Member> sent, Duration wait) throws InterruptedException {
    var alive = waits.await(sent.getFirst().record(), wait);
  }

  private boolean isFull(int records, int bytes) {
    BatchSize.Room room = size.room();
    return records >= room.records() || bytes * 10L >= room.bytes() * 9L;
  }
}
