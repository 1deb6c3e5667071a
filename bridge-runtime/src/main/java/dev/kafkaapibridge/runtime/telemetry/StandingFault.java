package dev.kafkaapibridge.runtime.telemetry;

import dev.kafkaapibridge.api.report.StatusReport.Health;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * What stands in the way of writing to a topic. A fault stands until a write succeeds, or until
 * nobody has met it for a minute: whoever holds a record tries again every few seconds, so silence
 * means that the record has gone elsewhere, or that the topic was mended. Safe for all lanes.
 */
final class StandingFault {

  private static final Duration STANDS_FOR = Duration.ofMinutes(1);

  private record Fault(Health health, Instant at) {}

  private final Logger log;
  private final Clock clock;
  private volatile @Nullable Fault last;

  /**
   * @param log of whose topic it is; told of each fault once
   */
  StandingFault(Logger log, Clock clock) {
    this.log = log;
    this.clock = clock;
  }

  void met(String reason, String message) {
    Fault before = last;
    if (before == null || !before.health().reason().equals(reason)) {
      log.atError().addKeyValue("reason", reason).log(message);
    }
    last = new Fault(new Health(false, reason, message), clock.instant());
  }

  void mended() {
    last = null;
  }

  Optional<Health> now() {
    Fault fault = last;
    return fault != null && clock.instant().isBefore(fault.at().plus(STANDS_FOR))
        ? Optional.of(fault.health())
        : Optional.empty();
  }
}
