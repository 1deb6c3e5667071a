package dev.kafkaapibridge.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EventBudgetTest {

  private final EventBudget budget = new EventBudget();
  private Instant now = Instant.parse("2026-11-25T10:00:00Z");

  @Test
  void givesABurstAndThenOneInFiveMinutes() {
    assertThat(taken(100)).isEqualTo(25);

    now = now.plus(Duration.ofMinutes(4));
    assertThat(taken(10)).isZero();

    now = now.plus(Duration.ofMinutes(1));
    assertThat(taken(10)).isEqualTo(1);

    now = now.plus(Duration.ofMinutes(14));
    assertThat(taken(10)).isEqualTo(2);
  }

  @Test
  void neverSavesUpMoreThanTheBurst() {
    taken(100);

    now = now.plus(Duration.ofDays(7));
    assertThat(taken(100)).isEqualTo(25);
  }

  private int taken(int asked) {
    int taken = 0;
    for (int i = 0; i < asked; i++) {
      taken += budget.take(now) ? 1 : 0;
    }
    return taken;
  }
}
