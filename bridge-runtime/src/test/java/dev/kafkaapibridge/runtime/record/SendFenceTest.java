package dev.kafkaapibridge.runtime.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SendFenceTest {

  private long now = Duration.ofHours(1).toNanos();
  private final SendFence fence =
      new SendFence(Duration.ofSeconds(300), Duration.ofSeconds(45), () -> now);

  @Test
  void itShutsWhenNothingIsPolledForFourFifthsOfTheInterval() {
    for (int second = 0; second < 239; second++) {
      pass(1);
      fence.heard(now);
      assertThat(fence.isOpen()).isTrue();
    }
    pass(1);
    fence.heard(now);
    assertThat(fence.isOpen()).isFalse();

    fence.polled();
    assertThat(fence.isOpen()).isTrue();
  }

  @Test
  void itShutsWhenTheCoordinatorHasHeardNothingForFourFifthsOfTheSession() {
    for (int second = 0; second < 36; second++) {
      fence.polled();
      assertThat(fence.isOpen()).isTrue();
      pass(1);
    }
    fence.polled();
    assertThat(fence.isOpen()).isFalse();
  }

  @Test
  void onceShutAHeartbeatAloneDoesNotOpenIt() {
    pass(40);
    fence.heard(now);
    assertThat(fence.isOpen()).as("the partitions may be another's").isFalse();

    fence.polled();
    assertThat(fence.isOpen()).as("the poll has told what is owned").isTrue();
  }

  @Test
  void whatCountsIsWhenAHeartbeatWasSent() {
    pass(30);
    fence.heard(now - Duration.ofSeconds(20).toNanos());
    pass(16);
    fence.polled();
    assertThat(fence.isOpen()).isFalse();
  }

  private void pass(int seconds) {
    now += Duration.ofSeconds(seconds).toNanos();
  }
}
