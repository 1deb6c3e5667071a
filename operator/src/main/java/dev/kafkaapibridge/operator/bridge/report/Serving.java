package dev.kafkaapibridge.operator.bridge.report;

import static dev.kafkaapibridge.operator.bridge.report.ConditionType.Available;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.Ready;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.Reconciling;

import dev.kafkaapibridge.api.v1alpha1.Condition.Status;
import dev.kafkaapibridge.operator.bridge.observe.Fleet;
import dev.kafkaapibridge.operator.bridge.observe.Workload;
import java.util.Objects;

/** Whether the pods that are there serve what is asked for, also while there are too few. Pure. */
final class Serving {

  private Serving() {}

  /**
   * All pods that speak run this spec, also while there are too few or too many of them. Of a
   * rollout for another cause, such as a newer runtime, it was ready before.
   */
  static boolean thisSpec(Situation situation) {
    Workload workload = situation.workload();
    return workload != null
        && workload.available() > 0
        && situation.observation().fleet().current() > 0
        && ofFormerSpec(situation) == 0
        && ((workload.caughtUp() && workload.updated() == workload.replicas())
            || wasReady(situation));
  }

  /** How many pods say that they run another spec than the one that is to be served. */
  static long ofFormerSpec(Situation situation) {
    Fleet fleet = situation.observation().fleet();
    long speaking = fleet.staying().stream().filter(m -> m.report() != null).count();
    return speaking - fleet.current();
  }

  /**
   * Those that are missing, or in trouble, were asked for in addition: what was served before is
   * served now. It stays so when a step is over but for them.
   */
  static boolean whileGrowing(Situation situation) {
    Workload workload = situation.workload();
    return workload != null
        && workload.available() < workload.desired()
        && thisSpec(situation)
        && (isScalingUp(situation) || wasReadyThroughIt(situation));
  }

  /** More pods are asked for than before; a pod that was lost is no scaling. */
  static boolean isScalingUp(Situation situation) {
    Integer before = situation.previous().desiredReplicas();
    Integer now = situation.applied();
    boolean more = before != null && before > 0 && now != null && now > before;
    return more
        || Conditions.find(situation.previous().conditions(), Reconciling)
            .filter(c -> c.reason().equals("ScalingUp"))
            .isPresent();
  }

  private static boolean wasReady(Situation situation) {
    return Conditions.find(situation.previous().conditions(), Ready)
        .filter(c -> c.status() == Status.True)
        .filter(c -> Objects.equals(c.observedGeneration(), situation.generation()))
        .isPresent();
  }

  private static boolean wasReadyThroughIt(Situation situation) {
    return wasReady(situation)
        && Conditions.find(situation.previous().conditions(), Available)
            .filter(c -> c.status() == Status.False)
            .isPresent();
  }
}
