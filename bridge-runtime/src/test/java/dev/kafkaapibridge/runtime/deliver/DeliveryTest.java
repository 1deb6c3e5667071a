package dev.kafkaapibridge.runtime.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.v1alpha1.DeliverySpec;
import dev.kafkaapibridge.api.v1alpha1.ResponseSpec;
import dev.kafkaapibridge.api.validation.BridgeFile;
import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.pace.Pace;
import dev.kafkaapibridge.runtime.quota.Purse;
import dev.kafkaapibridge.runtime.quota.RateLimit;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.Past;
import dev.kafkaapibridge.runtime.record.RecordKey;
import dev.kafkaapibridge.runtime.record.SendFence;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.ChannelCounts;
import dev.kafkaapibridge.runtime.target.Target;
import dev.kafkaapibridge.runtime.target.Verdict;
import dev.kafkaapibridge.runtime.target.Verdict.Accepted;
import dev.kafkaapibridge.runtime.target.Verdict.RateLimited;
import dev.kafkaapibridge.runtime.target.Verdict.RecordRefused;
import dev.kafkaapibridge.runtime.target.Verdict.TargetFailed;
import dev.kafkaapibridge.runtime.target.Verdict.TargetMisconfigured;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Delivery's story with a target that follows a script. */
@Timeout(30)
class DeliveryTest {

  private static final long HOUR = Duration.ofHours(1).toNanos();

  private static final Verdict OK = new Accepted("200");
  private static final Verdict FAILED =
      new TargetFailed("503", "ServerError", "the target answered 503");
  private static final Verdict REFUSED =
      new RecordRefused("400", "Refused", "the target answered 400");
  private static final Verdict LIMITED = new RateLimited("429", Duration.ofMillis(1));
  private static final Verdict UNAUTHORIZED =
      new TargetMisconfigured("401", "AuthenticationFailed", "the target answered 401");

  private volatile boolean fenceOpen = true;
  private volatile boolean paused;
  private final Assignment assignment =
      new Assignment(
          new TopicPartition("orders", 0),
          new SendFence(Duration.ofMinutes(5), Duration.ofMinutes(5), () -> fenceOpen ? 0 : HOUR));
  private SourceRecord record = Records.record(assignment, 7, "a");
  private final ArrayDeque<Verdict> script = new ArrayDeque<>();
  private final ArrayDeque<DeadLetters.Result> deadLetterScript = new ArrayDeque<>();
  private final List<Failure> deadLetters = new ArrayList<>();

  /** Null: no answers are wanted. */
  private ResponseSpec.When answersWanted;

  private final ArrayDeque<DeadLetters.Result> answerScript = new ArrayDeque<>();
  private final List<String> answered = new ArrayList<>();
  private final List<Integer> deadLettersWhenAnswered = new ArrayList<>();
  private final TargetEvidence evidence = new TargetEvidence();
  private final Heard heard = new Heard();
  private boolean skips;
  private Leave leave;
  private Breaker breaker;
  private Runnable whileSending = () -> {};
  private final HeldRecords held = new HeldRecords(Clock.systemUTC());
  private long now;

  @Test
  void anAcceptedRecordIsDelivered() {
    script.add(OK);
    assertThat(deliver("{}")).isEqualTo(new Outcome.Delivered());
  }

  @Test
  void aRefusedRecordIsDeadLetteredAtOnceWithItsCause() {
    script.add(REFUSED);

    assertThat(deliver("{}")).isEqualTo(new Outcome.DeadLettered());
    assertThat(deadLetters)
        .extracting(Failure::cause, Failure::last, Failure::attempts)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(Failure.Cause.Refused, REFUSED, 1));
  }

  @Test
  void whileTheTargetAsAWholeFailsRecordsSpendNoAttempts() {
    for (int i = 0; i < 50; i++) {
      script.add(FAILED);
    }
    script.add(OK);

    assertThat(
            deliver(
                "{retry: {maxAttempts: 3, initialBackoff: 1ms, maxBackoff: 1ms, budgetPercent: 100}, circuitBreaker: {minimumRequests: 1000}}"))
        .isEqualTo(new Outcome.Delivered());
  }

  @Test
  void anAttemptIsSpentOnceAnotherRecordWasAcceptedThatWasSentAfterIt() {
    heard.afterAnswer = this::anotherSoonIsAccepted;
    for (int i = 0; i < 3; i++) {
      script.add(FAILED);
    }

    assertThat(deliver("{retry: {maxAttempts: 3, initialBackoff: 1s, maxBackoff: 1s}}"))
        .isEqualTo(new Outcome.DeadLettered());
    assertThat(deadLetters)
        .extracting(Failure::cause, Failure::attempts)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(Failure.Cause.AttemptsExhausted, 3));
  }

  @Test
  void aRecordThatIsNotToBeSentEndsWithoutACall() {
    skips = true;
    assertThat(deliver("{}")).isEqualTo(new Outcome.Skipped());
    assertThat(heard.outcomes).containsExactly(new Outcome.Skipped());
    assertThat(heard.answers).isZero();
    assertThat(new Outcome.Skipped().isEnd()).as("its offset may pass").isTrue();
  }

  @Test
  void atTheEdgeOfAnOutageCallsThatBeganBeforeItProveNothing() {
    long before = evidence.begin();
    whileSending = () -> evidence.accepted(before); // the last call that the target still accepted
    script.add(FAILED);
    script.add(FAILED);
    script.add(OK);

    assertThat(deliver("{retry: {maxAttempts: 1, initialBackoff: 1ms}}"))
        .isEqualTo(new Outcome.Delivered());
  }

  @Test
  void aRecordBecomesTooOldAlsoWhileItWaits() {
    script.add(new RateLimited("429", Duration.ofMinutes(4)));

    assertThat(deliver("{retry: {maxRecordAge: 300ms}}")).isEqualTo(new Outcome.DeadLettered());
    assertThat(deadLetters).extracting(Failure::cause).containsExactly(Failure.Cause.TooOld);
  }

  @Test
  void withoutABreakerEachFailureIsAnAttempt() {
    script.add(FAILED);
    script.add(FAILED);

    assertThat(
            deliver(
                "{circuitBreaker: {mode: Disabled}, retry: {maxAttempts: 2, initialBackoff: 1ms}}"))
        .isEqualTo(new Outcome.DeadLettered());
  }

  @Test
  void aFailureBeforeAnyCallWasMadeIsNoAttempt() {
    for (int i = 0; i < 5; i++) {
      script.add(
          new Verdict.TargetFailed("UNAVAILABLE", Verdict.TargetFailed.NOT_CALLED, "in vain"));
      script.add(new Verdict.Again("-", Verdict.Again.Why.Asked));
    }
    script.add(FAILED);
    script.add(FAILED);

    assertThat(
            deliver(
                "{circuitBreaker: {mode: Disabled}, retry: {maxAttempts: 2, initialBackoff: 1ms}}"))
        .isEqualTo(new Outcome.DeadLettered());
    assertThat(deadLetters).extracting(Failure::attempts).containsExactly(2);
  }

  @Test
  void aRedirectIsFollowedByTheNextSendWhichPaysAgainAndSpendsNothing() {
    script.add(new Verdict.Again("307", Verdict.Again.Why.Redirected));
    script.add(FAILED);
    script.add(new Verdict.Again("307", Verdict.Again.Why.Redirected));
    script.add(OK);

    assertThat(deliver("{retry: {maxAttempts: 1, initialBackoff: 1ms}}"))
        .isEqualTo(new Outcome.Delivered());
    assertThat(heard.answers).as("each hop is heard of as a call of its own").isEqualTo(4);
  }

  @Test
  void beingLimitedSpendsNothing() {
    heard.afterAnswer = this::anotherSoonIsAccepted;
    for (int i = 0; i < 20; i++) {
      script.add(LIMITED);
    }
    script.add(OK);

    assertThat(deliver("{retry: {maxAttempts: 1}}")).isEqualTo(new Outcome.Delivered());
  }

  @Test
  void aWrongConfigurationHoldsTheRecordUntilItIsMended() {
    heard.afterAnswer =
        () -> now += Throttle.MISCONFIGURED_PROBE.toNanos(); // the next probe's time has come
    script.add(UNAUTHORIZED);
    script.add(UNAUTHORIZED);
    script.add(OK);

    assertThat(deliver("{retry: {maxAttempts: 1}}")).isEqualTo(new Outcome.Delivered());
  }

  /** A tenant's key that is not allowed something is no reason to stop all others. */
  @Test
  void whatIsForbiddenToOneLaneAgainAndAgainWhileOthersAreAcceptedHoldsThatLaneAlone() {
    heard.afterAnswer =
        () -> {
          now += Throttle.MISCONFIGURED_PROBE.toNanos(); // the next probe's time has come
          evidence.accepted(evidence.begin());
        };
    for (int i = 0; i < LaneLimits.RUNNING; i++) {
      script.add(UNAUTHORIZED);
    }

    DeliverySpec spec = spec("{retry: {maxRecordAge: 2s}}");
    record = Records.record(assignment, 7, "a"); // whose age begins now
    assertThat(deliver(spec)).isEqualTo(new Outcome.DeadLettered());
    assertThat(heard.lanesAlone).containsExactly(false, false, true);
    assertThat(deadLetters).extracting(Failure::cause).containsExactly(Failure.Cause.TooOld);
  }

  @Test
  void aRecordThatIsTooOldIsGivenUp() {
    script.addAll(Collections.nCopies(20, FAILED)); // how many calls a millisecond has room for

    assertThat(deliver("{retry: {maxRecordAge: 1ms, initialBackoff: 1ms}}"))
        .isEqualTo(new Outcome.DeadLettered());
    assertThat(deadLetters).extracting(Failure::cause).containsExactly(Failure.Cause.TooOld);
  }

  @Test
  void discardIsAnEndThatIsCounted() {
    script.add(REFUSED);
    assertThat(deliver("{onRefused: Discard}")).isEqualTo(new Outcome.Discarded());
    assertThat(heard.outcomes).containsExactly(new Outcome.Discarded());
  }

  @Test
  void blockHoldsTheRecordUntilItsPartitionGoes() {
    script.add(REFUSED);
    heard.whenBlocked = assignment::end;

    assertThat(deliver("{onRefused: Block}")).isEqualTo(new Outcome.Interrupted());
  }

  @Test
  void aDeadLetterThatCannotBeWrittenHoldsTheRecord() {
    script.add(REFUSED);
    deadLetterScript.add(new DeadLetters.Result.Failed("WriteFailed", "not enough replicas"));
    heard.whenDeadLetterFailed = assignment::end;

    assertThat(deliver("{}")).isEqualTo(new Outcome.Interrupted());
    assertThat(heard.deadLetterFaults).containsExactly("WriteFailed");
  }

  @Test
  void anAnswerThatCannotBeWrittenHoldsTheRecordAndTheTargetIsNotCalledAgain() {
    answersWanted = ResponseSpec.When.Success;
    script.add(OK); // a second call would find none, and fail the test
    answerScript.add(new DeadLetters.Result.Failed("TopicNotFound", "no such topic"));
    answerScript.add(new DeadLetters.Result.Failed("WriteFailed", "too large"));
    heard.whenAnswerFailed =
        () ->
            assertThat(held.longest(9))
                .extracting(HeldRecords.Held::offset, HeldRecords.Held::why)
                .containsExactly(
                    org.assertj.core.groups.Tuple.tuple(7L, HeldRecords.Why.AnswerFails));

    assertThat(deliver("{}")).isEqualTo(new Outcome.Delivered());
    assertThat(heard.answerFaults).containsExactly("TopicNotFound", "WriteFailed");
    assertThat(answered).hasSize(3).containsOnly("200 Delivered");
    assertThat(heard.answers).as("calls").isEqualTo(1);
    assertThat(held.longest(9)).isEmpty();
  }

  @Test
  void anAnswerThatCannotBeWrittenIsLeftToTheNextOwner() {
    answersWanted = ResponseSpec.When.Success;
    script.add(OK);
    answerScript.add(new DeadLetters.Result.Failed("WriteFailed", "not enough replicas"));
    heard.whenAnswerFailed = assignment::end;

    assertThat(deliver("{}")).isEqualTo(new Outcome.Interrupted());
    assertThat(heard.outcomes).containsExactly(new Outcome.Interrupted());
  }

  @Test
  void anAnswerThatCameAfterThePartitionWasTakenAwayIsWrittenAllTheSame() {
    answersWanted = ResponseSpec.When.Success;
    script.add(OK);
    whileSending = assignment::end;

    assertThat(deliver("{}")).isEqualTo(new Outcome.Delivered());
    assertThat(answered).containsExactly("200 Delivered");
  }

  @Test
  void ofARecordThatIsGivenUpAnAnswerIsWrittenAfterItsDeadLetterIfThatIsWanted() {
    answersWanted = ResponseSpec.When.Always;
    script.add(REFUSED);
    assertThat(deliver("{}")).isEqualTo(new Outcome.DeadLettered());
    script.add(REFUSED);
    assertThat(deliver("{onRefused: Discard}")).isEqualTo(new Outcome.Discarded());
    assertThat(answered).containsExactly("400 DeadLettered", "400 Discarded");
    assertThat(deadLettersWhenAnswered).containsExactly(1, 1);

    answersWanted = ResponseSpec.When.Success;
    script.add(REFUSED);
    assertThat(deliver("{}")).isEqualTo(new Outcome.DeadLettered());
    skips = true;
    assertThat(deliver("{}")).isEqualTo(new Outcome.Skipped());
    assertThat(answered).hasSize(2);
  }

  @Test
  void nothingIsSentOnceTheAssignmentHasEnded() {
    assignment.end();
    assertThat(deliver("{}")).isEqualTo(new Outcome.Interrupted());
  }

  @Test
  void whatWasNotSentBecauseTheFenceShutIsSentOnceItIsOpen() {
    script.add(new Verdict.Cut("-"));
    script.add(REFUSED);

    assertThat(deliver("{retry: {maxAttempts: 1}}")).isEqualTo(new Outcome.DeadLettered());
    assertThat(deadLetters).extracting(Failure::attempts).as("calls").containsExactly(1);
  }

  @Test
  void whatWasCutWithItsPartitionIsLeftToTheNextOwner() {
    script.add(new Verdict.Cut("-"));
    whileSending = assignment::end;

    assertThat(deliver("{}")).isEqualTo(new Outcome.Interrupted());
  }

  @Test
  void nothingIsSentWhileTheFenceIsShut() {
    fenceOpen = false;
    whileSending = () -> assertThat(fenceOpen).isTrue();
    script.add(OK);
    after(50, () -> fenceOpen = true);

    assertThat(deliver("{}")).isEqualTo(new Outcome.Delivered());
  }

  @Test
  void noCallBeginsDuringAPause() {
    paused = true;
    whileSending = () -> assertThat(paused).isFalse();
    script.add(OK);
    after(50, () -> paused = false);

    assertThat(deliver("{}")).isEqualTo(new Outcome.Delivered());
  }

  @Test
  void noRecordIsGivenUpForItsAgeDuringAPause() {
    paused = true;
    var givenUpMeanwhile = new AtomicInteger(-1);
    after(
        200,
        () -> {
          givenUpMeanwhile.set(deadLetters.size());
          paused = false;
        });

    assertThat(deliver("{retry: {maxRecordAge: 10ms}}")).isEqualTo(new Outcome.DeadLettered());
    assertThat(givenUpMeanwhile).hasValue(0);
  }

  @Test
  void aPauseEndsWithTheAssignment() {
    paused = true;
    after(50, assignment::end);

    assertThat(deliver("{}")).isEqualTo(new Outcome.Interrupted());
  }

  @Test
  void aWaitEndsWithTheAssignment() {
    script.add(new RateLimited("429", Duration.ofMinutes(4)));
    after(50, () -> assignment.end());

    assertThat(deliver("{}")).isEqualTo(new Outcome.Interrupted());
  }

  @Test
  void whatComesFromARetryTopicAndFailsAgainOpensTheCircuitOnlyWhereNobodyElseIsAccepted() {
    String spec =
        "{ordering: Unordered, retry: {initialBackoff: 20ms, mode: Topics, topics: [{delay: 1m}]}, circuitBreaker: {minimumRequests: 1}}";
    var first = record;
    record = again(first);
    script.add(FAILED);
    after(200, first.assignment()::end);
    deliver(spec);
    assertThat(breaker.isOpen()).as("nobody tells that the target works").isTrue();
  }

  @Test
  void atAnOpenCircuitItStandsAsideWhileOthersAreDiverted() {
    String spec =
        "{ordering: Unordered, retry: {initialBackoff: 20ms, mode: Topics, topics: [{delay: 1m}]}, circuitBreaker: {minimumRequests: 1, onOpen: DeadLetter}}";
    var first = record;
    record = again(first);
    script.add(FAILED);
    after(400, first.assignment()::end);
    assertThat(deliver(spec)).isEqualTo(new Outcome.Interrupted());
    assertThat(deadLetters).isEmpty();
  }

  private static SourceRecord again(SourceRecord first) {
    return new SourceRecord(
        first.record(),
        first.assignment(),
        5,
        new RecordKey.Given("key"),
        new Past(2, Optional.empty(), 0, 1));
  }

  @Test
  void howLongCallsStoodStillIsKnownByWhatHeldThem() {
    script.add(new RateLimited("429", Duration.ofMillis(80)));
    script.add(OK);

    deliver("{}");

    assertThat(leave.stood(Hold.SlowDown)).isBetween(Duration.ofMillis(75), Duration.ofSeconds(20));
    assertThat(leave.stood(Hold.RateLimit)).isZero();
  }

  /**
   * Other lanes begin calls after this one's failure, during its backoff, and they are accepted:
   * several, for a slow machine may notice the failure later than the first.
   */
  private void anotherSoonIsAccepted() {
    for (int millis = 5; millis <= 320; millis *= 2) {
      after(millis, () -> evidence.accepted(evidence.begin()));
    }
  }

  /** Does it on a thread of its own. */
  private static void after(long millis, Runnable action) {
    Thread.ofVirtual()
        .start(() -> {
          try {
            Thread.sleep(millis);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          action.run();
        });
  }

  private Outcome deliver(String deliverySpec) {
    return deliver(spec(deliverySpec));
  }

  private Outcome deliver(DeliverySpec spec) {
    var schedule = RetrySchedule.of(spec.retry());
    var slots = new Slots(1);
    slots.tryTake();
    LongSupplier nanoTime = () -> System.nanoTime() + now;
    var throttle =
        new Throttle(
            schedule,
            spec.retry(),
            true,
            Pace.none(),
            new Purse(RateLimit.of(spec.rateLimit()), () -> nanoTime.getAsLong() / 1_000),
            flood -> {},
            () -> 0.5,
            nanoTime);
    breaker = new Breaker(spec.circuitBreaker(), Duration.ofSeconds(1), () -> 0.5, nanoTime);
    DeadLetters topic =
        (source, failure) -> {
          deadLetters.add(failure);
          return deadLetterScript.isEmpty()
              ? new DeadLetters.Result.Written()
              : deadLetterScript.poll();
        };
    var givingUp = new GivingUp(spec, RetryTopics.NONE, KeyTurns.NONE, topic, heard, held, slots);
    Answers answers =
        (source, last, outcome) -> {
          answered.add(last.code() + " " + outcome.getClass().getSimpleName());
          deadLettersWhenAnswered.add(deadLetters.size());
          return answerScript.isEmpty() ? new DeadLetters.Result.Written() : answerScript.poll();
        };
    var wanted =
        answersWanted == null
            ? null
            : new ResponseSpec("answers", answersWanted, ResponseSpec.Format.Body, "c");
    var answering = new Answering(wanted, answers, heard, held, slots, 1_000, Duration.ofMillis(1));
    leave =
        new Leave(
            throttle,
            breaker,
            new CallsAtOnce(1, Duration.ofSeconds(1), slots::allow, nanoTime),
            schedule,
            () -> paused,
            heard,
            Clock.systemUTC(),
            nanoTime);
    return new Delivery(
            new Scripted(),
            leave,
            schedule,
            new RetryBudget(spec.retry().budgetPercent(), nanoTime),
            evidence,
            new LaneLimits(evidence, source -> source, lane -> true),
            held,
            givingUp,
            KeyTurns.NONE,
            answering,
            slots,
            heard,
            Clock.systemUTC(),
            System::nanoTime,
            () -> 0.5)
        .deliver(record);
  }

  static DeliverySpec spec(String delivery) {
    String yaml =
        "{apiVersion: kafka-api-bridge.dev/v1alpha1, kind: KafkaApiBridge, metadata: {name: a}, spec: {kafka: {bootstrapServers: 'k:9', topics: [a]}, target: {http: {url: 'http://a'}}, delivery: "
            + delivery
            + "}}";
    return ((BridgeFile.Reading.Sound) BridgeFile.read(yaml)).bridge().spec().delivery();
  }

  private final class Scripted implements Target {
    @Override
    public ChannelCounts channel() {
      return new ChannelCounts(() -> 0);
    }

    @Override
    public Prepared prepare(SourceRecord source) {
      if (skips) {
        return new Prepared.Skipped();
      }
      return new Prepared.Ready(leaving -> {
        assertThat(leaving.getAsBoolean()).isTrue();
        whileSending.run();
        return script.removeFirst();
      });
    }

    @Override
    public Duration longestCall() {
      return Duration.ofSeconds(1);
    }

    @Override
    public String endpoint() {
      return "http://a";
    }

    @Override
    public void close() {}
  }

  private static final class Heard extends Silent {
    final List<Outcome> outcomes = new ArrayList<>();
    final List<Boolean> lanesAlone = new ArrayList<>();
    final Set<Hold> holds = EnumSet.noneOf(Hold.class);
    final List<String> deadLetterFaults = new ArrayList<>();
    final List<String> answerFaults = new ArrayList<>();
    int answers;
    Runnable whenAnswerFailed = () -> {};
    Runnable afterAnswer = () -> {};
    Runnable whenBlocked = () -> {};
    Runnable whenDeadLetterFailed = () -> {};

    @Override
    public void heldBack(SourceRecord source, Hold by, Duration waited) {
      holds.add(by);
    }

    @Override
    public void answered(SourceRecord source, Verdict verdict, Duration took, boolean lanesAlone) {
      this.lanesAlone.add(lanesAlone);
      answers++;
      afterAnswer.run();
    }

    @Override
    public void deadLetterFailed(SourceRecord source, String reason, String message) {
      deadLetterFaults.add(reason);
      whenDeadLetterFailed.run();
    }

    @Override
    public void answerFailed(SourceRecord source, String reason, String message) {
      answerFaults.add(reason);
      whenAnswerFailed.run();
    }

    @Override
    public void blocked(SourceRecord source, Failure failure) {
      whenBlocked.run();
    }

    @Override
    public void ended(SourceRecord source, Outcome outcome) {
      outcomes.add(outcome);
    }
  }
}
