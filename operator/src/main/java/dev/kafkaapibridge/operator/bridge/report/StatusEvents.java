package dev.kafkaapibridge.operator.bridge.report;

import static dev.kafkaapibridge.operator.bridge.report.ConditionType.Accepted;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.AnswersReady;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.Available;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.Blocked;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.DeadLetterReady;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.KafkaConnected;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.Paused;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.Ready;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.ReconciliationPaused;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.Reconciling;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.ResolvedRefs;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.RetryTopicsReady;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.ScalingActive;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.Stalled;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.TargetHealthy;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.Throttled;
import static dev.kafkaapibridge.operator.bridge.report.Words.counted;

import dev.kafkaapibridge.api.v1alpha1.Condition;
import dev.kafkaapibridge.api.v1alpha1.Condition.Status;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeStatus;
import dev.kafkaapibridge.operator.kube.Notice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What happened between two statuses, as events: one for each edge, none while things stay as they
 * are. Pure.
 */
public final class StatusEvents {

  /** Where the word of a condition is not the word that people look for among events. */
  private static final Map<String, String> KAFKA =
      Map.of(
          "BootstrapUnreachable", "KafkaUnreachable",
          "TopicNotFound", "TopicNotFound",
          "OffsetOutOfRange", "OffsetOutOfRange",
          "ClusterChanged", "ClusterChanged",
          "KafkaFailed", "KafkaFailed");

  private static final Map<String, String> TARGET =
      Map.of(
          "CircuitOpen",
          "CircuitOpened",
          "HighErrorRate",
          "TargetFailing",
          "Timeouts",
          "TargetTimingOut");

  /** Stalls that another condition tells already. */
  private static final Set<String> TOLD_ELSEWHERE =
      Set.of("InvalidSpec", "InvalidFilter", "NotServed", "ConsumerGroupInUse", "ClusterChanged");

  /** Ways of counting pods that somebody may wonder at. */
  private static final Set<String> REGIMES =
      Set.of("ApiBound", "LatencyBound", "Saturated", "ApiDown", "HotPartition");

  private final KafkaApiBridgeStatus before;
  private final KafkaApiBridgeStatus after;
  private final List<Notice> notices = new ArrayList<>();

  private StatusEvents(KafkaApiBridgeStatus before, KafkaApiBridgeStatus after) {
    this.before = before;
    this.after = after;
  }

  /** {@code why} there are as many pods as there are; may be empty. */
  public static List<Notice> between(
      KafkaApiBridgeStatus before, KafkaApiBridgeStatus after, String why) {
    var events = new StatusEvents(before, after);
    events.reconciliation();
    events.rollout();
    events.scaling(why);
    events.regime();
    events.pauses();
    events.faults();
    events.kafka();
    events.target();
    events.deadLetters();
    return List.copyOf(events.notices);
  }

  private void reconciliation() {
    boolean was = is(before, ReconciliationPaused, Status.True);
    boolean now = is(after, ReconciliationPaused, Status.True);
    if (now && !was) {
      normal("ReconciliationPaused", "Reconcile", message(after, ReconciliationPaused));
    } else if (was && !now) {
      normal("ReconciliationResumed", "Reconcile", "The operator looks after the bridge again");
    }
  }

  /** Somebody asked for another restart than the one that pods have behind them. */
  private boolean isRestart() {
    return after.restartedAt() != null
        && !Objects.equals(before.restartedAt(), after.restartedAt())
        && isKnown(before, Available);
  }

  private void rollout() {
    if (isRestart()) {
      normal(
          "RestartRequested",
          "Restart",
          "Pods are replaced one by one, as asked at '%s'".formatted(after.restartedAt()));
    }
    // Until there is a Deployment nothing is known of Available.
    boolean isNew = !isKnown(before, Available);
    if (isNew && isKnown(after, Available)) {
      normal(
          "BridgeCreated",
          "Create",
          "Made the workload, with " + counted(number(after.desiredReplicas()), "replica"));
    }
    String was = reason(before, Reconciling);
    String now = reason(after, Reconciling);
    boolean newSpec = !isRestart() || !sameGeneration();
    if (!isNew && newSpec && "RollingOut".equals(now) && !"RollingOut".equals(was)) {
      normal("BridgeUpdated", "RollOut", "Rolling out generation " + after.observedGeneration());
    }
    boolean wasRollingOut =
        "RollingOut".equals(was)
            || ("Progressing".equals(was)
                && is(before, Ready, Status.Unknown)
                && reason(before, Paused) == null); // the end of a pause is told by itself
    if ((isNew || wasRollingOut) && now == null && "Running".equals(reason(after, Ready))) {
      normal(
          "RolloutComplete",
          "RollOut",
          counted(number(after.readyReplicas()), "replica")
              + (Objects.equals(after.readyReplicas(), 1) ? " runs" : " run")
              + " generation "
              + after.observedGeneration());
    }
    if (before.runtimeVersion() != null
        && !before.runtimeVersion().equals(after.runtimeVersion())) {
      normal(
          "RuntimeUpgraded",
          "RollOut",
          "From version %s to %s".formatted(before.runtimeVersion(), after.runtimeVersion()));
    }
  }

  private void scaling(String why) {
    Integer from = before.desiredReplicas();
    Integer to = after.desiredReplicas();
    if (from == null || to == null || from.equals(to) || isStopOrItsEnd()) {
      return;
    }
    String reason =
        to == 0 ? "ScaledToZero" : from == 0 ? "Activated" : to > from ? "ScaledUp" : "ScaledDown";
    normal(
        reason,
        "Scale",
        "Scaled from %d to %s".formatted(from, counted(to, "replica"))
            + (why.isEmpty() ? "" : ": " + why));
  }

  private void regime() {
    String now = reason(after, ScalingActive);
    if (now != null && REGIMES.contains(now) && !now.equals(reason(before, ScalingActive))) {
      normal(now, "Scale", message(after, ScalingActive));
    }
  }

  /** Told by {@link #pauses}. */
  private boolean isStopOrItsEnd() {
    return "Stopped".equals(reason(before, Available))
        || "Stopped".equals(reason(after, Available));
  }

  private void pauses() {
    String was = reason(before, Paused);
    String now = reason(after, Paused);
    if (now != null && !now.equals(was)) {
      normal(now, "Pause", message(after, Paused));
    } else if (was != null && now == null) {
      normal("Resumed", "Pause", "The bridge goes on where it was");
    }
  }

  private void faults() {
    newFault(Accepted, Status.False).ifPresent(c -> warning(c.reason(), "Accept", c));
    newFault(ResolvedRefs, Status.False)
        .or(this::otherReferences)
        .ifPresent(c -> warning("ReferenceNotFound", "ResolveReferences", c));
    newFault(Stalled, Status.True)
        .filter(c -> !TOLD_ELSEWHERE.contains(c.reason()))
        // What is missing was told when it was found missing.
        .filter(c -> !c.reason().equals(reason(after, ResolvedRefs)))
        .ifPresent(c -> warning(c.reason(), "Apply", c));
    newFault(Available, Status.False)
        .filter(c -> !c.reason().equals("MinimumReplicasUnavailable"))
        .filter(c -> !c.reason().equals(reason(after, Stalled)))
        .ifPresent(c -> warning(c.reason(), "RunPods", c));
    newFault(Blocked, Status.True).ifPresent(c -> warning("DeliveryBlocked", "Deliver", c));
    newFault(Throttled, Status.True)
        .filter(c -> c.reason().equals("TargetThrottling"))
        .ifPresent(c -> warning(c.reason(), "Deliver", c));
    newFault(DeadLetterReady, Status.False)
        .ifPresent(c -> warning("DeadLetterUnavailable", "WriteDeadLetter", c));
    newFault(RetryTopicsReady, Status.False)
        .ifPresent(c -> warning("RetryTopicsUnavailable", "PutAside", c));
    newFault(RetryTopicsReady, Status.True)
        .filter(c -> c.reason().equals(PutAside.LEFT_BEHIND))
        .ifPresent(c -> warning(c.reason(), "PutAside", c));
    newFault(AnswersReady, Status.False)
        .ifPresent(c -> warning("AnswersUnavailable", "WriteAnswer", c));
  }

  /** The same is missing, but of another object: its message has no figures. */
  private Optional<Condition> otherReferences() {
    return Conditions.find(after.conditions(), ResolvedRefs)
        .filter(c -> c.status() == Status.False && is(before, ResolvedRefs, Status.False))
        .filter(c -> !Objects.equals(c.message(), message(before, ResolvedRefs)));
  }

  private void kafka() {
    newFault(KafkaConnected, Status.False)
        .ifPresent(
            c -> warning(KAFKA.getOrDefault(c.reason(), "Kafka" + c.reason()), "Consume", c));
    if (is(before, KafkaConnected, Status.False) && is(after, KafkaConnected, Status.True)) {
      normal("KafkaConnected", "Consume", message(after, KafkaConnected));
    }
  }

  private void target() {
    newFault(TargetHealthy, Status.False)
        .ifPresent(
            c -> warning(TARGET.getOrDefault(c.reason(), "Target" + c.reason()), "Deliver", c));
    if (is(before, TargetHealthy, Status.False) && is(after, TargetHealthy, Status.True)) {
      boolean circuit = "CircuitOpen".equals(reason(before, TargetHealthy));
      normal(
          circuit ? "CircuitClosed" : "TargetRecovered", "Deliver", message(after, TargetHealthy));
    }
  }

  private void deadLetters() {
    long was = records(before);
    long now = records(after);
    if (now > was && after.deadLetter() != null) {
      notices.add(
          new Notice(
              Notice.Type.Warning,
              "DeadLettered",
              "Deliver",
              "%s went to the dead-letter topic '%s', %d since the bridge was created"
                  .formatted(
                      counted((int) Math.min(now - was, Integer.MAX_VALUE), "more record"),
                      after.deadLetter().topic(),
                      now)));
    }
  }

  private static long records(KafkaApiBridgeStatus status) {
    return status.deadLetter() == null || status.deadLetter().records() == null
        ? 0
        : status.deadLetter().records();
  }

  /** The condition, where it came to {@code bad} or changed its reason there. */
  private Optional<Condition> newFault(ConditionType type, Status bad) {
    return Conditions.find(after.conditions(), type)
        .filter(c -> c.status() == bad)
        .filter(c -> !(is(before, type, bad) && c.reason().equals(reason(before, type))));
  }

  private static boolean is(KafkaApiBridgeStatus status, ConditionType type, Status value) {
    return Conditions.find(status.conditions(), type).filter(c -> c.status() == value).isPresent();
  }

  private static int number(@Nullable Integer replicas) {
    return replicas == null ? 0 : replicas;
  }

  private boolean sameGeneration() {
    return Objects.equals(before.observedGeneration(), after.observedGeneration());
  }

  private static boolean isKnown(KafkaApiBridgeStatus status, ConditionType type) {
    return is(status, type, Status.True) || is(status, type, Status.False);
  }

  private static @Nullable String reason(KafkaApiBridgeStatus status, ConditionType type) {
    return Conditions.find(status.conditions(), type).map(Condition::reason).orElse(null);
  }

  private static String message(KafkaApiBridgeStatus status, ConditionType type) {
    return Conditions.find(status.conditions(), type).map(Condition::message).orElse("");
  }

  private void normal(String reason, String action, String note) {
    notices.add(new Notice(Notice.Type.Normal, reason, action, note));
  }

  private void warning(String reason, String action, Condition condition) {
    notices.add(
        new Notice(
            Notice.Type.Warning, reason, action, Objects.requireNonNull(condition.message())));
  }
}
