package dev.kafkaapibridge.operator.bridge.observe;

import static dev.kafkaapibridge.operator.bridge.observe.ReportFields.count;
import static dev.kafkaapibridge.operator.bridge.observe.ReportFields.figure;
import static dev.kafkaapibridge.operator.bridge.observe.ReportFields.time;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A partition did not go on where the group had committed.
 *
 * @param ago how long before the report, by the pod's own clock
 * @param from where it should have gone on; null where that isn't known
 * @param to where it went on
 */
public record PositionReset(
    OffsetDateTime at,
    Duration ago,
    String reason,
    String topic,
    int partition,
    @Nullable Long from,
    long to) {

  private static final int MOST = 20;

  static List<PositionReset> read(JsonNode tree) {
    OffsetDateTime now = time(tree.path("reportedAt"));
    var resets = new ArrayList<PositionReset>();
    for (JsonNode reset : tree.path("kafka").path("positionResets")) {
      OffsetDateTime at = time(reset.path("at"));
      String reason = ReportFields.reason(reset.path("reason"));
      String topic = ReportFields.topic(reset.path("topic"));
      Integer partition = count(reset.path("partition"));
      Long to = figure(reset.path("to"));
      if (now != null
          && at != null
          && reason != null
          && topic != null
          && partition != null
          && to != null
          && resets.size() < MOST) {
        Duration ago = Duration.between(at, now);
        resets.add(
            new PositionReset(at, ago, reason, topic, partition, figure(reset.path("from")), to));
      }
    }
    return List.copyOf(resets);
  }
}
