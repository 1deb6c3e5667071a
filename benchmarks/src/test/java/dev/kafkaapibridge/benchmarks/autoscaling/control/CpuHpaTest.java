package dev.kafkaapibridge.benchmarks.autoscaling.control;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CpuHpaTest {

  @ParameterizedTest
  @CsvSource({
    // pods, with a metric, busy, wanted
    "4, 4, 4.0, 6", // all busy: 4 / 0.75
    "4, 4, 3.2, 4", // 80 %: within the tolerance
    "4, 4, 1.0, 2",
    "8, 4, 4.0, 8", // four more are starting; counted as idle they are enough
    "5, 4, 4.0, 5",
    "4, 0, 0.0, 4", // nothing known
  })
  void followsTheRatio(int pods, int measured, double busy, int wanted) {
    assertThat(CpuHpa.wanted(pods, measured, busy)).isEqualTo(wanted);
  }
}
