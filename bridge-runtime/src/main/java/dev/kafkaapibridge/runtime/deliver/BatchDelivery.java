package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.api.v1alpha1.BatchSpec;
import dev.kafkaapibridge.runtime.deliver.Failure.Cause;
import dev.kafkaapibridge.runtime.deliver.Load.Member;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Batches;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A batch's life, beside {@link Delivery}, which is a single record's:
 *
 * <pre>
 *   leave to call (others may still join) --> [ send --> verdict ] --Accepted-----------> all Delivered
 *        ^                                       |--a status for each item--------------> each ends, or goes back to its lane
 *        +--RateLimited, TargetMisconfigured-----|
 *        +--TargetFailed: backoff, budget--------|--attempts spent--+
 *        +-----------half, half------------------|--RecordRefused---+--more than one----> halves, in order
 *                                                                   +--one--------------> leaves the batch, gives up
 * </pre>
 *
 * A batch is one request for the throttle, the breaker and the budget. Who leaves it ends by
 * itself, so that a record that blocks, or waits for its dead letter, holds nobody but its own
 * lane. Here are the waits before a call; {@link BatchCall} is the call, {@link AfterCall} what
 * follows from it.
 */
public final class BatchDelivery {

  private final BatchSpec.PartialFailure partialFailure;
  private final BatchSize size;
  private final Leave leave;
  private final RetrySchedule schedule;
  private final RetryBudget budget;
  private final TargetEvidence evidence;
  private final HeldRecords held;
  private final Waits waits;
  private final OwnWay ownWay;
  private final Packing packing;
  private final BatchCall call;
  private final AfterCall after;
  private final Clock clock;

  public BatchDelivery(
      Batches batches,
      BatchSpec.PartialFailure partialFailure,
      BatchSize size,
      Leave leave,
      RetrySchedule schedule,
      RetryBudget budget,
      TargetEvidence evidence,
      LaneLimits laneLimits,
      HeldRecords held,
      GivingUp givingUp,
      Slots slots,
      DeliveryListener listener,
      Clock clock,
      LongSupplier nanoTime,
      DoubleSupplier random) {
    this.partialFailure = partialFailure;
    this.size = size;
    this.leave = leave;
    this.schedule = schedule;
    this.budget = budget;
    this.evidence = evidence;
    this.held = held;
    this.clock = clock;
    this.waits = new Waits(schedule, budget, slots, clock, random);
    var ends = new Ends(held, laneLimits, listener);
    this.ownWay = new OwnWay(waits, givingUp, ends, clock, random);
    this.packing =
        new Packing(
            batches, new SchemaWait(held, slots), this::attempts, givingUp, ends, held, clock);
    this.call =
        new BatchCall(
            batches,
            partialFailure,
            leave,
            evidence,
            laneLimits,
            ends,
            new ItemVerdicts(leave, this::attempts, ownWay, ends, clock),
            listener,
            clock,
            nanoTime);
    this.after =
        new AfterCall(
            partialFailure, size, leave, laneLimits, held, waits, ownWay, listener, clock, random);
  }

  /** What makes parcels for it. */
  public Packing packing() {
    return packing;
  }

  public BatchSize.Room room() {
    return size.room();
  }

  /** Whether an answer may accept a later record and not an earlier one. */
  public boolean takesOneOfALane() {
    return partialFailure == BatchSpec.PartialFailure.PerItemStatus;
  }

  /** Brings all of a load to their ends, or out of it; blocks as long as that takes. */
  public void deliver(Load load) throws InterruptedException {
    Bisection<Member, BatchLife> parts = opened(load);
    while (parts != null) {
      var part = parts.next();
      if (part == null) {
        return;
      }
      BatchLife life = part.state();
      List<Member> here = withoutTooOld(load, load.here(part.members()), life);
      if (here.isEmpty()) {
        parts.ended(false);
        continue;
      }
      if (isKnownTooLarge(here, life)) {
        after.split(parts, false);
        continue;
      }
      switch (leave.await(here.getFirst().record(), haveFailed(here, life))) {
        case Leave.Answer.Ended ignored -> held.letGo(here.getFirst().record());
        case Leave.Answer.TooOld ignored -> {}
        case Leave.Answer.Divert ignored ->
            ownWay.giveUp(load, here, life.failure(Cause.CircuitOpen, clock.instant()));
        case Leave.Answer.Later(var time) -> standAside(here, time);
        case Leave.Answer.Go go -> send(load, parts, life, part.members(), go);
      }
    }
  }

  /** Waits for the first leave, while others may join; null: nobody is left to send. */
  private @Nullable Bisection<Member, BatchLife> opened(Load load) throws InterruptedException {
    budget.first();
    var life = new BatchLife(attempts(), Delivery.NOT_CALLED);
    while (true) {
      List<Member> here = withoutTooOld(load, load.members(), life);
      if (here.isEmpty()) {
        if (load.members().isEmpty()) {
          return null;
        }
        continue;
      }
      switch (leave.await(here.getFirst().record(), haveFailed(here, life))) {
        case Leave.Answer.Ended ignored -> held.letGo(here.getFirst().record());
        case Leave.Answer.TooOld ignored -> {}
        case Leave.Answer.Divert ignored -> {
          ownWay.giveUp(load, load.close(), life.failure(Cause.CircuitOpen, clock.instant()));
          return null;
        }
        case Leave.Answer.Later(var time) -> standAside(here, time);
        case Leave.Answer.Go go -> {
          List<Member> members = load.close();
          var parts = new Bisection<Member, BatchLife>(members, life, BatchLife::half);
          if (isKnownTooLarge(members, life)) {
            call.needsNone(go); // its halves have leaves of their own
            return parts;
          }
          send(load, parts, life, members, go);
          return parts;
        }
      }
    }
  }

  /** Whether nothing in it is fresh: what failed as an item boards another batch. */
  private static boolean haveFailed(List<Member> here, BatchLife life) {
    return life.attempts.haveFailed()
        || here.stream()
            .allMatch(member -> member.attempts().map(Attempts::haveFailed).orElse(false));
  }

  private void send(
      Load load,
      Bisection<Member, BatchLife> parts,
      BatchLife life,
      List<Member> members,
      Leave.Answer.Go go)
      throws InterruptedException {
    BatchCall.Sent sent = call.send(load, life, members, go);
    if (!sent.members().isEmpty()) {
      after.goOn(load, parts, life, sent.members(), sent.answer());
    }
  }

  private void standAside(List<Member> here, Duration wait) throws InterruptedException {
    SourceRecord first = here.getFirst().record();
    if (!waits.await(first, wait)) {
      held.letGo(first);
    }
  }

  private List<Member> withoutTooOld(Load load, List<Member> here, BatchLife life) {
    long now = clock.millis();
    if (!schedule.tooOld(load.eldest(), now)) {
      return here;
    }
    List<Member> tooOld =
        here.stream().filter(member -> schedule.tooOld(member.record().agesSince(), now)).toList();
    if (tooOld.isEmpty() || leave.isPaused()) {
      return here;
    }
    ownWay.giveUp(load, tooOld, life.failure(Cause.TooOld, clock.instant()));
    return load.here(here);
  }

  private Attempts attempts() {
    return new Attempts(schedule, evidence, leave.everyFailureCounts());
  }

  /** Made before the target said how much it takes; what was sent once stays as it is. */
  private boolean isKnownTooLarge(List<Member> members, BatchLife life) {
    BatchSize.Room room = size.room();
    return !life.wasSent()
        && members.size() > 1
        && (members.size() > room.records() || Load.bytes(members) > room.bytes() + 1);
  }
}
