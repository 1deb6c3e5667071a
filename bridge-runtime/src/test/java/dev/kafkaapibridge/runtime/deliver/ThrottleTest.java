package dev.kafkaapibridge.runtime.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.pace.Pace;
import dev.kafkaapibridge.runtime.quota.Purse;
import dev.kafkaapibridge.runtime.quota.RateLimit;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What one call in a while finds out while calls are held, and what that costs. */
class ThrottleTest {

  private static final Verdict FAILED =
      new Verdict.TargetFailed("503", "HttpStatus", "the target answered 503");
  private static final Verdict ACCEPTED = new Verdict.Accepted("200");
  private static final Verdict WRONG =
      new Verdict.TargetMisconfigured("401", "AuthenticationFailed", "the target answered 401");

  private long now;
  private final Throttle throttle =
      new Throttle(
          RetrySchedule.of(DeliveryTest.spec("{}").retry()),
          DeliveryTest.spec("{}").retry(),
          true,
          Pace.none(),
          new Purse(null, () -> now / 1_000),
          flood -> {},
          () -> 0.5,
          () -> now);

  @Test
  void whileTheConfigurationIsWrongAProbeThatFailsIsTheOnlyOneOfItsTime() {
    throttle.learn(pass(), WRONG);
    now += Throttle.MISCONFIGURED_PROBE.toNanos();
    assertThat(callsThatFail()).isEqualTo(1);
    now += Throttle.MISCONFIGURED_PROBE.toNanos();
    assertThat(callsThatFail()).isEqualTo(1);
  }

  /** Its lane may not, whatever others may; they would all go to find that they may not either. */
  @Test
  void aProbeOfALaneThatIsForbiddenAloneLetsNoOthersGo() {
    throttle.learn(pass(), WRONG);
    now += Throttle.MISCONFIGURED_PROBE.toNanos();
    throttle.learnOfLane(pass(), WRONG);
    assertThat(callsThatFail()).isZero();
    now += Throttle.MISCONFIGURED_PROBE.toNanos();
    assertThat(callsThatFail()).isEqualTo(1);
  }

  @Test
  void aLaneThatIsToldToSlowDownHasShownThatTheConfigurationIsRight() {
    throttle.learn(pass(), WRONG);
    now += Throttle.MISCONFIGURED_PROBE.toNanos();
    throttle.learnOfLane(pass(), new Verdict.RateLimited("429", null));
    throttle.learn(pass(), ACCEPTED);
    assertThat(throttle.enter()).isInstanceOf(Throttle.Entry.Go.class);
  }

  @Test
  void soItIsWhileTheTargetHasAskedToSlowDown() {
    throttle.learn(pass(), new Verdict.RateLimited("429", Duration.ofHours(5)));
    now += Duration.ofHours(1).toNanos();
    assertThat(callsThatFail()).isEqualTo(1);
  }

  @Test
  void aProbeThatWasCutIsNone() {
    throttle.learn(pass(), WRONG);
    now += Throttle.MISCONFIGURED_PROBE.toNanos();
    throttle.learn(pass(), new Verdict.Cut("-"));
    assertThat(callsThatFail()).isEqualTo(1);
  }

  @Test
  void withoutAHintALimitedCallLowersTheRateAndClosesNothing() {
    Throttle learning = learning();
    now += Duration.ofMinutes(1).toNanos();
    for (int i = 0; i < 10_000; i++) {
      now += Duration.ofMillis(10).toNanos();
      learning.learn(pass(learning), ACCEPTED);
    }
    Throttle.Pass first = pass(learning);
    learning.learn(first, new Verdict.RateLimited("429", null));
    assertThat(learning.closedUntil(java.time.Instant.EPOCH)).isNull();
    assertThat(learning.enter())
        .isInstanceOfSatisfying(
            Throttle.Entry.Wait.class, wait -> assertThat(wait.hold()).isEqualTo(Hold.LearnedRate));
    now += Duration.ofMillis(15).toNanos();
    assertThat(learning.enter()).isInstanceOf(Throttle.Entry.Go.class);
  }

  @Test
  void whoAcceptsNothingIsAskedLessAndLess() {
    Throttle learning = learning();
    int calls = 0;
    for (int millis = 0; millis < 600_000; millis++) {
      now += 1_000_000;
      if (learning.enter() instanceof Throttle.Entry.Go(var pass)) {
        calls++;
        learning.learn(pass, new Verdict.RateLimited("429", null));
      }
    }
    assertThat(calls).as("in ten minutes").isBetween(10, 100);
  }

  @Test
  void aCallThatTheDeclaredLimitHoldsBackCostsNothingOfTheLearnedRate() {
    var purse = new Purse(new RateLimit(1, 3_600_000_000L, 0, true), () -> now / 1_000);
    var pace = Pace.learning(() -> 0.5, () -> now);
    Throttle both = throttle(pace, purse);
    Throttle.Pass only = pass(both);
    both.leaves(only);
    both.learn(only, ACCEPTED);
    for (int i = 0; i < 100; i++) {
      now += Duration.ofMillis(100).toNanos();
      assertThat(both.enter())
          .isInstanceOfSatisfying(
              Throttle.Entry.Wait.class, wait -> assertThat(wait.hold()).isEqualTo(Hold.RateLimit));
    }
  }

  private Throttle learning() {
    return throttle(Pace.learning(() -> 0.5, () -> now), new Purse(null, () -> now / 1_000));
  }

  private Throttle throttle(Pace pace, Purse purse) {
    return new Throttle(
        RetrySchedule.of(DeliveryTest.spec("{}").retry()),
        DeliveryTest.spec("{}").retry(),
        true,
        pace,
        purse,
        flood -> {},
        () -> 0.5,
        () -> now);
  }

  private static Throttle.Pass pass(Throttle throttle) {
    return ((Throttle.Entry.Go) throttle.enter()).pass();
  }

  private int callsThatFail() {
    for (int calls = 0; calls < 100; calls++) {
      if (!(throttle.enter() instanceof Throttle.Entry.Go(var pass))) {
        return calls;
      }
      throttle.learn(pass, FAILED);
    }
    return 100;
  }

  private Throttle.Pass pass() {
    return ((Throttle.Entry.Go) throttle.enter()).pass();
  }
}
