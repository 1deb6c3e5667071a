package dev.kafkaapibridge.operator.bridge.report;

import static dev.kafkaapibridge.operator.bridge.report.ConditionType.Available;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.Reconciling;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.Stalled;

import dev.kafkaapibridge.api.v1alpha1.Condition.Status;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec.State;
import dev.kafkaapibridge.operator.bridge.Application;
import dev.kafkaapibridge.operator.bridge.observe.PodTrouble;
import dev.kafkaapibridge.operator.bridge.observe.Workload;
import java.time.Duration;
import java.util.Optional;

/** What the Deployment and its pods, as Kubernetes shows them, mean for the bridge. Pure. */
final class WorkloadFindings {

  private static final Duration REFERENCES_MAY_COME = Duration.ofMinutes(5);

  private WorkloadFindings() {}

  static Finding available(Situation situation) {
    Workload workload = situation.workload();
    if (workload == null) {
      return Finding.unknown(Available, "Pending", "No pod was made yet");
    }
    if (workload.desired() == 0) {
      return situation.isAskedToBe(State.Stopped)
          ? Finding.yes(Available, "Stopped", "No pod is to run: spec.state is Stopped")
          : Finding.yes(Available, "ScaledToZero", "No replica is asked for");
    }
    String count = Words.replicas(workload.available(), workload.desired(), "available");
    PodTrouble trouble = situation.observation().fleet().trouble();
    if (trouble != null) {
      return Finding.no(Available, trouble.reason(), count + ". " + trouble.message());
    }
    if (workload.podsRefused() != null && workload.available() < workload.desired()) {
      return Finding.no(
          Available,
          "MinimumReplicasUnavailable",
          count + ". Pods cannot be made: " + workload.podsRefused());
    }
    return workload.available() > 0
        ? Finding.yes(Available, "MinimumReplicasAvailable", count)
        : Finding.no(Available, "MinimumReplicasUnavailable", count);
  }

  /** Empty while time alone may still help. */
  static Optional<Finding> stalled(
      Situation situation, Finding accepted, Finding kafka, Finding resolvedRefs) {
    if (accepted.isFalse()) {
      return Optional.of(accepted.toldOf(Stalled, Status.True));
    }
    if (situation.application() instanceof Application.Refused(var reason, var message)) {
      return Optional.of(Finding.yes(Stalled, reason, message));
    }
    if (kafka.isFalse() && kafka.reason().equals("ClusterChanged")) {
      return Optional.of(kafka.toldOf(Stalled, Status.True));
    }
    Workload workload = situation.workload();
    if (workload == null) {
      return Optional.empty();
    }
    PodTrouble trouble = situation.observation().fleet().trouble();
    if (trouble != null && trouble.lasting()) {
      return Optional.of(Finding.yes(Stalled, trouble.reason(), trouble.message()));
    }
    String refused = workload.podsRefused();
    if (refused != null && !isServiceAccountMissing(refused)) {
      return Optional.of(
          Finding.yes(
              Stalled,
              refused.contains("exceeded quota") ? "QuotaExceeded" : "Forbidden",
              "Pods cannot be made: " + refused));
    }
    if (resolvedRefs.isFalse() && isLongSo(situation, resolvedRefs)) {
      return Optional.of(resolvedRefs.toldOf(Stalled, Status.True));
    }
    if (workload.timedOut() == null) {
      return Optional.empty();
    }
    String cause = trouble == null ? "" : ". " + trouble.message();
    return Optional.of(Finding.yes(Stalled, "RolloutTimedOut", workload.timedOut() + cause));
  }

  /** What is missing may be on its way: applied together, made by another operator. */
  private static boolean isLongSo(Situation situation, Finding finding) {
    return Conditions.find(situation.previous().conditions(), finding.type())
        .filter(before -> before.status() == finding.status())
        .filter(before ->
            !situation.now().isBefore(before.lastTransitionTime().plus(REFERENCES_MAY_COME)))
        .isPresent();
  }

  static boolean isServiceAccountMissing(String podsRefused) {
    return podsRefused.contains("error looking up service account")
        || podsRefused.matches("(?s).*serviceaccount \"[^\"]*\" not found.*");
  }

  /** Empty when everything is as asked for. */
  static Optional<Finding> reconciling(Situation situation, Finding resolvedRefs) {
    Optional<Finding> work = workUnderWay(situation);
    if (!resolvedRefs.isFalse()) {
      return work;
    }
    String reason = work.map(Finding::reason).orElse("Progressing");
    return Optional.of(
        Finding.yes(Reconciling, reason, resolvedRefs.message() + "; it is waited for"));
  }

  private static Optional<Finding> workUnderWay(Situation situation) {
    if (situation.application() instanceof Application.Waiting(var message)) {
      return Optional.of(Finding.yes(Reconciling, "Progressing", message));
    }
    Workload workload = situation.workload();
    if (workload == null) {
      return Optional.of(
          Finding.yes(
              Reconciling,
              "Progressing",
              situation.application() instanceof Application.Held
                  ? "Nothing is made while reconciliation is paused"
                  : "The objects are being made"));
    }
    if (workload.settled()) {
      return Pauses.takingUp(situation);
    }
    if (workload.updated() < workload.replicas()) {
      return Optional.of(rollingOut(workload));
    }
    if (workload.replicas() > workload.desired()) {
      return Optional.of(
          Finding.yes(
              Reconciling,
              "Draining",
              Words.counted(workload.replicas() - workload.desired(), "replica")
                  + " more than asked for, which finish their calls"));
    }
    if (workload.available() < workload.desired()) {
      return Optional.of(
          Finding.yes(
              Reconciling,
              isScalingUp(situation) ? "ScalingUp" : "Progressing",
              Words.replicas(workload.available(), workload.desired(), "available")));
    }
    return Optional.of(rollingOut(workload)); // asked for, and not begun
  }

  private static Finding rollingOut(Workload workload) {
    // Available pods are counted together; at worst all the old ones are among them.
    int old = workload.replicas() - workload.updated();
    int up = workload.caughtUp() ? Math.max(0, workload.available() - old) : 0;
    return Finding.yes(
        Reconciling,
        "RollingOut",
        "The newest spec is up in %d of %s; pods are replaced one by one"
            .formatted(
                Math.min(up, workload.desired()), Words.counted(workload.desired(), "replica")));
  }

  /** More pods are asked for than before; a pod that was lost is no scaling. */
  private static boolean isScalingUp(Situation situation) {
    Integer before = situation.previous().desiredReplicas();
    Integer now = situation.desired();
    boolean more = before != null && before > 0 && now != null && now > before;
    return more
        || Conditions.find(situation.previous().conditions(), Reconciling)
            .filter(c -> c.reason().equals("ScalingUp"))
            .isPresent();
  }
}
