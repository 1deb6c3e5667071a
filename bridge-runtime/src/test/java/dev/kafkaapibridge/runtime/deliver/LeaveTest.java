package dev.kafkaapibridge.runtime.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.api.v1alpha1.DeliverySpec;
import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.pace.Pace;
import dev.kafkaapibridge.runtime.quota.Purse;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.Past;
import dev.kafkaapibridge.runtime.record.RecordKey;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is called while the circuit is not closed. */
@Timeout(30)
class LeaveTest {

  private static final Verdict FAILED =
      new Verdict.TargetFailed("500", "ServerError", "the target answered 500");

  private final Assignment assignment = Records.assignment("orders", 0);
  private final SourceRecord first = Records.record(assignment, 1, "first");
  private final SourceRecord again =
      new SourceRecord(
          first.record(),
          assignment,
          7,
          new RecordKey.Given("key"),
          new Past(2, Optional.empty(), 0, 1));

  private final AtomicLong ahead = new AtomicLong();
  private final LongSupplier nanoTime = () -> System.nanoTime() + ahead.get();
  private final DeliverySpec spec = onOpen("Pause");
  private final Breaker breaker = breaker(spec);
  private final Leave leave = leave(spec, breaker);

  @Test
  void whoFailedBeforeKeepsNoPlaceAtAnOpenCircuit() throws Exception {
    open(leave, breaker);
    assertThat(leave.await(again, false)).isInstanceOf(Leave.Answer.Later.class);

    var comes = new FutureTask<>(() -> leave.await(first, false));
    Thread.ofVirtual().start(comes);
    await().until(() -> leave.waiting() == 1);
    ahead.addAndGet(Duration.ofMinutes(2).toNanos());
    assertThat(comes.get()).as("the probe").isInstanceOf(Leave.Answer.Go.class);
  }

  @Test
  void whereNobodyElseWaitsItIsTheProbe() throws Exception {
    open(leave, breaker);
    assertThat(leave.await(again, false)).isInstanceOf(Leave.Answer.Later.class);
    ahead.addAndGet(Duration.ofMinutes(2).toNanos());
    assertThat(leave.await(again, false)).isInstanceOf(Leave.Answer.Go.class);
  }

  /**
   * Where a source was silent while some of its records failed, these alone would be asked whether
   * the API is back, and what has come since would never be read.
   */
  @Test
  void whoFailedHereLeavesTheFirstProbesToOthersForASecond() throws Exception {
    open(leave, breaker);
    assertThat(leave.await(first, true)).isInstanceOf(Leave.Answer.Later.class);
    ahead.addAndGet(Duration.ofMillis(60_500).toNanos());
    assertThat(breaker.mayFetch(true)).as("others may come").isTrue();
    assertThat(leave.await(first, true)).isInstanceOf(Leave.Answer.Later.class);

    assertThat(leave.await(Records.record(assignment, 2, "other"), false))
        .isInstanceOf(Leave.Answer.Go.class);
    assertThat(leave.await(first, true)).isInstanceOf(Leave.Answer.Later.class);

    ahead.addAndGet(Duration.ofMillis(500).toNanos());
    assertThat(leave.await(first, true)).as("nobody came").isInstanceOf(Leave.Answer.Go.class);
  }

  @Test
  void whileOthersAreDivertedAReplayedRecordWaits() throws Exception {
    DeliverySpec diverting = onOpen("DeadLetter");
    Breaker open = breaker(diverting);
    Leave leave = leave(diverting, open);
    open(leave, open);
    SourceRecord letter = Records.record(Records.replayed("g.dlt", 0), 3, "key");
    var replayed =
        new SourceRecord(
            letter.record(),
            letter.assignment(),
            3,
            letter.idempotency(),
            new Past(2, Optional.empty(), 1, 0));

    assertThat(leave.await(first, false)).isInstanceOf(Leave.Answer.Divert.class);
    assertThat(leave.await(replayed, false)).isInstanceOf(Leave.Answer.Later.class);
  }

  private static DeliverySpec onOpen(String onOpen) {
    return DeliveryTest.spec(
        "{circuitBreaker: {minimumRequests: 1, openDuration: 1m, maxOpenDuration: 1m, onOpen: %s}}"
            .formatted(onOpen));
  }

  private Breaker breaker(DeliverySpec spec) {
    return new Breaker(spec.circuitBreaker(), Duration.ofSeconds(1), () -> 0.5, nanoTime);
  }

  private void open(Leave leave, Breaker breaker) throws InterruptedException {
    var go = (Leave.Answer.Go) leave.await(first, false);
    leave.learn(go, FAILED, Duration.ofMillis(1), false);
    assertThat(breaker.isOpen()).isTrue();
  }

  private Leave leave(DeliverySpec spec, Breaker breaker) {
    var schedule = RetrySchedule.of(spec.retry());
    var throttle =
        new Throttle(
            schedule,
            spec.retry(),
            true,
            Pace.none(),
            Purse.unlimited(),
            flood -> {},
            () -> 0.5,
            nanoTime);
    return new Leave(
        throttle,
        breaker,
        new CallsAtOnce(8, Duration.ofSeconds(1), slots -> {}, nanoTime),
        schedule,
        () -> false,
        new Silent(),
        Clock.systemUTC(),
        nanoTime);
  }
}
