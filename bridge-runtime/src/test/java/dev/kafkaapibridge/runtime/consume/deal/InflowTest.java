package dev.kafkaapibridge.runtime.consume.deal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kafkaapibridge.runtime.Seeds;
import org.junit.jupiter.api.Test;

class InflowTest {

  private static final long SECOND = 1_000_000_000L;

  @Test
  void oneLookSaysNothingAndTwoDo() {
    Inflow first = Inflow.first(100, 0);

    assertThat(first.isKnown()).isFalse();
    assertThat(first.seen(100, 0)).as("at the same time").isSameAs(first);
    assertThat(first.seen(130, 3 * SECOND).perSecond()).isEqualTo(10);
    assertThat(first.seen(130, 3 * SECOND).isKnown()).isTrue();
  }

  /** Whatever was told, and however looks come. */
  @Test
  void aSteadyRateIsFound() {
    Seeds.each(
        500,
        random -> {
          double rate = random.nextDouble(1_000);
          Inflow inflow = Inflow.told(random.nextDouble(1_000), 0, 0);
          for (double at = 0; at < 400; at += .5 + random.nextDouble(10)) {
            inflow = inflow.seen(Math.round(at * rate), Math.round(at * SECOND));
          }
          assertThat(inflow.perSecond()).isCloseTo(rate, within(2 + rate / 50));
        });
  }

  @Test
  void untilItWasWatchedForLongAllThatWasSeenCountsAlike() {
    Inflow inflow = Inflow.first(0, 0).seen(100, 2 * SECOND).seen(100, 4 * SECOND);

    assertThat(inflow.perSecond()).isEqualTo(25);
  }

  @Test
  void aBurstCountsForLittle() {
    Inflow inflow = Inflow.told(10, 0, 0).seen(2_000, 2 * SECOND);

    assertThat(inflow.perSecond()).isBetween(10d, 70d);
  }

  @Test
  void aLogThatWasCutOffHasBroughtNothing() {
    Inflow inflow = Inflow.told(10, 1_000, 0).seen(400, 2 * SECOND);

    assertThat(inflow.perSecond()).isBetween(9d, 10d);
    assertThat(inflow.seen(420, 4 * SECOND).perSecond()).isBetween(9d, 10d);
  }
}
