package dev.kafkaapibridge.benchmarks.autoscaling.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kafkaapibridge.benchmarks.autoscaling.report.Ratios.Pair;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Measured;
import java.util.List;
import org.junit.jupiter.api.Test;

class RatiosTest {

  private static Measured measured(double lag, double podHours, long throttled, int flaps) {
    return new Measured(lag, 0, 0, 0, podHours, throttled, 0, 0, 1, 0, flaps, 1, null, 0);
  }

  @Test
  void halfHereAndTwiceThereIsAsGood() {
    Ratios ratios =
        Ratios.of(
            List.of(
                new Pair(measured(1, 2, 0, 0), measured(3, 1, 9, 1)),
                new Pair(measured(3, 1, 9, 1), measured(1, 2, 0, 0))));

    assertThat(ratios.lag()).isEqualTo(1, within(1e-9));
    assertThat(ratios.podHours()).isEqualTo(1, within(1e-9));
    assertThat(ratios.throttled()).isEqualTo(1, within(1e-9));
    assertThat(ratios.mostLag()).isEqualTo(2, within(1e-9));
    assertThat(ratios.mostPodHours()).isEqualTo(2, within(1e-9));
  }

  @Test
  void noneAtAllIsNotInfinitelyBetter() {
    Ratios ratios = Ratios.of(List.of(new Pair(measured(0, 1, 0, 0), measured(99, 1, 99, 3))));

    assertThat(ratios.throttled()).isEqualTo(0.01, within(1e-9));
    assertThat(ratios.lag()).isEqualTo(0.01, within(1e-9));
    assertThat(ratios.flaps()).isEqualTo(0.25, within(1e-9));
  }
}
