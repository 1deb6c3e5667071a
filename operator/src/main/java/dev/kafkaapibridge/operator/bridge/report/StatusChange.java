package dev.kafkaapibridge.operator.bridge.report;

import dev.kafkaapibridge.api.v1alpha1.Condition;
import dev.kafkaapibridge.api.v1alpha1.ConsumerStatus;
import dev.kafkaapibridge.api.v1alpha1.DeadLetterStatus;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeStatus;
import dev.kafkaapibridge.api.v1alpha1.RetryTopicStatus;
import dev.kafkaapibridge.api.v1alpha1.ScalingStatus;
import dev.kafkaapibridge.api.v1alpha1.TargetStatus;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells facts from figures. A fact is written at once. A figure (lag, dead letters, what waits in
 * retry topics, the state of the circuit, the wording of a fault that stays) is written once a
 * minute at most: whoever watches bridges should not be woken by every record. Pure.
 */
public final class StatusChange {

  private StatusChange() {}

  /** {@code fresh}, with the figures of {@code old} while new ones are not due. */
  public static KafkaApiBridgeStatus toWrite(
      KafkaApiBridgeStatus old, KafkaApiBridgeStatus fresh, boolean figuresDue) {
    return figuresDue ? fresh : withFiguresOf(old, fresh);
  }

  private static KafkaApiBridgeStatus withFiguresOf(
      KafkaApiBridgeStatus old, KafkaApiBridgeStatus fresh) {
    return new KafkaApiBridgeStatus(
        fresh.observedGeneration(),
        fresh.conditions().stream().map(c -> withWordsOf(old, c, fresh)).toList(),
        fresh.replicas(),
        fresh.readyReplicas(),
        fresh.desiredReplicas(),
        fresh.selector(),
        fresh.runtimeVersion(),
        fresh.restartedAt(),
        target(old.target(), fresh.target()),
        deadLetter(old.deadLetter(), fresh.deadLetter()),
        retryTopics(old.retryTopics(), fresh.retryTopics()),
        consumer(old.consumer(), fresh.consumer()),
        isSameSpec(old, fresh) && isCountedAlike(old, fresh)
            ? scaling(old.scaling(), fresh.scaling())
            : fresh.scaling());
  }

  private static boolean isSameSpec(KafkaApiBridgeStatus old, KafkaApiBridgeStatus fresh) {
    return Objects.equals(old.observedGeneration(), fresh.observedGeneration());
  }

  /** What is remembered of scaling is written with the reason that it belongs to. */
  private static boolean isCountedAlike(KafkaApiBridgeStatus old, KafkaApiBridgeStatus fresh) {
    return reasonOfScaling(old).equals(reasonOfScaling(fresh));
  }

  private static Optional<String> reasonOfScaling(KafkaApiBridgeStatus status) {
    return Conditions.find(status.conditions(), ConditionType.ScalingActive).map(Condition::reason);
  }

  /** Good while True, except for these. */
  private static final Set<String> BAD_WHILE_TRUE =
      Set.of(
          ConditionType.Stalled.name(),
          ConditionType.Throttled.name(),
          ConditionType.Blocked.name());

  /** Theirs carry figures, whatever they say; of one number of replicas they are no facts. */
  private static final Set<String> OF_SCALING =
      Set.of(ConditionType.ScalingActive.name(), ConditionType.ScalingLimited.name());

  /**
   * What is wrong is told in the words of pods and of others, which may carry figures. How many
   * members a group has is one as well, as long as there are as many pods. Of another spec they are
   * news.
   */
  private static Condition withWordsOf(
      KafkaApiBridgeStatus old, Condition fresh, KafkaApiBridgeStatus all) {
    boolean scaled = !Objects.equals(old.desiredReplicas(), all.desiredReplicas());
    boolean asMany = Objects.equals(old.readyReplicas(), all.readyReplicas());
    return old.conditions().stream()
        .filter(c ->
            c.type().equals(fresh.type())
                && c.status() == fresh.status()
                && c.reason().equals(fresh.reason())
                && Objects.equals(c.observedGeneration(), fresh.observedGeneration()))
        .filter(c ->
            OF_SCALING.contains(c.type())
                ? !scaled
                : c.status() == Condition.Status.False
                    || BAD_WHILE_TRUE.contains(c.type())
                    || (c.type().equals(ConditionType.KafkaConnected.name()) && asMany))
        .findFirst()
        .map(c ->
            new Condition(
                fresh.type(),
                fresh.status(),
                fresh.observedGeneration(),
                fresh.lastTransitionTime(),
                fresh.reason(),
                c.message()))
        .orElse(fresh);
  }

  private static @Nullable TargetStatus target(
      @Nullable TargetStatus old, @Nullable TargetStatus fresh) {
    return old == null || fresh == null || old.circuitState() == null
        ? fresh
        : new TargetStatus(fresh.endpoint(), old.circuitState(), fresh.sharedLimit());
  }

  private static @Nullable DeadLetterStatus deadLetter(
      @Nullable DeadLetterStatus old, @Nullable DeadLetterStatus fresh) {
    return old == null || fresh == null || old.records() == null
        ? fresh
        : new DeadLetterStatus(
            fresh.topic(), old.records(), old.depth(), old.oldestAt(), old.causes());
  }

  /** Which there are is a fact. */
  private static List<RetryTopicStatus> retryTopics(
      List<RetryTopicStatus> old, List<RetryTopicStatus> fresh) {
    return names(old).equals(names(fresh)) ? old : fresh;
  }

  private static List<String> names(List<RetryTopicStatus> topics) {
    return topics.stream().map(RetryTopicStatus::topic).toList();
  }

  private static @Nullable ConsumerStatus consumer(
      @Nullable ConsumerStatus old, @Nullable ConsumerStatus fresh) {
    return old == null || fresh == null || old.lag() == null
        ? fresh
        : new ConsumerStatus(
            fresh.group(),
            fresh.clusterID(),
            fresh.startedAt(),
            fresh.topicCount(),
            fresh.partitionCount(),
            old.lag(),
            old.sampledAt());
  }

  /** What limits the number goes to and fro with the lag. */
  private static @Nullable ScalingStatus scaling(
      @Nullable ScalingStatus old, @Nullable ScalingStatus fresh) {
    return old != null
            && fresh != null
            && Objects.equals(old.lastScaleTime(), fresh.lastScaleTime())
        ? old
        : fresh;
  }
}
