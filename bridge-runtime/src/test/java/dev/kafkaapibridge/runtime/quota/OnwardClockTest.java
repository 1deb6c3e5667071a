package dev.kafkaapibridge.runtime.quota;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OnwardClockTest {

  private static final long SECOND = 1_000_000;

  private long wall = 1_700_000_000 * SECOND;
  private long nanos = -5;
  private final OnwardClock clock = new OnwardClock(() -> wall, () -> nanos);

  @Test
  void isTheWallClock() {
    assertThat(clock.getAsLong()).isEqualTo(wall);
    passes(3 * SECOND);
    assertThat(clock.getAsLong()).isEqualTo(wall);
  }

  @Test
  void runsAtHalfSpeedUntilAWallClockThatWasSetBackHasCaughtUp() {
    long before = clock.getAsLong();
    wall -= 10 * SECOND;
    assertThat(clock.getAsLong()).isEqualTo(before);
    for (int i = 0; i < 8_000; i++) {
      passes(SECOND / 1_000);
      clock.getAsLong();
    }
    assertThat(clock.getAsLong()).isEqualTo(before + 4 * SECOND);
    passes(12 * SECOND);
    assertThat(clock.getAsLong()).isEqualTo(before + 10 * SECOND).isEqualTo(wall);
    passes(SECOND);
    assertThat(clock.getAsLong()).isEqualTo(wall);
  }

  private void passes(long micros) {
    wall += micros;
    nanos += micros * 1_000;
  }
}
