package dev.kafkaapibridge.runtime.consume;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DrainTimesTest {

  @ParameterizedTest
  @CsvSource({
    "30, 60, 31, 300",
    "58, 60, 55, 300",
    "1, 5, 2, 300",
    "4, 5, 2, 300",
    "890, 3600, 891, 1842"
  })
  void callsGetTheirTimeoutWithinTheGracePeriod(
      long requestTimeout, long grace, long calls, long maxPollInterval) {
    var times = DrainTimes.of(Duration.ofSeconds(requestTimeout), Duration.ofSeconds(grace));

    assertThat(times.calls().toSeconds()).isEqualTo(calls);
    assertThat(times.maxPollInterval().toSeconds()).isEqualTo(maxPollInterval);
  }
}
