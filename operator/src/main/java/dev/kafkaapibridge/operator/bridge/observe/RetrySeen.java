package dev.kafkaapibridge.operator.bridge.observe;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kafkaapibridge.operator.bridge.observe.PodReport.Health;
import org.jspecify.annotations.Nullable;

/**
 * What a pod says of retry topics.
 *
 * @param waiting records in its partitions of them that have not ended; null while that of one is
 *     unknown
 */
public record RetrySeen(Health health, @Nullable Long waiting) {

  /** Null where it reads none. */
  static @Nullable RetrySeen read(JsonNode report) {
    JsonNode retry = report.path("retry");
    return retry.isObject()
        ? new RetrySeen(
            ReportReader.health(retry.path("health")),
            ReportReader.sum(retry.path("partitions"), "backlog"))
        : null;
  }
}
