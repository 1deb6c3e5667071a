package dev.kafkaapibridge.operator.bridge.report;

import static dev.kafkaapibridge.operator.bridge.report.ConditionType.RetryTopicsReady;

import dev.kafkaapibridge.api.v1alpha1.RetryTopicStatus;
import dev.kafkaapibridge.operator.bridge.observe.Fleet;
import dev.kafkaapibridge.operator.bridge.observe.RetrySeen;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What waits in retry topics, as the status has it: also in those that the spec doesn't name any
 * more, for nobody else remembers them. Pure.
 */
final class PutAside {

  /** The CRD allows no more. */
  private static final int MOST_TOPICS = 16;

  private PutAside() {}

  static List<RetryTopicStatus> topics(Situation situation) {
    Fleet fleet = situation.observation().fleet();
    List<RetryTopicStatus> previous = situation.previous().retryTopics();
    if (fleet.current() == 0) {
      return previous;
    }
    var topics = new ArrayList<RetryTopicStatus>();
    for (RetrySeen.Topic seen : fleet.retryTopics()) {
      topics.add(
          seen.records() != null
              ? new RetryTopicStatus(seen.name(), seen.records(), seen.oldestAt())
              : named(previous, seen.name())
                  .orElseGet(() -> new RetryTopicStatus(seen.name(), null, null)));
    }
    topics.addAll(leftBehind(situation));
    return topics.stream().limit(MOST_TOPICS).toList();
  }

  /** In these something waited when they were seen last, and no pod reads them any more. */
  private static List<RetryTopicStatus> leftBehind(Situation situation) {
    Fleet fleet = situation.observation().fleet();
    List<String> read = fleet.retryTopics().stream().map(RetrySeen.Topic::name).toList();
    return fleet.current() == 0
        ? List.of()
        : situation.previous().retryTopics().stream()
            .filter(topic -> !read.contains(topic.topic()))
            .filter(topic -> topic.records() != null && topic.records() > 0)
            .toList();
  }

  /** Empty where no pod reads retry topics, or none says so, and nothing was left behind. */
  static Optional<Finding> ready(Situation situation) {
    Optional<Finding> told = PodFindings.retryTopicsReady(situation);
    List<RetryTopicStatus> left = leftBehind(situation);
    if (left.isEmpty() || told.filter(Finding::isFalse).isPresent()) {
      return told;
    }
    return Optional.of(
        Finding.yes(
            RetryTopicsReady,
            "RecordsLeftBehind",
            "Nobody reads %s, which the spec doesn't name any more. Ask for as many topics as before until they are empty"
                .formatted(
                    left.stream()
                        .map(topic ->
                            "retry topic '%s', in which %d %s waited when it was seen last"
                                .formatted(
                                    topic.topic(),
                                    topic.records(),
                                    Objects.equals(topic.records(), 1L) ? "record" : "records"))
                        .collect(Collectors.joining(", and ")))));
  }

  private static Optional<RetryTopicStatus> named(List<RetryTopicStatus> topics, String name) {
    return topics.stream().filter(topic -> topic.topic().equals(name)).findFirst();
  }
}
