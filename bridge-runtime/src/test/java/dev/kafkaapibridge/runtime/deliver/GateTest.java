package dev.kafkaapibridge.runtime.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class GateTest {

  private long now;
  private final Gate gate = new Gate(() -> now);

  @Test
  void closedForATimeItOpensByItself() {
    gate.close(Duration.ofSeconds(2), Duration.ofMinutes(5));

    assertThat(gate.enter()).isEqualTo(Duration.ofSeconds(2));
    after(Duration.ofSeconds(2));
    assertThat(gate.enter()).isZero();
    assertThat(gate.enter()).isZero();
  }

  @Test
  void closedForLongItLetsOneProbeThroughInEachInterval() {
    gate.close(Duration.ofHours(1), Duration.ofMinutes(5));

    assertThat(gate.enter()).isEqualTo(Duration.ofMinutes(5));
    after(Duration.ofMinutes(5));
    assertThat(gate.enter()).as("the probe").isZero();
    assertThat(gate.enter()).as("one only").isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void aShorterWaitDoesNotOpenItEarlier() {
    gate.close(Duration.ofSeconds(30), Duration.ofMinutes(5));
    gate.close(Duration.ofSeconds(1), Duration.ofMinutes(5));

    after(Duration.ofSeconds(1));
    assertThat(gate.enter()).isEqualTo(Duration.ofSeconds(29));
  }

  @Test
  void aSuccessOpensIt() {
    gate.close(Duration.ofHours(1), Duration.ofMinutes(5));
    gate.open();
    assertThat(gate.enter()).isZero();
  }

  private void after(Duration time) {
    now += time.toNanos();
  }
}
