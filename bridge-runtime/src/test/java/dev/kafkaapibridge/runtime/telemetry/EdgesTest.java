package dev.kafkaapibridge.runtime.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.report.StatusReport.Health;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EdgesTest {

  private static final Health WELL = new Health(true, "Responding", "well");
  private static final Health TIMEOUTS = new Health(false, "Timeouts", "slow");
  private static final Health OPEN = new Health(false, "CircuitOpen", "open");

  private final Edges edges = new Edges();

  @Test
  void whatIsFirstSeenIsSaid() {
    assertThat(at(0, WELL)).isEqualTo(WELL);
    assertThat(at(1, WELL)).isNull();
  }

  @Test
  void aFaultIsSaidAtOnceAndTheNextOneTenSecondsLater() {
    at(0, WELL);
    assertThat(at(1, TIMEOUTS)).isEqualTo(TIMEOUTS);
    assertThat(at(2, OPEN)).isNull();
    assertThat(at(10, OPEN)).isNull();
    assertThat(at(11, OPEN)).isEqualTo(OPEN);
    assertThat(at(12, OPEN)).isNull();
  }

  @Test
  void wellAgainIsSaidOnceItLasts() {
    at(0, TIMEOUTS);
    assertThat(at(5, WELL)).isNull();
    assertThat(at(14, WELL)).isNull();
    assertThat(at(15, WELL)).isEqualTo(WELL);
    assertThat(at(16, WELL)).isNull();
  }

  @Test
  void whatComesAndGoesIsOneLine() {
    at(0, WELL);
    assertThat(at(1, TIMEOUTS)).isEqualTo(TIMEOUTS);
    for (int second = 2; second < 60; second += 2) {
      assertThat(at(second, WELL)).isNull();
      assertThat(at(second + 1, TIMEOUTS)).isNull();
    }
  }

  private Health at(long second, Health health) {
    return edges.look(health, Instant.EPOCH.plusSeconds(second));
  }
}
