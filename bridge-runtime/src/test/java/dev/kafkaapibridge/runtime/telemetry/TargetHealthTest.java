package dev.kafkaapibridge.runtime.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.report.StatusReport.Health;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TargetHealthTest {

  private final TargetHealth health = new TargetHealth();

  @Test
  void beforeTheFirstCallThereIsNoTraffic() {
    assertThat(health.health(false).reason()).isEqualTo("NoTraffic");
  }

  @Test
  void fewFailuresAreWeatherAndManyInARowAreSaid() {
    health.learn(new Verdict.Accepted("200"));
    fail(4, "Timeout");
    assertThat(health.health(false).reason()).isEqualTo("Responding");

    fail(1, "Timeout");
    assertThat(health.health(false).reason()).isEqualTo("Timeouts");

    fail(1, "ServerError");
    assertThat(health.health(false).reason()).isEqualTo("HighErrorRate");
    assertThat(health.health(true).reason()).isEqualTo("CircuitOpen");

    health.learn(new Verdict.Accepted("200"));
    assertThat(health.health(false).reason()).isEqualTo("Responding");
  }

  @Test
  void aWrongConfigurationComesFirstUntilSomethingIsAccepted() {
    health.learn(
        new Verdict.TargetMisconfigured("401", "AuthenticationFailed", "check the credentials"));
    assertThat(health.health(true).reason()).isEqualTo("AuthenticationFailed");

    health.learn(new Verdict.Accepted("200"));
    assertThat(health.health(false).ok()).isTrue();
    assertThat(health.lastError()).isEqualTo("401 check the credentials");
  }

  private void fail(int times, String reason) {
    for (int i = 0; i < times; i++) {
      health.learn(new Verdict.TargetFailed("-", reason, "it failed"));
    }
  }

  @Test
  void whatCallsDoNotGoByIsToldWhereNothingWorseIs() {
    var aside = Optional.of(new Verdict.TargetMisconfigured("-", "IncompatibleDescriptor", "why"));
    health.learn(new Verdict.Accepted("OK"));
    assertThat(health.health(false, Optional.empty()).ok()).isTrue();
    assertThat(health.health(false, aside))
        .isEqualTo(new Health(false, "IncompatibleDescriptor", "why"));
    assertThat(health.misconfigured()).as("the pod is ready all the same").isNull();
    assertThat(health.health(true, aside).reason()).isEqualTo("CircuitOpen");
  }
}
