package dev.kafkaapibridge.operator.bridge.report;

import static dev.kafkaapibridge.operator.bridge.report.ConditionType.Ready;
import static dev.kafkaapibridge.operator.bridge.report.Words.counted;

import dev.kafkaapibridge.api.v1alpha1.Condition.Status;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec.State;
import dev.kafkaapibridge.operator.bridge.ReplicaDecision;
import dev.kafkaapibridge.operator.bridge.ReplicaDecision.Zero;
import dev.kafkaapibridge.operator.bridge.observe.Fleet;
import dev.kafkaapibridge.operator.bridge.observe.PodReport.Health;
import dev.kafkaapibridge.operator.bridge.observe.TargetWeather;
import dev.kafkaapibridge.operator.bridge.observe.Workload;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Ready: the bridge serves this very spec. False where something stands in the way that somebody
 * must mend, Unknown while it is only under way; the reason is that of the first part that is not
 * well, causes before effects. An API that fails is not in the way: records wait and go on by
 * themselves. Nor is a pod in trouble, as long as others serve. Pure.
 */
final class Readiness {

  /** The parts that Ready sums up. */
  record Parts(
      @Nullable Finding reconciling,
      @Nullable Finding stalled,
      Finding accepted,
      Finding resolvedRefs,
      Finding available,
      Finding kafkaConnected,
      Finding targetHealthy,
      Finding deadLetterReady,
      @Nullable Finding retryTopicsReady,
      @Nullable Finding answersReady) {}

  private Readiness() {}

  static Finding of(Situation situation, Parts parts) {
    if (!parts.accepted().isTrue()) {
      return parts.accepted().toldOf(Ready, Status.False);
    }
    if (parts.stalled() != null) {
      return parts.stalled().toldOf(Ready, Status.False);
    }
    if (situation.isScaledToZero()) {
      return parts.reconciling() == null
          ? withoutPods(situation, parts)
          : parts.reconciling().toldOf(Ready, Status.Unknown);
    }
    if (parts.resolvedRefs().isFalse()) {
      return parts.resolvedRefs().toldOf(Ready, Status.False);
    }
    boolean serves = Serving.thisSpec(situation);
    if (situation.observation().fleet().trouble() != null && !serves) {
      return parts.available().toldOf(Ready, Status.False);
    }
    if (parts.kafkaConnected().isFalse()) {
      return parts.kafkaConnected().toldOf(Ready, Status.False);
    }
    if (parts.deadLetterReady().isFalse()) {
      return parts.deadLetterReady().toldOf(Ready, Status.False);
    }
    if (parts.retryTopicsReady() != null && parts.retryTopicsReady().isFalse()) {
      return parts.retryTopicsReady().toldOf(Ready, Status.False);
    }
    if (parts.answersReady() != null && parts.answersReady().isFalse()) {
      return parts.answersReady().toldOf(Ready, Status.False);
    }
    Health target = situation.observation().target();
    boolean paused = situation.isAskedToBe(State.Paused);
    // Nothing is called during a pause, so nobody would find out that it was mended.
    if (target != null && !paused && TargetWeather.isMisconfigured(target)) {
      return parts.targetHealthy().toldOf(Ready, Status.False);
    }
    Optional<Finding> takingUp = Pauses.takingUp(situation);
    if (takingUp.isPresent()) {
      return takingUp.get().toldOf(Ready, Status.Unknown);
    }
    if (parts.reconciling() != null && !serves) {
      return parts.reconciling().toldOf(Ready, Status.Unknown);
    }
    if (Serving.ofFormerSpec(situation) > 0) {
      return WorkloadFindings.formerSpec(situation).toldOf(Ready, Status.Unknown);
    }
    if (!parts.available().isTrue() && !serves) {
      return parts.available().toldOf(Ready, parts.available().status());
    }
    if (!parts.kafkaConnected().isTrue()) {
      return parts.kafkaConnected().toldOf(Ready, Status.Unknown);
    }
    if (!parts.deadLetterReady().isTrue()) {
      return parts.deadLetterReady().toldOf(Ready, Status.Unknown);
    }
    return paused
        ? Finding.yes(Ready, "Paused", Pauses.STANDS_STILL)
        : Finding.yes(Ready, "Running", running(situation));
  }

  /** Nobody who looks out for records means that the next one is not served. */
  private static Finding withoutPods(Situation situation, Parts parts) {
    if (situation.isAskedToBe(State.Stopped)) {
      return Finding.yes(Ready, "Stopped", "No pod runs; the committed offsets are kept");
    }
    if (!(situation.zero() instanceof Zero.Watched)) {
      return Finding.yes(Ready, "ScaledToZero", whatStartsPods(situation));
    }
    if (situation.isAskedToBe(State.Paused)) {
      return Finding.yes(Ready, "Paused", Pauses.NO_POD);
    }
    return parts.kafkaConnected().isTrue()
        ? Finding.yes(
            Ready,
            "ScaledToZero",
            "Nothing comes in and nothing waits; the next record starts pods")
        : parts.kafkaConnected().toldOf(Ready, parts.kafkaConnected().status());
  }

  private static String whatStartsPods(Situation situation) {
    if (situation.annotated().reconciliationPaused()) {
      return "No replica is asked for, and records start none while reconciliation is paused";
    }
    ReplicaDecision decision = situation.decision();
    return decision == null || decision.cause().isManaged()
        ? "No replica is asked for"
        : "spec.replicas is 0; no pod starts until it is raised";
  }

  private static String running(Situation situation) {
    Workload workload = situation.workload();
    Fleet fleet = situation.observation().fleet();
    Integer topics = fleet.topics();
    Integer partitions = situation.partitions();
    String ready =
        workload == null ? "" : Words.replicas(workload.ready(), workload.desired(), "ready");
    return topics == null || partitions == null
        ? ready
        : ready
            + "; consuming "
            + counted(topics, "topic")
            + ", "
            + counted(partitions, "partition");
  }
}
