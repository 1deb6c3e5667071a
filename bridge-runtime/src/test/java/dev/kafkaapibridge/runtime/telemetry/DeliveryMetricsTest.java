package dev.kafkaapibridge.runtime.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.v1alpha1.ObservabilitySpec.PayloadLogging;
import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.deliver.HeldRecords;
import dev.kafkaapibridge.runtime.target.Verdict;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeliveryMetricsTest {

  private final Clock clock = Clock.systemUTC();
  private final DeliveryMetrics metrics =
      new DeliveryMetrics(
          new SimpleMeterRegistry(),
          new TargetHealth(),
          new DeadLetterHealth("t", clock),
          new AnswerHealth("t", new HeldRecords(clock)),
          Optional.empty(),
          PayloadLog.of(PayloadLogging.Never, false, clock),
          clock);

  /** A tenant at its own limit is none to count pods by. */
  @Test
  void aLimitOfOneKeyAloneIsNoLimitOfTheTarget() {
    answered(new Verdict.RateLimited("429", null), false);
    answered(new Verdict.RateLimited("429", null), true);
    answered(new Verdict.TargetMisconfigured("403", "AuthenticationFailed", "no"), true);

    assertThat(metrics.rateLimited()).isEqualTo(1);
    assertThat(metrics.answered(Verdict.RateLimited.class))
        .as("all that were answered")
        .isEqualTo(2);
  }

  private void answered(Verdict verdict, boolean lanesAlone) {
    var record = Records.record(Records.assignment("orders", 0), 1, "a");
    metrics.answered(record, verdict, Duration.ofMillis(3), lanesAlone);
  }
}
