package dev.kafkaapibridge.runtime.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttemptsTest {

  private static final int MOST = 3;

  private final TargetEvidence evidence = new TargetEvidence();
  private final Attempts attempts =
      new Attempts(
          new RetrySchedule(MOST, Duration.ofMillis(500), Duration.ofMillis(500), 2, true, null),
          evidence,
          false);

  /** A call that is accepted begins each 100 ms; the record fails at once, twice a second. */
  @ParameterizedTest(name = "accepted after {0} ms")
  @ValueSource(ints = {10, 200, 490, 500, 1_000, 5_000})
  void aRecordThatAlwaysFailsIsGivenUpHoweverSlowTheOthersAre(int latency) {
    record UnderWay(long until, long number) {}
    var others = new ArrayDeque<UnderWay>();
    int failed = 0;
    for (long millis = 0; !attempts.areSpent(); millis += 10) {
      if (millis % 100 == 50) {
        others.add(new UnderWay(millis + latency, evidence.begin()));
      }
      while (!others.isEmpty() && others.peek().until() <= millis) {
        evidence.accepted(others.remove().number());
      }
      if (millis % 500 == 0) {
        fail();
        failed++;
      }
      assertThat(failed).isLessThan(100);
    }
    assertThat(failed).isLessThanOrEqualTo(MOST * (2 + latency / 500));
  }

  @Test
  void aFailureIsCountedOnceHoweverManyAreAcceptedAfterIt() {
    fail();
    for (int i = 0; i < 10; i++) {
      evidence.accepted(evidence.begin());
      assertThat(attempts.areSpent()).isFalse();
    }
  }

  @Test
  void inAnOutageNoneIsCounted() {
    long before = evidence.begin();
    for (int i = 0; i < 100; i++) {
      fail();
    }
    evidence.accepted(before);
    assertThat(attempts.areSpent()).isFalse();
  }

  private void fail() {
    var number = evidence.begin();
    assertThat(number).isPositive();
    attempts.failed();
  }
}
