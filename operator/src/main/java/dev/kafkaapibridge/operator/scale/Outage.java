package dev.kafkaapibridge.operator.scale;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What holds while the API as a whole fails. Pods that are taken away then are missing when it is
 * back and the backlog is at its highest; so they stay for ten minutes.
 *
 * @param since when it began; null: there is none
 * @param replicasBefore pods at that moment; 0: there never was an outage
 * @param endedAt when the last one ended; null: none has
 */
public record Outage(@Nullable Instant since, int replicasBefore, @Nullable Instant endedAt) {

  private static final double HOLD = 600;
  private static final double RECOVERING = 30;
  private static final double MANY = .5;

  /** In a tick of five seconds; who sends less is told by circuits that open. */
  private static final double ENOUGH_CALLS = 5;

  static Outage none() {
    return new Outage(null, 0, null);
  }

  Outage after(Readings readings, Sample sample) {
    boolean failing =
        readings.open() >= MANY
            || (readings.calls() >= ENOUGH_CALLS && readings.failedShare() >= MANY);
    if (since == null) {
      return failing ? new Outage(sample.at(), sample.replicas(), endedAt) : this;
    }
    boolean back = !failing && (readings.accepted() > 0 || readings.open() == 0);
    return back ? new Outage(null, replicasBefore, sample.at()) : this;
  }

  boolean isDown() {
    return since != null;
  }

  /** Whether it has lasted so long that few pods do. */
  boolean isLong(Sample sample) {
    return since != null && sample.secondsSince(since) >= HOLD;
  }

  boolean isRecovering(Sample sample) {
    return since == null && sample.secondsSince(endedAt) < RECOVERING;
  }
}
