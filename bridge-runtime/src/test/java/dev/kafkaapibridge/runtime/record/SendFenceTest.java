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

    poll();
    assertThat(fence.isOpen()).isTrue();
  }

  @Test
  void itShutsWhenTheCoordinatorHasHeardNothingForFourFifthsOfTheSession() {
    for (int second = 0; second < 36; second++) {
      poll();
      assertThat(fence.isOpen()).isTrue();
      pass(1);
    }
    poll();
    assertThat(fence.isOpen()).isFalse();
  }

  @Test
  void onceShutAHeartbeatAloneDoesNotOpenIt() {
    pass(40);
    fence.heard(now);
    assertThat(fence.isOpen()).as("the partitions may be another's").isFalse();

    poll();
    assertThat(fence.isOpen()).as("the poll has told what is owned").isTrue();
  }

  @Test
  void whatCountsIsWhenAHeartbeatWasSent() {
    pass(30);
    fence.heard(now - Duration.ofSeconds(20).toNanos());
    pass(16);
    poll();
    assertThat(fence.isOpen()).isFalse();
  }

  @Test
  void aPollThatWasUnderWayDoesNotOpenItForAHeartbeat() {
    fence.polling();
    pass(60); // it stood still; the coordinator gave it up, and says so to its next heartbeat
    fence.heard(now);
    fence.polled();
    assertThat(fence.isOpen()).as("that poll knows nothing of the answer").isFalse();

    poll();
    assertThat(fence.isOpen()).isTrue();
  }

  @Test
  void aPollCountsFromItsBeginning() {
    fence.polling();
    pass(240);
    fence.heard(now);
    fence.polled();
    assertThat(fence.isOpen()).isFalse();
  }

  @Test
  void aPollTakesNothingBackOfWhatWasHeardMeanwhile() {
    fence.polling();
    pass(30);
    fence.heard(now);
    fence.polled();
    pass(30);
    assertThat(fence.isOpen()).isTrue();
  }

  private void poll() {
    fence.polling();
    fence.polled();
  }

  private void pass(int seconds) {
    now += Duration.ofSeconds(seconds).toNanos();
  }
}
