package dev.kafkaapibridge.operator.bridge.report;

import static dev.kafkaapibridge.operator.bridge.report.ConditionType.Paused;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.ReconciliationPaused;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.Reconciling;

import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec.State;
import dev.kafkaapibridge.operator.bridge.Acceptance;
import dev.kafkaapibridge.operator.bridge.Annotated;
import dev.kafkaapibridge.operator.bridge.ReplicaDecision.Zero;
import dev.kafkaapibridge.operator.bridge.observe.Fleet;
import java.util.Optional;

/** What somebody has asked to stand still. Pure. */
final class Pauses {

  private static final String TAKES_A_MINUTE =
      "the kubelet brings it to each within about a minute";

  static final String STANDS_STILL =
      "Nothing is fetched and nothing is called; the pods keep their place in the group";

  static final String NO_POD = "No pod runs, and none is started for records that come in";

  private Pauses() {}

  /** What pods have not taken up yet of {@code spec.state}; empty where all have. */
  static Optional<Finding> takingUp(Situation situation) {
    Fleet fleet = situation.observation().fleet();
    long pods = fleet.members().size();
    if (situation.served() == null || pods == 0) {
      return Optional.empty();
    }
    if (situation.isAskedToBe(State.Stopped)) {
      return Optional.of(
          Finding.yes(
              Reconciling, "Draining", "Stopping: %d pods finish their calls".formatted(pods)));
    }
    long staying = fleet.staying().size();
    long speaking = fleet.staying().stream().filter(member -> member.report() != null).count();
    if (speaking == 0) {
      return Optional.empty(); // why nobody speaks is what there is to say
    }
    long paused = fleet.paused();
    if (situation.isAskedToBe(State.Paused) && paused < staying) {
      return Optional.of(underWay("Pausing", paused, fleet));
    }
    boolean resuming = paused > 0 || (stoodStill(situation) && speaking < staying);
    return situation.isAskedToBe(State.Running) && resuming
        ? Optional.of(underWay("Resuming", speaking - paused, fleet))
        : Optional.empty();
  }

  /** A pod that is silent may be the one that still does what it did before. */
  private static Finding underWay(String what, long done, Fleet fleet) {
    String silent =
        fleet.staying().stream()
            .filter(member -> member.report() == null)
            .findFirst()
            .map(member -> "; pod '%s' has told nothing".formatted(member.pod().name()))
            .orElse("");
    return Finding.yes(
        Reconciling,
        "Progressing",
        "%s: %d of %d pods have; %s%s"
            .formatted(what, done, fleet.staying().size(), TAKES_A_MINUTE, silent));
  }

  /** By a pause, and not by a stop: then there are pods that may not know its end yet. */
  private static boolean stoodStill(Situation situation) {
    return Conditions.find(situation.previous().conditions(), Paused)
        .filter(c -> c.reason().equals(Paused.name()))
        .isPresent();
  }

  /**
   * Empty where the bridge works, or is only on its way to standing still. A pause that was reached
   * stands until somebody ends it and the last pod has gone on.
   */
  static Optional<Finding> paused(Situation situation) {
    Optional<Finding> before =
        Conditions.find(situation.previous().conditions(), Paused).map(Finding::of);
    if (situation.served() == null) {
      return before;
    }
    boolean reached = takingUp(situation).isEmpty();
    Fleet fleet = situation.observation().fleet();
    if (situation.isAskedToBe(State.Stopped)) {
      return reached && situation.isScaledToZero()
          ? Optional.of(
              Finding.yes(Paused, "Stopped", "No pod runs; the committed offsets are kept"))
          : before;
    }
    if (situation.isAskedToBe(State.Paused)
        && reached
        && situation.isScaledToZero()
        && situation.zero() instanceof Zero.Watched) {
      return Optional.of(Finding.yes(Paused, "Paused", NO_POD));
    }
    if (situation.isAskedToBe(State.Paused)) {
      return reached && fleet.paused() > 0
          ? Optional.of(Finding.yes(Paused, "Paused", STANDS_STILL))
          : before;
    }
    boolean unheard = stoodStill(situation) && fleet.speaking().isEmpty();
    return reached && (!unheard || situation.isScaledToZero()) ? Optional.empty() : before;
  }

  /** Empty while the operator does its work. */
  static Optional<Finding> reconciliation(Situation situation) {
    if (!situation.annotated().reconciliationPaused()) {
      return Optional.empty();
    }
    String waits =
        situation.acceptance() instanceof Acceptance.NotJudged
            ? ". Generation %d waits".formatted(situation.identity().generation())
            : "";
    return Optional.of(
        Finding.yes(
            ReconciliationPaused,
            "Annotated",
            "Nothing of this bridge is changed while annotation '%s' is 'true'%s"
                .formatted(Annotated.PAUSE_RECONCILIATION, waits)));
  }
}
