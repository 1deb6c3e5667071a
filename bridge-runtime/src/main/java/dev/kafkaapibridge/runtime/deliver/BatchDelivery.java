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
import java.util.List;
import java.util.Optional;
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

  private static final Duration PREPARED_AGAIN = Duration.ofMillis(500);

  private static final Batches.Answer CUT = new Batches.Answer(new Verdict.Cut("-"));

  /** The same records are sent again before it is believed that they are too many. */
  private static final int TIMEOUTS_TO_SPLIT = 2;

  /** What a part of a batch has been through. Owned by the batch's thread. */
  private static final class Life {
    final Attempts attempts;
    Verdict last;
    int timeouts;
    List<Member> sent = List.of();
    Batches.@Nullable Call call;

    Life(Attempts attempts, Verdict last) {
      this.attempts = attempts;
      this.last = last;
    }

    Life half() {
      return new Life(attempts.goOn(), last);
    }

    /** The same records make the same request, also where it was redirected to. */
    Batches.Call call(List<Member> members, Batches batches) {
      Batches.Call known = call;
      if (known == null || !sent.equals(members)) {
        known = batches.call(members.stream().map(member -> member.parcel().item()).toList());
        call = known;
        sent = members;
      }
      return known;
    }
  }

  private final Batches batches;
  private final BatchSpec.PartialFailure partialFailure;
  private final BatchSize size;
  private final Leave leave;
  private final RetrySchedule schedule;
  private final RetryBudget budget;
  private final TargetEvidence evidence;
  private final LaneLimits laneLimits;
  private final HeldRecords held;
  private final GivingUp givingUp;
  private final Slots slots;
  private final Waits waits;
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
    this.givingUp = givingUp;
    this.slots = slots;
    this.waits = new Waits(schedule, budget, slots, clock, random);
    this.listener = listener;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.random = random;
  }

  /** Waits, without a slot, while it can't be said what becomes of the record. */
  public Parcel prepare(SourceRecord record) throws InterruptedException {
    while (true) {
      switch (batches.prepare(record)) {
        case Batches.Prepared.Ready(var item) -> {
          return new Parcel.Ready(item);
        }
        case Batches.Prepared.Refused(var why) -> {
          return new Parcel.Refused(why);
        }
        case Batches.Prepared.Skipped ignored -> {
          return new Parcel.Skipped();
        }
        case Batches.Prepared.NotYet(var reason) -> {
          if (!slots.awaitWithout(record.assignment(), PREPARED_AGAIN)) {
            return new Parcel.Refused(
                new Verdict.RecordRefused("-", reason, "its partition is gone"));
          }
        }
      }
    }
  }

  public BatchSize.Room room() {
    return size.room();
  }

  /** Whether an answer may accept a later record and not an earlier one. */
  public boolean takesOneOfALane() {
    return partialFailure == BatchSpec.PartialFailure.PerItemStatus;
  }

  /** A record that can't be an item. */
  public Outcome refused(SourceRecord record, Parcel.Refused parcel) {
    Outcome outcome = new Outcome.Interrupted();
    try {
      outcome =
          givingUp.of(record, attempts().failure(Cause.Refused, parcel.why(), clock.instant()));
    } catch (InterruptedException e) {
      // Its wait was cut.
    }
    ended(record, outcome);
    return outcome;
  }

  /** A record for which nothing is to be sent. */
  public Outcome skipped(SourceRecord record) {
    var outcome = new Outcome.Skipped();
    ended(record, outcome);
    return outcome;
  }

  /** Brings all of a load to their ends, or out of it; blocks as long as that takes. */
  public void deliver(Load load) throws InterruptedException {
    Bisection<Member, Life> parts = opened(load);
    while (parts != null) {
      var part = parts.next();
      if (part == null) {
        return;
      }
      Life life = part.state();
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
        case Leave.Answer.Ended ignored -> {}
        case Leave.Answer.TooOld ignored -> {}
        case Leave.Answer.Divert ignored -> giveUp(load, here, Cause.CircuitOpen, life);
        case Leave.Answer.Go go -> {
          send(load, parts, life, part.members(), go);
        }
      }
    }
  }

  /** Waits for the first leave, while others may join; null: nobody is left to send. */
  private @Nullable Bisection<Member, Life> opened(Load load) throws InterruptedException {
    budget.first();
    var life = new Life(attempts(), Delivery.NOT_CALLED);
    while (true) {
      List<Member> here = withoutTooOld(load, load.members(), life);
      if (here.isEmpty()) {
        if (load.members().isEmpty()) {
          return null;
        }
        continue;
      }
      switch (leave.await(here.getFirst().record())) {
        case Leave.Answer.Ended ignored -> {}
        case Leave.Answer.TooOld ignored -> {}
        case Leave.Answer.Divert ignored -> {
          giveUp(load, load.close(), Cause.CircuitOpen, life);
          return null;
        }
        case Leave.Answer.Go go -> {
          List<Member> members = load.close();
          var parts = new Bisection<Member, Life>(members, life, Life::half);
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

  private void send(
      Load load, Bisection<Member, Life> parts, Life life, List<Member> members, Leave.Answer.Go go)
      throws InterruptedException {
    List<Member> sent = load.begin(members);
    if (sent.isEmpty()) {
      load.finish();
      leave.learn(go, CUT.verdict(), Duration.ZERO, false);
      return;
    }
    Instant from = clock.instant();
    Batches.Answer answer = call(load, sent, life, go);
    life.last = answer.verdict();
    if (life.last.countsAsSent()) {
      life.attempts.sent(from);
    }
    judge(load, parts, life, sent, answer);
  }

  private Batches.Answer call(Load load, List<Member> sent, Life life, Leave.Answer.Go go) {
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
      load.finish();
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

  private void judge(
      Load load, Bisection<Member, Life> parts, Life life, List<Member> sent, Batches.Answer answer)
      throws InterruptedException {
    if (!answer.items().isEmpty()) {
      judgeEach(load, sent, answer.items());
      parts.ended(false);
      return;
    }
    switch (answer.verdict()) {
      case Verdict.Accepted ignored -> {
        size.accepted(sent.size(), bytes(sent), isFull(sent));
        for (Member member : sent) {
          end(load, member, new Outcome.Delivered());
        }
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
      Bisection<Member, Life> parts,
      Life life,
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
      Bisection<Member, Life> parts,
      Life life,
      List<Member> sent,
      Verdict.TargetFailed failed)
      throws InterruptedException {
    life.attempts.failed();
    boolean timedOut = failed.reason().equals("Timeout");
    life.timeouts = timedOut ? life.timeouts + 1 : 0;
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
    if (sent.size() > 1 && life.timeouts >= TIMEOUTS_TO_SPLIT) {
      split(load, parts, false);
    }
  }

  private void split(Load load, Bisection<Member, Life> parts, boolean culprit) {
    var part = parts.next();
    if (part != null && part.members().size() > 1) {
      parts.split(culprit);
      listener.batchSplit();
    }
  }

  private void judgeEach(Load load, List<Member> sent, List<Verdict> verdicts) {
    Instant now = clock.instant();
    for (int i = 0; i < sent.size(); i++) {
      Member member = sent.get(i);
      Verdict verdict = verdicts.get(i);
      Attempts own = member.attempts().orElseGet(this::attempts);
      own.sent(now);
      switch (verdict) {
        case Verdict.Accepted ignored -> end(load, member, new Outcome.Delivered());
        case Verdict.RecordRefused ignored ->
            load.leave(
                List.of(member),
                of -> () -> givenUp(of, own.failure(Cause.Refused, verdict, clock.instant())));
        default -> {
          own.failed();
          member.attempts(own);
          load.leave(List.of(member), of -> () -> againLater(of, own, verdict));
        }
      }
    }
  }

  /** On the thread of the record's lane: waits as after a failed call, then back to the lane. */
  private Optional<Outcome> againLater(Member member, Attempts own, Verdict verdict)
      throws InterruptedException {
    Duration wait = own.backoff(random);
    if (verdict instanceof Verdict.RateLimited(var code, var after, var reason)
        && after != null
        && after.compareTo(wait) > 0) {
      wait = after;
    }
    if (!own.areSpent()) {
      await(List.of(member), wait);
    }
    if (member.record().assignment().hasEnded()) {
      return Optional.of(interrupted(member));
    }
    if (own.areSpent()) {
      return givenUp(member, own.failure(Cause.AttemptsExhausted, verdict, clock.instant()));
    }
    var budgeted = waits.awaitBudget(member.record());
    return member.record().assignment().hasEnded()
        ? Optional.of(interrupted(member))
        : Optional.empty();
  }

  private List<Member> withoutTooOld(Load load, List<Member> here, Life life) {
    long now = clock.millis();
    List<Member> tooOld =
        here.stream()
            .filter(member -> schedule.tooOld(member.record().record().timestamp(), now))
            .toList();
    if (tooOld.isEmpty() || leave.isPaused()) {
      return here;
    }
    giveUp(load, tooOld, Cause.TooOld, life);
    return load.here(here);
  }

  private void giveUp(Load load, List<Member> members, Cause cause, Life life) {
    Failure failure = life.attempts.failure(cause, life.last, clock.instant());
    load.leave(members, member -> () -> givenUp(member, failure));
  }

  /** On the thread of the record's lane. */
  private Optional<Outcome> givenUp(Member member, Failure failure) throws InterruptedException {
    Outcome outcome = new Outcome.Interrupted();
    try {
      outcome = givingUp.of(member.record(), failure);
      return Optional.of(outcome);
    } finally {
      ended(member.record(), outcome);
    }
  }

  private Outcome interrupted(Member member) {
    var outcome = new Outcome.Interrupted();
    ended(member.record(), outcome);
    return outcome;
  }

  private void end(Load load, Member member, Outcome outcome) {
    ended(member.record(), outcome);
    load.ended(member, outcome);
  }

  private void ended(SourceRecord record, Outcome outcome) {
    held.letGo(record);
    laneLimits.ended(record, outcome);
    listener.ended(record, outcome);
  }

  private void awaitIfAlone(
      List<Member> sent, HeldRecords.Why why, String code, IntFunction<Duration> wait)
      throws InterruptedException {
    SourceRecord first = sent.getFirst().record();
    int inARow = laneLimits.runningAlone(first);
    if (inARow >= 1 && isOfOneLane(sent)) {
      held.hold(first, why, code);
      await(sent, wait.apply(inARow));
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
  private boolean isKnownTooLarge(List<Member> members, Life life) {
    BatchSize.Room room = size.room();
    return life.sent.isEmpty()
        && members.size() > 1
        && (members.size() > room.records() || bytes(members) > room.bytes() + 1);
  }

  private boolean isFull(List<Member> sent) {
    BatchSize.Room room = size.room();
    return sent.size() >= room.records() || bytes(sent) * 10L >= room.bytes() * 9L;
  }

  private static int bytes(List<Member> members) {
    long bytes = 1;
    for (Member member : members) {
      bytes += member.parcel().bytes();
    }
    return (int) Math.min(bytes, Integer.MAX_VALUE);
  }

  private static boolean isOfOneLane(List<Member> members) {
    Object lane = members.getFirst().lane();
    return members.stream().allMatch(member -> member.lane() == lane);
  }
}
