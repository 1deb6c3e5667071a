package dev.kafkaapibridge.operator.bridge.observe;

import static dev.kafkaapibridge.operator.bridge.observe.Pods.fleet;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.pod;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.says;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.silent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.operator.bridge.observe.Fleet.Member;
import dev.kafkaapibridge.operator.bridge.observe.Throttling.Cause;
import java.time.OffsetDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaceWindowTest {

  private static final OffsetDateTime STARTED = OffsetDateTime.parse("2026-11-25T10:00:00Z");

  private final PaceWindow window = new PaceWindow();

  @ParameterizedTest
  @CsvSource({
    // calls, 429, per cent of the time held by the limit, by the target; the cause and its figure
    "1000, 0, 0, 0, WithinLimits,",
    "1000, 50, 0, 0, WithinLimits,",
    "1000, 60, 0, 0, TargetThrottling, 6",
    "1000, 180, 90, 0, TargetThrottling, 18",
    "10, 2, 0, 40, WithinLimits,",
    "2, 2, 0, 95, TargetThrottling, 100",
    "0, 0, 0, 100, TargetThrottling,",
    "1000, 0, 49, 0, WithinLimits,",
    "1000, 0, 50, 0, RateLimited, 50",
    "1000, 0, 97, 0, RateLimited, 97",
    "0, 0, 0, 0, WithinLimits,",
  })
  void theCauseFollowsFromWhatWasCounted(
      long calls, long limited, int byLimit, int byTarget, Cause cause, Integer percent) {
    assertThat(Throttling.of(new Throttling.Counted(calls, limited, byLimit, byTarget)))
        .isEqualTo(new Throttling(cause, percent));
  }

  @Test
  void aYoungPodTellsOfItsWholeLife() {
    assertThat(at(30, pods(30, 100, 50, 0))).isEqualTo(new Throttling(Cause.TargetThrottling, 50));
  }

  @Test
  void ofAnOldPodNothingIsKnownUntilItWasSeenTwice() {
    assertThat(at(4000, pods(4000, 100, 50, 0))).isNull();
    assertThat(at(4010, pods(4010, 200, 50, 0)))
        .isEqualTo(new Throttling(Cause.WithinLimits, null));
  }

  @Test
  void anOperatorThatHasJustBegunGoesOnWithWhatTheStatusSays() {
    assertThat(window.look(fleet(), Cause.RateLimited, STARTED.toInstant()))
        .isEqualTo(new Throttling(Cause.RateLimited, null));
  }

  @Test
  void onlyTheLastMinuteCountsAndTheOtherWordHasToLast() {
    at(10, pods(10, 0, 0, 0));
    // Calls stand still for the limit all the time: half of what is known at 20 s, which has lasted
    // at 50 s.
    for (int second = 20; second <= 70; second += 10) {
      assertThat(at(second, pods(second, second, 0, (second - 10) * 1000L)).cause())
          .as("at %d", second)
          .isEqualTo(second < 50 ? Cause.WithinLimits : Cause.RateLimited);
    }
    // And then no longer: less than half of the last minute at 110 s, which has lasted at 140 s.
    for (int second = 80; second <= 140; second += 10) {
      assertThat(at(second, pods(second, second, 0, 60_000)).cause())
          .as("at %d", second)
          .isEqualTo(second < 140 ? Cause.RateLimited : Cause.WithinLimits);
    }
  }

  @Test
  void aProcessThatBeginsAnewIsNotComparedWithTheFormer() {
    at(5000, pods(5000, 9000, 0, 0));
    at(5010, pods(5010, 9000, 0, 0));
    Member anew =
        says(
            "a",
            "processStartedAt",
            quoted(STARTED.plusSeconds(5015)),
            "reportedAt",
            quoted(STARTED.plusSeconds(5020)),
            "target.requests",
            "4",
            "target.rateLimited",
            "0");

    assertThat(at(5020, anew)).isEqualTo(new Throttling(Cause.WithinLimits, null));
  }

  @Test
  void podsThatAreSilentOrOlderTellNothing() {
    assertThat(at(10, silent(pod("a")))).isNull();
    assertThat(at(20, says("a", "target.limitedMillis", "null"))).isNull();
    assertThat(at(30, says("a", "target.slowedMillis", "-7"))).isNull();
  }

  private Throttling at(int second, Member... members) {
    return window.look(fleet(members), null, STARTED.plusSeconds(second).toInstant());
  }

  private static Member pods(int age, long requests, long rateLimited, long limitedMillis) {
    return says(
        "a",
        "reportedAt",
        quoted(STARTED.plusSeconds(age)),
        "target.requests",
        String.valueOf(requests),
        "target.rateLimited",
        String.valueOf(rateLimited),
        "target.limitedMillis",
        String.valueOf(limitedMillis));
  }

  private static String quoted(OffsetDateTime time) {
    return "\"" + time + "\"";
  }
}
