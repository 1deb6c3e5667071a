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
   * Null where the figures of one are absent or absurd: then nothing is known of the pod's work.
   */
  static @Nullable List<PartitionWork> read(JsonNode tree) {
    OffsetDateTime reported = time(tree.path("reportedAt"));
    Set<String> heldUp = new HashSet<>();
    for (JsonNode held : tree.path("held")) {
      heldUp.add(name(held));
    }
    var all = new ArrayList<PartitionWork>();
    for (JsonNode partition : tree.path("kafka").path("partitions")) {
      Long end = figure(partition.path("end"));
      OffsetDateTime asked = time(partition.path("endAt"));
      Long backlog = figure(partition.path(partition.has("backlog") ? "backlog" : "lag"));
      OffsetDateTime at = asked == null ? reported : asked;
      if (end == null || backlog == null || at == null) {
        return null;
      }
      boolean full = partition.path("pauseReason").asText().equals("PartitionWindowFull");
      all.add(
          new PartitionWork(
              name(partition),
              end,
              at.toInstant(),
              backlog,
              full && heldUp.contains(name(partition))));
    }
    return List.copyOf(all);
  }

  /** As {@link PodReport#owned} has it. */
  static String name(JsonNode partition) {
    Integer number = count(partition.path("partition"));
    return ReportReader.topicOf(partition) + "-" + (number == null ? -1 : number);
  }
}
