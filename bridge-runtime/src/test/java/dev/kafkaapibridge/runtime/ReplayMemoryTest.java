package dev.kafkaapibridge.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.junit.jupiter.api.Test;

class ReplayMemoryTest {

  private long now = Long.MAX_VALUE - 1; // a clock that runs over
  private final List<Duration> visits = new ArrayList<>();
  private final long start = now;
  private boolean refused;

  @Test
  void theGroupIsVisitedSomeTimeAfterTheStartAndThenOnceADay() {
    lookFor(Duration.ofHours(72), memory(0.5));

    assertThat(visits)
        .containsExactly(
            Duration.ofMinutes(40),
            Duration.ofHours(24).plusMinutes(40),
            Duration.ofHours(48).plusMinutes(40));
  }

  @Test
  void anotherPodComesAtAnotherTime() {
    lookFor(Duration.ofHours(2), memory(0));
    assertThat(visits).containsExactly(Duration.ofMinutes(10));
  }

  @Test
  void whereItCouldNotBeVisitedItIsTriedAnHourLater() {
    refused = true;
    ReplayMemory memory = memory(0);
    lookFor(Duration.ofHours(1), memory);
    refused = false;
    lookFor(Duration.ofHours(2), memory);

    assertThat(visits).containsExactly(Duration.ofMinutes(10), Duration.ofMinutes(70));
  }

  private ReplayMemory memory(double share) {
    return new ReplayMemory(
        () -> {
          visits.add(Duration.ofNanos(now - start));
          if (refused) {
            throw new GroupAuthorizationException("shop.replay");
          }
          return true;
        },
        () -> now,
        share);
  }

  private void lookFor(Duration time, ReplayMemory memory) {
    for (int minute = 0; minute < time.toMinutes(); minute++) {
      now += Duration.ofMinutes(1).toNanos();
      memory.look();
    }
  }
}
