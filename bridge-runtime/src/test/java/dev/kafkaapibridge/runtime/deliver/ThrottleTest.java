package dev.kafkaapibridge.runtime.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.quota.Purse;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What one call in a while finds out while calls are held, and what that costs. */
class ThrottleTest {

  private static final Verdict FAILED =
      new Verdict.TargetFailed("503", "HttpStatus", "the target answered 503");
  private static final Verdict WRONG =
      new Verdict.TargetMisconfigured("401", "AuthenticationFailed", "the target answered 401");

  private long now;
  private final Throttle throttle =
      new Throttle(
          RetrySchedule.of(DeliveryTest.spec("{}").retry()),
          DeliveryTest.spec("{}").retry(),
          true,
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
