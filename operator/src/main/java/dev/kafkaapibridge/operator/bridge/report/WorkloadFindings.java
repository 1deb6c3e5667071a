package dev.kafkaapibridge.operator.bridge.report;

import static dev.kafkaapibridge.operator.bridge.report.ConditionType.Available;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.Reconciling;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.Stalled;

import dev.kafkaapibridge.api.v1alpha1.Condition.Status;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec.State;
import dev.kafkaapibridge.operator.bridge.Application;
import dev.kafkaapibridge.operator.bridge.observe.PodTrouble;
import dev.kafkaapibridge.operator.bridge.observe.Workload;
import dev.kafkaapibridge.operator.bridge.resources.BridgeNames;
import dev.kafkaapibridge.operator.kube.Refusal;
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
    boolean growing = Serving.whileGrowing(situation);
    PodTrouble trouble = situation.observation().fleet().trouble();
    if (trouble != null && !growing && (trouble.lasting() || wasStalled(situation, trouble))) {
      return Optional.of(Finding.yes(Stalled, trouble.reason(), trouble.message()));
    }
    String refused = workload.podsRefused();
    Optional<String> refusal =
        refused == null || growing || isServiceAccountMissing(refused)
            ? Optional.empty()
            : Refusal.reason(refused);
    if (refusal.isPresent()) {
      return Optional.of(Finding.yes(Stalled, refusal.get(), "Pods cannot be made: " + refused));
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

  /** The kubelet gives up and tries again in turns: of the same trouble that is no news. */
  private static boolean wasStalled(Situation situation, PodTrouble trouble) {
    return Conditions.find(situation.previous().conditions(), Stalled)
        .filter(c -> c.reason().equals(trouble.reason()))
        .isPresent();
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
      return Serving.ofFormerSpec(situation) > 0
          ? Optional.of(formerSpec(situation))
          : Pauses.takingUp(situation);
    }
    if (workload.updated() < workload.replicas()) {
      return Optional.of(rollingOut(situation, workload));
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
              Serving.isScalingUp(situation) ? "ScalingUp" : "Progressing",
              Words.replicas(workload.available(), workload.desired(), "available")
                  + cause(situation, workload)));
    }
    return Optional.of(rollingOut(situation, workload)); // asked for, and not begun
  }

  /** For the Deployment all is done. It can't see what its pods have read. */
  static Finding formerSpec(Situation situation) {
    return Finding.yes(
        Reconciling,
        "RollingOut",
        "%s of the newest template %s another spec: restart the bridge, or give it an image of the operator's version"
            .formatted(
                Words.counted((int) Serving.ofFormerSpec(situation), "pod"),
                Serving.ofFormerSpec(situation) == 1 ? "says that it runs" : "say that they run"));
  }

  /** Why pods are missing; empty while they are just on their way. */
  private static String cause(Situation situation, Workload workload) {
    PodTrouble trouble = situation.observation().fleet().trouble();
    if (trouble != null) {
      return ". " + trouble.message();
    }
    return workload.podsRefused() == null ? "" : ". Pods cannot be made: " + workload.podsRefused();
  }

  private static Finding rollingOut(Situation situation, Workload workload) {
    // Available pods are counted together; at worst all the old ones are among them.
    int old = workload.replicas() - workload.updated();
    int up = workload.caughtUp() ? Math.max(0, workload.available() - old) : 0;
    return Finding.yes(
        Reconciling,
        "RollingOut",
        "The newest spec is up in %d of %s; pods are replaced one by one"
                .formatted(
                    Math.min(up, workload.desired()), Words.counted(workload.desired(), "replica"))
            + (workload.paused()
                ? ". They are not while the Deployment is paused: kubectl rollout resume deployment/%s --namespace %s"
                    .formatted(
                        BridgeNames.child(situation.identity()), situation.identity().namespace())
                : ""));
  }
}
