package dev.kafkaapibridge.operator.bridge.observe;

import static dev.kafkaapibridge.operator.bridge.observe.ReportFields.figure;
import static dev.kafkaapibridge.operator.bridge.observe.ReportFields.time;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kafkaapibridge.operator.bridge.observe.PodReport.Health;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a pod says of retry topics.
 *
 * @param waiting records in its partitions of them that have not ended; null while that of one is
 *     unknown, or it has none
 * @param topics in the order in which records pass through them
 * @param due records of each of its partitions whose time has come, where that is known
 */
public record RetrySeen(Health health, @Nullable Long waiting, List<Topic> topics, List<Long> due) {

  /** The CRD allows no more. */
  private static final int MOST_TOPICS = 8;

  /**
   * What waits in one of them.
   *
   * @param partitions of which this is known
   * @param records null while unknown
   * @param oldestAt when the oldest was put there; null while nothing was, or it is unknown
   */
  public record Topic(
      String name, int partitions, @Nullable Long records, @Nullable OffsetDateTime oldestAt) {

    private Topic and(Topic other) {
      return new Topic(
          name,
          partitions + other.partitions,
          records == null || other.records == null ? null : Long.valueOf(records + other.records),
          Stream.of(oldestAt, other.oldestAt)
              .flatMap(Stream::ofNullable)
              .min(OffsetDateTime::compareTo)
              .orElse(null));
    }

    Topic withoutFigures() {
      return new Topic(name, partitions, null, null);
    }
  }

  /** Null where it reads none. */
  static @Nullable RetrySeen read(JsonNode report) {
    JsonNode retry = report.path("retry");
    if (!retry.isObject()) {
      return null;
    }
    JsonNode partitions = retry.path("partitions");
    return new RetrySeen(
        ReportReader.health(retry.path("health")),
        partitions.isEmpty() ? null : ReportReader.sum(partitions, "backlog"),
        topics(retry.path("topics"), partitions),
        due(partitions, PartitionWork.heldUp(report)));
  }

  private static List<Topic> topics(JsonNode named, JsonNode partitions) {
    Map<String, Topic> topics = new LinkedHashMap<>();
    for (JsonNode topic : named) {
      String name = ReportReader.topicOf(topic);
      if (topics.size() < MOST_TOPICS) {
        topics.put(name, new Topic(name, 0, 0L, null));
      }
    }
    for (JsonNode partition : partitions) {
      Long records = figure(partition.path("backlog"));
      OffsetDateTime oldestAt = time(partition.path("oldestAt"));
      topics.computeIfPresent(
          ReportReader.topicOf(partition),
          (name, topic) -> topic.and(new Topic(name, 1, records, oldestAt)));
    }
    return List.copyOf(topics.values());
  }

  /** Those that a record of their own holds up ask for nobody. */
  private static List<Long> due(JsonNode partitions, Set<String> heldUp) {
    var due = new ArrayList<Long>();
    for (JsonNode partition : partitions) {
      Long records = figure(partition.path("due"));
      if (records != null && records > 0 && !PartitionWork.isHeld(partition, heldUp)) {
        due.add(records);
      }
    }
    return List.copyOf(due);
  }

  /** What all pods together say, each of its own partitions. */
  static List<Topic> together(List<RetrySeen> seen) {
    Map<String, Topic> topics = new LinkedHashMap<>();
    seen.forEach(one -> one.topics().forEach(t -> topics.merge(t.name(), t, Topic::and)));
    return List.copyOf(topics.values());
  }

  boolean names(String topic) {
    return topics.stream().anyMatch(one -> one.name().equals(topic));
  }
}
