package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.api.v1alpha1.BatchSpec;
import dev.kafkaapibridge.runtime.deliver.Failure.Cause;
import dev.kafkaapibridge.runtime.deliver.Load.Member;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Batches;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.IntFunction;
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
 * lane.
 */
public final class BatchDelivery {

  private static final Batches.Answer CUT = new Batches.Answer(new Verdict.Cut("-"));

  private final Batches batches;
  private final BatchSpec.PartialFailure partialFailure;
  private final BatchSize size;
  private final Leave leave;
  private final RetrySchedule schedule;
  private final RetryBudget budget;
  private final TargetEvidence evidence;
  private final LaneLimits laneLimits;
  private final HeldRecords held;
  private final Waits waits;
  private final Ends ends;
  private final OwnWay ownWay;
  private final Packing packing;
  private final DeliveryListener listener;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final DoubleSupplier random;

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
    this.batches = batches;
    this.partialFailure = partialFailure;
    this.size = size;
    this.leave = leave;
    this.schedule = schedule;
    this.budget = budget;
    this.evidence = evidence;
    this.laneLimits = laneLimits;
    this.held = held;
    this.waits = new Waits(schedule, budget, slots, clock, random);
    this.ends = new Ends(held, laneLimits, listener);
    this.ownWay = new OwnWay(waits, givingUp, ends, clock, random);
    this.packing =
        new Packing(
            batches, new SchemaWait(held, slots), this::attempts, givingUp, ends, held, clock);
    this.listener = listener;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.random = random;
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
        split(load, parts, false);
        continue;
      }
      switch (leave.await(here.getFirst().record())) {
        case Leave.Answer.Ended ignored -> held.letGo(here.getFirst().record());
        case Leave.Answer.TooOld ignored -> {}
        case Leave.Answer.Divert ignored -> giveUp(load, here, Cause.CircuitOpen, life);
        case Leave.Answer.Later(var time) -> standAside(here, time);
        case Leave.Answer.Go go -> {
          send(load, parts, life, part.members(), go);
        }
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
      switch (leave.await(here.getFirst().record())) {
        case Leave.Answer.Ended ignored -> held.letGo(here.getFirst().record());
        case Leave.Answer.TooOld ignored -> {}
        case Leave.Answer.Divert ignored -> {
          giveUp(load, load.close(), Cause.CircuitOpen, life);
          return null;
        }
        case Leave.Answer.Later(var time) -> standAside(here, time);
        case Leave.Answer.Go go -> {
          List<Member> members = load.close();
          var parts = new Bisection<Member, BatchLife>(members, life, BatchLife::half);
          if (isKnownTooLarge(members, life)) {
            leave.learn(
                go, CUT.verdict(), Duration.ZERO, false); // its halves have leaves of their own
            return parts;
          }
          send(load, parts, life, members, go);
          return parts;
        }
      }
    }
  }

  private void standAside(List<Member> here, Duration wait) throws InterruptedException {
    SourceRecord first = here.getFirst().record();
    if (!waits.await(first, wait)) {
      held.letGo(first);
    }
  }

  private void send(
      Load load,
      Bisection<Member, BatchLife> parts,
      BatchLife life,
      List<Member> members,
      Leave.Answer.Go go)
      throws InterruptedException {
    List<Member> sent = load.begin(members);
    if (sent.isEmpty()) {
      load.finish();
      leave.learn(go, CUT.verdict(), Duration.ZERO, false);
      return;
    }
    Batches.Answer answer = CUT;
    try {
      Instant from = clock.instant();
      answer = call(sent, life, go);
      life.last = answer.verdict();
      if (life.last.countsAsSent()) {
        life.attempts.sent(from);
      }
      endAccepted(load, sent, answer);
    } finally {
      load.finish();
    }
    goOn(load, parts, life, sent, answer);
  }

  private Batches.Answer call(List<Member> sent, BatchLife life, Leave.Answer.Go go) {
    long number = evidence.begin();
    long from = nanoTime.getAsLong();
    Batches.Answer answer = CUT; // what a fault of this program counts as
    Duration took = Duration.ZERO;
    boolean lanesAlone = false;
    SourceRecord first = sent.getFirst().record();
    try {
      answer = life.call(sent, batches).send(() -> leave.leaves(go));
    } finally {
      took = Duration.ofNanos(nanoTime.getAsLong() - from);
      lanesAlone =
          (answer.verdict() instanceof Verdict.RateLimited
                  || answer.verdict() instanceof Verdict.TargetMisconfigured)
              && isOfOneLane(sent)
              && laneLimits.isLanesAlone(first);
      leave.learn(go, told(answer.verdict(), sent.size()), took, lanesAlone);
    }
    if (answer.verdict() instanceof Verdict.Accepted) {
      evidence.accepted(number);
    }
    listener.answered(first, answer.verdict(), took, lanesAlone);
    if (!(answer.verdict() instanceof Verdict.Cut)) {
      listener.batchAnswered(sent.size(), bytes(sent));
    }
    return answer;
  }

  /** A batch that goes on in halves says of none of its records yet that it was refused. */
  private Verdict told(Verdict verdict, int records) {
    return verdict instanceof Verdict.RecordRefused(var code, var reason, var detail, var clues)
            && records > 1
            && partialFailure == BatchSpec.PartialFailure.SplitBatch
        ? new Verdict.RecordRefused("-", reason, detail, clues)
        : verdict;
  }

  /** While nobody can be taken away: what the API has accepted is never said to be interrupted. */
  private void endAccepted(Load load, List<Member> sent, Batches.Answer answer) {
    if (!answer.items().isEmpty()) {
      judgeEach(load, sent, answer.items());
    } else if (answer.verdict() instanceof Verdict.Accepted) {
      end(load, sent, new Outcome.Delivered());
    }
  }

  private void goOn(
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
        int bytes = bytes(sent);
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
      giveUp(load, sent, Cause.Refused, life);
      parts.ended(false);
      return;
    }
    if (tooLarge) {
      size.tooLarge(sent.size(), bytes(sent));
    }
    split(load, parts, !tooLarge);
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
      size.tooSlow(sent.size(), bytes(sent));
    }
    if (!life.attempts.areSpent()) {
      await(sent, life.attempts.backoff(random));
    }
    if (life.attempts.areSpent()) {
      if (sent.size() > 1 && partialFailure != BatchSpec.PartialFailure.FailBatch) {
        split(load, parts, false);
      } else {
        giveUp(load, sent, Cause.AttemptsExhausted, life);
        parts.ended(false);
      }
      return;
    }
    var budgeted = waits.awaitBudget(sent.getFirst().record());
    if (sent.size() > 1 && life.isTooSlow()) {
      split(load, parts, false);
    }
  }

  private void split(Load load, Bisection<Member, BatchLife> parts, boolean culprit) {
    var part = parts.next();
    if (part != null && part.members().size() > 1) {
      parts.split(culprit);
      listener.batchSplit();
    }
  }

  private void judgeEach(Load load, List<Member> sent, List<Verdict> verdicts) {
    Instant now = clock.instant();
    var accepted = new ArrayList<Member>();
    for (int i = 0; i < sent.size(); i++) {
      Member member = sent.get(i);
      Verdict verdict = verdicts.get(i);
      Attempts own = member.attempts().orElseGet(this::attempts);
      own.sent(now);
      switch (verdict) {
        case Verdict.Accepted ignored -> accepted.add(member);
        case Verdict.RecordRefused ignored ->
            load.leave(
                List.of(member),
                of ->
                    () -> ownWay.givenUp(of, own.failure(Cause.Refused, verdict, clock.instant())));
        case Verdict.RateLimited limited -> {
          member.attempts(own);
          Duration wait = leave.laneWait(limited, own.limited());
          load.leave(List.of(member), of -> () -> ownWay.againAfter(of, wait));
        }
        case Verdict.TargetMisconfigured ignored -> {
          member.attempts(own);
          load.leave(
              List.of(member), of -> () -> ownWay.againAfter(of, Throttle.MISCONFIGURED_PROBE));
        }
        default -> {
          own.failed();
          member.attempts(own);
          load.leave(List.of(member), of -> () -> ownWay.againLater(of, own, verdict));
        }
      }
    }
    end(load, accepted, new Outcome.Delivered());
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
    giveUp(load, tooOld, Cause.TooOld, life);
    return load.here(here);
  }

  private void giveUp(Load load, List<Member> members, Cause cause, BatchLife life) {
    Failure failure = life.attempts.failure(cause, life.last, clock.instant());
    load.leave(members, member -> () -> ownWay.givenUp(member, failure));
  }

  private void end(Load load, List<Member> members, Outcome outcome) {
    var records = new ArrayList<SourceRecord>(members.size());
    for (Member member : members) {
      records.add(member.record());
    }
    ends.ended(records, outcome);
    load.ended(members, outcome);
  }

  private void awaitIfAlone(
      List<Member> sent, HeldRecords.Why why, String code, IntFunction<Duration> wait)
      throws InterruptedException {
    SourceRecord first = sent.getFirst().record();
    int inARow = laneLimits.runningAlone(first);
    if (inARow >= 1 && isOfOneLane(sent)) {
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

  private Attempts attempts() {
    return new Attempts(schedule, evidence, leave.everyFailureCounts());
  }

  /** Made before the target said how much it takes; what was sent once stays as it is. */
  private boolean isKnownTooLarge(List<Member> members, BatchLife life) {
    BatchSize.Room room = size.room();
    return !life.wasSent()
        && members.size() > 1
        && (members.size() > room.records() || bytes(members) > room.bytes() + 1);
  }

  private boolean isFull(int records, int bytes) {
    BatchSize.Room room = size.room();
    return records >= room.records() || bytes * 10L >= room.bytes() * 9L;
  }

  private static int bytes(List<Member> members) {
    long bytes = 1;
    for (Member member : members) {
      bytes += member.bytes();
    }
    return (int) Math.min(bytes, Integer.MAX_VALUE);
  }

  private static boolean isOfOneLane(List<Member> members) {
    Object lane = members.getFirst().lane();
    return members.stream().allMatch(member -> member.lane() == lane);
  }
}
