package dev.kafkaapibridge.runtime.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.Seeds;
import org.junit.jupiter.api.Test;

class OnwardClockTest {

  private static final long SECOND = 1_000_000;

  private long wall = 1_700_000_000 * SECOND;
  private long nanos = -5;
  private long stoppedFor;
  private final OnwardClock clock = new OnwardClock(this::wall, () -> nanos);

  @Test
  void isTheWallClockUntilThatIsSet() {
    assertThat(clock.getAsLong()).isEqualTo(wall);
    passes(3 * SECOND);
    assertThat(clock.getAsLong()).isEqualTo(wall);
    assertThat(clock.wallIsAhead()).isZero();
  }

  @Test
  void goesOnEvenlyHoweverTheWallClockIsSetAndKnowsByHowMuch() {
    Seeds.each(
        20,
        random -> {
          long before = clock.getAsLong();
          for (int i = 0; i < 200; i++) {
            long step = random.nextLong(-10 * SECOND, 10 * SECOND);
            long time = random.nextLong(2 * SECOND);
            wall += step;
            passes(time);
            long now = clock.getAsLong();
            assertThat(now - before).isBetween(time - 1, time + 1);
            assertThat(now + clock.wallIsAhead())
                .isBetween(wall - OnwardClock.UNSAID, wall + OnwardClock.UNSAID);
            before = now;
          }
        });
  }

  @Test
  void whoWasStoppedWhileItLookedHasSeenNothing() {
    clock.getAsLong();
    stoppedFor = SECOND;
    clock.getAsLong();
    assertThat(clock.wallIsAhead()).isZero();
    stoppedFor = 0;
    clock.getAsLong();
    assertThat(clock.wallIsAhead()).isZero();
  }

  /** Before it is read as much time goes by. */
  private long wall() {
    passes(stoppedFor);
    return wall;
  }

  private void passes(long micros) {
    wall += micros;
    nanos += micros * 1_000;
  }
}
