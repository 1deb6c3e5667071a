package dev.kafkaapibridge.operator.bridge.observe;

import static dev.kafkaapibridge.operator.bridge.observe.ReportFields.count;
import static dev.kafkaapibridge.operator.bridge.observe.ReportFields.figure;
import static dev.kafkaapibridge.operator.bridge.observe.ReportFields.time;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A record that others wait for.
 *
 * @param reason what the target said of it, one word
 * @param lasted how long it has been so, by the pod's own clock
 */
public record Holdup(
    Why why, String topic, int partition, long offset, String reason, Duration lasted) {

  /** The worst first. */
  public enum Why {
    /** {@code onRefused} or {@code onExhausted} asks for it: somebody has to decide. */
    Blocked,
    /** The target refuses the credentials or the place for this key alone. */
    KeyForbidden,
    /** It is the first of its partition, whose window is full behind it. */
    WindowFull
  }

  private static final int MOST = 16;

  static List<Holdup> read(JsonNode tree) {
    OffsetDateTime now = time(tree.path("reportedAt"));
    var holdups = new ArrayList<Holdup>();
    for (JsonNode held : tree.path("held")) {
      Why why =
          switch (held.path("why").asText()) {
            case "Blocked" -> Why.Blocked;
            case "LaneForbidden" -> Why.KeyForbidden;
            default -> null;
          };
      add(holdups, why, held, held.path("offset"), lasted(held.path("since"), now));
    }
    for (JsonNode partition : tree.path("kafka").path("partitions")) {
      if (partition.path("pauseReason").asText().endsWith("WindowFull")) {
        Duration full = lasted(partition.path("pausedSince"), now);
        Duration first = lasted(partition.path("heldSince"), now);
        Duration shorter = full.compareTo(first) < 0 ? full : first;
        add(holdups, Why.WindowFull, partition, partition.path("heldBy"), shorter);
      }
    }
    return List.copyOf(holdups);
  }

  private static void add(
      List<Holdup> holdups, @Nullable Why why, JsonNode of, JsonNode at, Duration lasted) {
    String topic = ReportFields.topic(of.path("topic"));
    Integer partition = count(of.path("partition"));
    Long offset = figure(at);
    if (why != null
        && topic != null
        && partition != null
        && offset != null
        && holdups.size() < MOST) {
      String reason = Objects.requireNonNullElse(ReportFields.reason(of.path("reason")), "");
      holdups.add(new Holdup(why, topic, partition, offset, reason, lasted));
    }
  }

  private static Duration lasted(JsonNode since, @Nullable OffsetDateTime now) {
    OffsetDateTime begun = time(since);
    return begun == null || now == null || begun.isAfter(now)
        ? Duration.ZERO
        : Duration.between(begun, now);
  }
}
