package dev.kafkaapibridge.runtime.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.Seeds;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryScheduleTest {

  private static final RetrySchedule BOUNDS =
      new RetrySchedule(6, Duration.ofMillis(500), Duration.ofMinutes(1), 2, false, null);

  @ParameterizedTest
  @CsvSource({"1, 500", "2, 1000", "3, 2000", "7, 32000", "8, 60000", "9, 60000", "100000, 60000"})
  void theBoundGrowsToItsMaximum(int failures, long millis) {
    assertThat(BOUNDS.backoff(failures, () -> 0)).isEqualTo(Duration.ofMillis(millis));
  }

  @Test
  void fullJitterIsAnywhereBelowTheBound() {
    var jittered =
        new RetrySchedule(6, Duration.ofMillis(500), Duration.ofMinutes(1), 2, true, null);
    Seeds.each(
        1_000,
        random -> {
          int failures = random.nextInt(1, 200);
          assertThat(jittered.backoff(failures, random::nextDouble))
              .isBetween(Duration.ZERO, BOUNDS.backoff(failures, () -> 0));
        });
  }
}
