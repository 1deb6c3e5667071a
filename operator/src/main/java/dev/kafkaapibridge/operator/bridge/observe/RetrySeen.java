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
import org.jspecify.annotations.Nullable;

/**
 * What a pod says of retry topics.
 *
 * @param waiting records in its partitions of them that have not ended; null while that of one is
 *     unknown
 * @param topics in the order in which records pass through them
 * @param due records of each of its partitions whose time has come, where that is known
 */
public record RetrySeen(Health health, @Nullable Long waiting, List<Topic> topics, List<Long> due) {

  /** The CRD allows no more. */
  private static final int MOST_TOPICS = 8;

  /**
   * What waits in one of them.
   *
   * @param records null while unknown
   * @param oldestAt when the oldest was put there; null while nothing was, or it is unknown
   */
  public record Topic(String name, @Nullable Long records, @Nullable OffsetDateTime oldestAt) {

    private Topic and(Topic other) {
      return new Topic(
          name,
          records == null || other.records == null ? null : Long.valueOf(records + other.records),
          earlier(oldestAt, other.oldestAt));
    }
  }

  /** Null where it reads none. */
  static @Nullable RetrySeen read(JsonNode report) {
    JsonNode retry = report.path("retry");
    if (!retry.isObject()) {
      return null;
    }
    JsonNode partitions = retry.path("partitions");
    Map<String, Topic> topics = new LinkedHashMap<>();
    for (JsonNode topic : retry.path("topics")) {
      String name = ReportReader.topicOf(topic);
      if (topics.size() < MOST_TOPICS) {
        topics.put(name, new Topic(name, 0L, null));
      }
    }
    var due = new ArrayList<Long>();
    for (JsonNode partition : partitions) {
      String name = ReportReader.topicOf(partition);
      Long backlog = figure(partition.path("backlog"));
      OffsetDateTime oldestAt = time(partition.path("oldestAt"));
      topics.computeIfPresent(name, (same, topic) -> topic.and(new Topic(same, backlog, oldestAt)));
      Long records = figure(partition.path("due"));
      if (records != null && records > 0) {
        due.add(records);
      }
    }
    return new RetrySeen(
        ReportReader.health(retry.path("health")),
        ReportReader.sum(partitions, "backlog"),
        List.copyOf(topics.values()),
        List.copyOf(due));
  }

  /** What all pods together say, each of its own partitions. */
  static List<Topic> together(List<RetrySeen> seen) {
    Map<String, Topic> topics = new LinkedHashMap<>();
    seen.forEach(one -> one.topics().forEach(t -> topics.merge(t.name(), t, Topic::and)));
    return List.copyOf(topics.values());
  }

  private static @Nullable OffsetDateTime earlier(
      @Nullable OffsetDateTime one, @Nullable OffsetDateTime other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.isBefore(other) ? one : other;
  }
}
