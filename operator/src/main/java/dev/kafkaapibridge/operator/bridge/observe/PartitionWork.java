package dev.kafkaapibridge.operator.bridge.observe;

import static dev.kafkaapibridge.operator.bridge.observe.ReportFields.count;
import static dev.kafkaapibridge.operator.bridge.observe.ReportFields.figure;
import static dev.kafkaapibridge.operator.bridge.observe.ReportFields.time;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a pod says of one of its partitions, as far as the number of pods depends on it.
 *
 * @param name topic and number
 * @param end offset of its end
 * @param endAt when that was asked for, by the pod's clock
 * @param backlog records that have not ended
 * @param held whether a record of its own holds it up and nothing more of it is read
 */
public record PartitionWork(String name, long end, Instant endAt, long backlog, boolean held) {

  /**
   * Without those of which the pod does not know yet where to go on; null where the figures of
   * another are absent or absurd: then nothing is known of the pod's work.
   */
  static @Nullable List<PartitionWork> read(JsonNode tree) {
    OffsetDateTime reported = time(tree.path("reportedAt"));
    Set<String> heldUp = heldUp(tree);
    var all = new ArrayList<PartitionWork>();
    for (JsonNode partition : tree.path("kafka").path("partitions")) {
      boolean placeless = partition.path("pauseReason").asText().equals("PositionUnknown");
      if (placeless && !partition.has("backlog")) {
        continue;
      }
      Long end = figure(partition.path("end"));
      OffsetDateTime asked = time(partition.path("endAt"));
      Long backlog = figure(partition.path(partition.has("backlog") ? "backlog" : "lag"));
      OffsetDateTime at = asked == null ? reported : asked;
      if (end == null || backlog == null || at == null) {
        return null;
      }
      all.add(
          new PartitionWork(
              name(partition), end, at.toInstant(), backlog, isHeld(partition, heldUp)));
    }
    return List.copyOf(all);
  }

  /** Names of partitions that have a record which holds up its lane. */
  static Set<String> heldUp(JsonNode tree) {
    Set<String> heldUp = new HashSet<>();
    for (JsonNode held : tree.path("held")) {
      heldUp.add(name(held));
    }
    return heldUp;
  }

  static boolean isHeld(JsonNode partition, Set<String> heldUp) {
    return partition.path("pauseReason").asText().equals("PartitionWindowFull")
        && heldUp.contains(name(partition));
  }

  /** As {@link PodReport#owned} has it. */
  static String name(JsonNode partition) {
    Integer number = count(partition.path("partition"));
    return ReportReader.topicOf(partition) + "-" + (number == null ? -1 : number);
  }
}
