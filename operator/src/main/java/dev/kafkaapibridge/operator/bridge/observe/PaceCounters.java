package dev.kafkaapibridge.operator.bridge.observe;

import static dev.kafkaapibridge.operator.bridge.observe.ReportFields.figure;
import static dev.kafkaapibridge.operator.bridge.observe.ReportFields.time;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * What a process has counted since its start, as far as it tells how fast it may call.
 *
 * @param age of the process when it said so
 * @param requests calls sent
 * @param rateLimited calls answered "slow down"
 * @param limited how long calls stood still for {@code delivery.rateLimit}
 * @param slowed the same, since the target asked to slow down, or for the rate that was learned of
 *     it
 */
public record PaceCounters(
    Duration age, long requests, long rateLimited, Duration limited, Duration slowed) {

  /** Null where a figure is absent or absurd: then nothing is known of the pod's pace. */
  static @Nullable PaceCounters read(JsonNode tree) {
    JsonNode target = tree.path("target");
    OffsetDateTime started = time(tree.path("processStartedAt"));
    OffsetDateTime reported = time(tree.path("reportedAt"));
    Long requests = figure(target.path("requests"));
    Long rateLimited = figure(target.path("rateLimited"));
    Long limited = figure(target.path("limitedMillis"));
    Long slowed = figure(target.path("slowedMillis"));
    Long paced = figure(target.path("pacedMillis")); // an older runtime has no rate to keep
    if (started == null
        || reported == null
        || requests == null
        || rateLimited == null
        || limited == null
        || slowed == null) {
      return null;
    }
    return new PaceCounters(
        Duration.between(started, reported),
        requests,
        rateLimited,
        Duration.ofMillis(limited),
        Duration.ofMillis(paced == null ? slowed : slowed + paced));
  }

  /** Of a process that has just begun. */
  static PaceCounters none() {
    return new PaceCounters(Duration.ZERO, 0, 0, Duration.ZERO, Duration.ZERO);
  }
}
