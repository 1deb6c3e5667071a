package dev.kafkaapibridge.operator.bridge.report;

import static dev.kafkaapibridge.operator.bridge.report.ConditionType.RetryTopicsReady;

import dev.kafkaapibridge.api.v1alpha1.RetryTopicStatus;
import dev.kafkaapibridge.operator.bridge.ReplicaDecision.Zero;
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

  /** Without figures that some pod doesn't tell: then those that were known last. */
  static List<RetryTopicStatus> topics(Situation situation) {
    List<RetryTopicStatus> previous = situation.previous().retryTopics();
    if (situation.zero() instanceof Zero.Watched(var vigil) && vigil.nothingWaits()) {
      // The last pod goes only when nothing waits there either.
      return previous.stream().map(topic -> new RetryTopicStatus(topic.topic(), 0L, null)).toList();
    }
    List<RetrySeen.Topic> seen = situation.observation().fleet().retryTopics();
    var topics = new ArrayList<RetryTopicStatus>();
    for (RetrySeen.Topic topic : seen) {
      topics.add(
          topic.records() != null
              ? new RetryTopicStatus(topic.name(), topic.records(), topic.oldestAt())
              : previous.stream()
                  .filter(before -> before.topic().equals(topic.name()))
                  .findFirst()
                  .orElseGet(() -> new RetryTopicStatus(topic.name(), null, null)));
    }
    topics.addAll(isNewestSpecTold(situation) ? leftBehind(situation) : unread(situation));
    return topics.stream().limit(MOST_TOPICS).toList();
  }

  /** In these something waited when they were seen last, and no pod reads them any more. */
  private static List<RetryTopicStatus> leftBehind(Situation situation) {
    return isNewestSpecTold(situation)
        ? unread(situation).stream()
            .filter(topic -> topic.records() != null && topic.records() > 0)
            .toList()
        : List.of();
  }

  private static boolean isNewestSpecTold(Situation situation) {
    Fleet fleet = situation.observation().fleet();
    return fleet.current() > 0 && fleet.allSpeak();
  }

  private static List<RetryTopicStatus> unread(Situation situation) {
    List<String> read =
        situation.observation().fleet().retryTopics().stream().map(RetrySeen.Topic::name).toList();
    return situation.previous().retryTopics().stream()
        .filter(topic -> !read.contains(topic.topic()))
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
            "Nobody reads %s, for the spec has fewer retry topics than before. Ask for as many again until they are empty"
                .formatted(
                    left.stream().map(PutAside::inWords).collect(Collectors.joining(", and ")))));
  }

  private static String inWords(RetryTopicStatus topic) {
    return "retry topic '%s', in which %d %s waited when it was seen last"
        .formatted(
            topic.topic(),
            topic.records(),
            Objects.equals(topic.records(), 1L) ? "record" : "records");
  }
}
