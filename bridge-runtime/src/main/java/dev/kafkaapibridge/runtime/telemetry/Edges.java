package dev.kafkaapibridge.runtime.telemetry;

import dev.kafkaapibridge.api.report.StatusReport.Health;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Turns a health that is looked at once a second into the few moments worth a line in the log. Owns
 * what was said last; used by one thread.
 *
 * <pre>
 *   well --fault--> said at once --another fault--> said, at most one in ten seconds
 *     ^                 |
 *     +---well for ten seconds: said-----
 * </pre>
 */
final class Edges {

  /** Between two lines of one subject, and how long it must be well to be called well again. */
  static final Duration CALM = Duration.ofSeconds(10);

  private @Nullable Health said;
  private Instant saidAt = Instant.MIN;
  private @Nullable Instant wellSince;

  /** What to say now, or null where there is nothing new to say. */
  @Nullable Health look(Health health, Instant now) {
    Health before = said;
    if (!health.ok()) {
      wellSince = null;
      boolean news = before == null || !before.reason().equals(health.reason());
      boolean calm = before == null || before.ok() || !now.isBefore(saidAt.plus(CALM));
      return news && calm ? say(health, now) : null;
    }
    if (before == null) {
      return say(health, now);
    }
    wellSince = wellSince == null ? now : wellSince;
    return !before.ok() && !now.isBefore(wellSince.plus(CALM)) ? say(health, now) : null;
  }

  private Health say(Health health, Instant now) {
    said = health;
    saidAt = now;
    return health;
  }
}
