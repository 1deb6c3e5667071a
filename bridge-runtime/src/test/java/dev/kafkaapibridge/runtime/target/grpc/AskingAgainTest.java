package dev.kafkaapibridge.runtime.target.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AskingAgainTest {

  private static final long NOW = -3_000_000_000_000L; // a nanoTime may be negative

  private final AskingAgain asked = new AskingAgain(0, 0, 0).answered(NOW, 1);

  @Test
  void anotherConnectionMayBeAnotherServer() {
    assertThat(asked.isDue(after(Duration.ofSeconds(59)), 2)).isFalse();
    assertThat(asked.isDue(after(Duration.ofSeconds(60)), 2)).isTrue();
    assertThat(asked.isDue(after(Duration.ofSeconds(599)), 1)).isFalse();
    assertThat(asked.isDue(after(Duration.ofSeconds(600)), 1)).isTrue();
  }

  @Test
  void inVainItIsAskedLessAndLess() {
    AskingAgain again = asked;
    for (int minutes : new int[] {2, 4, 8, 16, 16}) {
      again = again.inVain(NOW);
      assertThat(again.isDue(after(Duration.ofMinutes(minutes)).longValue() - 1, 9)).isFalse();
      assertThat(again.isDue(after(Duration.ofMinutes(minutes)), 1)).isTrue();
    }
    assertThat(again.answered(NOW, 9).isDue(after(Duration.ofMinutes(1)), 9)).isFalse();
  }

  private static Long after(Duration time) {
    return NOW + time.toNanos();
  }
}
