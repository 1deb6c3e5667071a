package dev.kafkaapibridge.runtime.deliver;

import static dev.kafkaapibridge.runtime.deliver.Overload.MILLI;
import static dev.kafkaapibridge.runtime.deliver.Overload.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.Seeds;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The number of calls at once, found by failures alone, of APIs of several kinds. */
class CallsAtOnceTest {

  private static final int MOST = 64;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private long now;
  private static final Verdict FAILED = new Verdict.TargetFailed("503", "ServerError", "no");

  @ParameterizedTest(name = "{0} calls at once, {1} ms, refused in {2} ms, {3} fail by chance")
  @CsvSource({
    "1, 50, 2, 0",
    "4, 50, 2, 0",
    "4, 50, 50, 0",
    "4, 500, 5, 0",
    "20, 50, 2, 0",
    "50, 100, 5, 0",
    "4, 50, 2, 0.1",
    "20, 200, 5, 0.1"
  })
  void whatTheApiTakesAtOnceIsFoundAndUsed(int calls, int took, int refusal, double chance) {
    Seeds.each(
        5,
        random -> {
          var api = new Overload.Capacity(calls, took * MILLI, refusal * MILLI, chance, random);
          var pod = new Overload(api, MOST, TIMEOUT, random);
          pod.runUntil(120);
          double can = calls * 1000.0 / took * (1 - chance);
          assertThat(pod.accepted(20, 119) / can).as("used").isGreaterThan(0.6);
          assertThat(pod.failing(20, 119)).as("failing").isLessThan(chance + 0.05);
          assertThat(pod.meanLimit(20, 119)).as("at once").isBetween(0.7 * calls, 1.5 * calls);
        });
  }

  /** Calls queue at the API, and time out there; what was given up is worked on all the same. */
  @ParameterizedTest(name = "{0} workers, {1} ms")
  @CsvSource({"4, 500", "16, 1000"})
  void workersAreAskedForNoMoreThanTheyManageInTime(int workers, int took) {
    Seeds.each(
        5,
        random -> {
          var api = new Overload.Workers(workers, took * MILLI, 2 * SECOND);
          var pod = new Overload(api, MOST, Duration.ofSeconds(2), random);
          pod.runUntil(180);
          double can = workers * 1000.0 / took;
          assertThat(pod.accepted(60, 179) / can).as("used").isGreaterThan(0.6);
          assertThat(pod.failing(60, 179)).as("failing").isLessThan(0.1);
        });
  }

  @ParameterizedTest(name = "{0} fail, {1} ms, failures {2} ms")
  @CsvSource({
    "0.02, 50, 2",
    "0.06, 50, 50",
    "0.2, 50, 2",
    "0.2, 50, 50",
    "0.2, 50, 2000",
    "0.4, 50, 50",
    "0.1, 500, 2000"
  })
  void whatFailsByChanceTakesNoCallsAway(double failing, int took, int failure) {
    Seeds.each(
        5,
        random -> {
          var api = Overload.chance(failing, took * MILLI, failure * MILLI, random);
          var pod = new Overload(api, MOST, TIMEOUT, random);
          pod.runUntil(240);
          double can = MOST * 1000.0 / (took * (1 - failing) + failure * failing) * (1 - failing);
          assertThat(pod.accepted(10, 239) / can).as("used").isGreaterThan(0.6);
          assertThat(pod.meanLimit(10, 239)).as("at once").isGreaterThan(0.7 * MOST);
        });
  }

  /** The breaker's affair: it closes, and all of them are let go again within its ramp or so. */
  @ParameterizedTest(name = "calls of {0} ms")
  @CsvSource({"20", "100", "200"})
  void anOutageLeavesAsManyAsBefore(int took) {
    Seeds.each(
        20,
        random -> {
          var fair = Overload.chance(0, took * MILLI, 1, random);
          var pod = new Overload(fair, MOST, TIMEOUT, random);
          pod.runUntil(10);
          pod.api = Overload.chance(1, took * MILLI, (1 + random.nextInt(200)) * MILLI, random);
          int back = 40 + random.nextInt(20);
          pod.runUntil(back);
          pod.api = fair;
          pod.runUntil(back + 60);
          assertThat(pod.accepted(back + 36, back + 59))
              .as("full speed, 30 s (maxOpenDuration) and 5 s after it is back")
              .isGreaterThan(0.95 * MOST * 1000 / took);
          assertThat(pod.callsAtOnce.limit()).isEqualTo(MOST);
        });
  }

  @Test
  void aFallAndARiseOfWhatTheApiTakesAreFollowed() {
    Seeds.each(
        5,
        random -> {
          var api = new Overload.Capacity(50, 50 * MILLI, 2 * MILLI, 0, random);
          var pod = new Overload(api, MOST, TIMEOUT, random);
          pod.runUntil(60);
          api.calls = 5;
          pod.runUntil(150);
          assertThat(pod.accepted(90, 149) / 100).as("used of 5").isGreaterThan(0.8);
          assertThat(pod.failing(90, 149)).isLessThan(0.05);
          api.calls = 50;
          pod.runUntil(300);
          assertThat(pod.accepted(220, 299) / 1000).as("used of 50").isGreaterThan(0.9);
        });
  }

  @Test
  void whatSaysNothingOfTheTargetsStrengthCountsForNothing() {
    List<Integer> allowed = new ArrayList<>();
    var calls = new CallsAtOnce(MOST, TIMEOUT, allowed::add, () -> now += MILLI);
    List<Verdict> verdicts =
        List.of(
            new Verdict.RateLimited("429", null),
            new Verdict.RecordRefused("422", "Refused", "no"),
            new Verdict.TargetMisconfigured("401", "AuthenticationFailed", "no"),
            new Verdict.Again("307", Verdict.Again.Why.Redirected),
            new Verdict.Cut("-"),
            new Verdict.Accepted("200"));
    calls.ended(calls.begins(this), FAILED, Duration.ZERO); // from now on it looks
    for (int i = 0; i < 2_000; i++) {
      var some = new ArrayList<CallsAtOnce.Pass>();
      for (int j = 0; j < 20; j++) {
        some.add(calls.begins(this));
      }
      for (int j = 0; j < 20; j++) {
        calls.ended(some.get(j), verdicts.get((i + j) % verdicts.size()), Duration.ofMillis(5));
      }
    }
    assertThat(allowed).isEmpty();
    assertThat(calls.limit()).isEqualTo(MOST);
  }

  @Test
  void whileATrialLastsTheNumberOfBeforeIsReckonedWith() {
    List<Integer> allowed = new ArrayList<>();
    var calls = new CallsAtOnce(MOST, TIMEOUT, allowed::add, () -> now += MILLI);
    calls.ended(calls.begins(this), FAILED, Duration.ZERO);
    while (allowed.isEmpty()) {
      var one = calls.begins(this);
      var other = calls.begins(this);
      calls.ended(one, FAILED, Duration.ofMillis(5));
      calls.ended(other, new Verdict.Accepted("200"), Duration.ofMillis(5));
    }
    assertThat(calls.limit()).isEqualTo(1);
    assertThat(calls.settled()).isEqualTo(MOST);
    for (int i = 0; i < 100 && calls.limit() < MOST; i++) {
      calls.ended(
          calls.begins(this),
          i % 2 == 0 ? FAILED : new Verdict.Accepted("200"),
          Duration.ofMillis(5));
    }
    assertThat(allowed).as("the failures went on, and the number was given back").endsWith(MOST);
  }
}
