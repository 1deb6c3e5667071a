package dev.kafkaapibridge.operator.bridge.report;

import static dev.kafkaapibridge.operator.bridge.report.ConditionType.RetryTopicsReady;

import dev.kafkaapibridge.api.derived.DerivedNames;
import dev.kafkaapibridge.api.v1alpha1.RetryTopicStatus;
import dev.kafkaapibridge.operator.bridge.AcceptedBridge;
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

  static final String LEFT_BEHIND = "RecordsLeftBehind";

  /** The CRD allows no more. */
  private static final int MOST_TOPICS = 16;

  private PutAside() {}

  /** Without figures that some pod doesn't tell: then those that were known last. */
  static List<RetryTopicStatus> topics(Situation situation) {
    List<RetryTopicStatus> previous = situation.previous().retryTopics();
    if (situation.zero() instanceof Zero.Watched(var vigil) && vigil.nothingWaits()) {
      return previous.stream()
          .map(topic ->
              // The last pod goes only when nothing waits there either.
              isNamed(topic, situation) ? new RetryTopicStatus(topic.topic(), 0L, null) : topic)
          .toList();
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

  /**
   * In these something waited when they were seen last, and no pod of the newest spec reads them.
   */
  private static List<RetryTopicStatus> leftBehind(Situation situation) {
    return unread(situation).stream()
        .filter(topic -> topic.records() != null && topic.records() > 0)
        .toList();
  }

  private static Optional<Finding> saidBefore(Situation situation) {
    return Conditions.find(situation.previous().conditions(), RetryTopicsReady)
        .filter(condition -> condition.reason().equals(LEFT_BEHIND))
        .map(Finding::of);
  }

  private static boolean isNamed(RetryTopicStatus topic, Situation situation) {
    AcceptedBridge served = situation.served();
    return served != null
        && DerivedNames.retryTopics(served.spec().delivery(), served.consumerGroup())
            .contains(topic.topic());
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
    if (told.filter(Finding::isFalse).isPresent()) {
      return told;
    }
    if (!isNewestSpecTold(situation)) {
      return saidBefore(situation).or(() -> told); // it stays while pods come and go
    }
    List<RetryTopicStatus> left = leftBehind(situation);
    if (left.isEmpty()) {
      return told;
    }
    return Optional.of(
        Finding.yes(
            RetryTopicsReady,
            LEFT_BEHIND,
            "Nobody reads %s, for the spec has fewer retry topics than before. Ask for as many again until they are empty"
                .formatted(
                    left.stream().map(PutAside::inWords).collect(Collectors.joining(", and ")))));
  }

  private static String inWords(RetryTopicStatus topic) {
    return "retry topic '%s', in which %s waited when it was seen last"
        .formatted(topic.topic(), Words.counted(Objects.requireNonNull(topic.records()), "record"));
  }
}
