package dev.kafkaapibridge.operator.bridge.report;

import static dev.kafkaapibridge.operator.bridge.report.ConditionType.Paused;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.ReconciliationPaused;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.Reconciling;

import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec.State;
import dev.kafkaapibridge.operator.bridge.Acceptance;
import dev.kafkaapibridge.operator.bridge.Annotated;
import dev.kafkaapibridge.operator.bridge.observe.Fleet;
import java.util.Optional;

/** What somebody has asked to stand still. Pure. */
final class Pauses {

  private static final String TAKES_A_MINUTE =
      "the kubelet brings it to each within about a minute";

  static final String STANDS_STILL =
      "Nothing is fetched and nothing is called; the pods keep their place in the group";

  private Pauses() {}

  /** What pods have not taken up yet of {@code spec.state}; empty where all have. */
  static Optional<Finding> takingUp(Situation situation) {
    Fleet fleet = situation.observation().fleet();
    long pods = fleet.members().size();
    if (situation.accepted() == null || pods == 0) {
      return Optional.empty();
    }
    if (situation.isAskedToBe(State.Stopped)) {
      return Optional.of(
          Finding.yes(
              Reconciling, "Draining", "Stopping: %d pods finish their calls".formatted(pods)));
    }
    long speaking = fleet.staying().stream().filter(member -> member.report() != null).count();
    long paused = fleet.paused();
    if (situation.isAskedToBe(State.Paused) && paused < speaking) {
      return Optional.of(
          Finding.yes(
              Reconciling,
              "Progressing",
              "Pausing: %d of %d pods have; %s".formatted(paused, speaking, TAKES_A_MINUTE)));
    }
    return situation.isAskedToBe(State.Running) && paused > 0
        ? Optional.of(
            Finding.yes(
                Reconciling,
                "Progressing",
                "Resuming: %d of %d pods have; %s"
                    .formatted(speaking - paused, speaking, TAKES_A_MINUTE)))
        : Optional.empty();
  }

  /**
   * Empty where the bridge works, or is only on its way to standing still. A pause that was reached
   * stands until somebody ends it and the last pod has gone on.
   */
  static Optional<Finding> paused(Situation situation) {
    Optional<Finding> before =
        Conditions.find(situation.previous().conditions(), Paused).map(Finding::of);
    if (situation.accepted() == null) {
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
    if (situation.isAskedToBe(State.Paused)) {
      return reached && fleet.paused() > 0
          ? Optional.of(Finding.yes(Paused, "Paused", STANDS_STILL))
          : before;
    }
    return reached ? Optional.empty() : before;
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
