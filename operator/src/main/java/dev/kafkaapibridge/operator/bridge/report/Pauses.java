package dev.kafkaapibridge.operator.bridge.report;

import static dev.kafkaapibridge.operator.bridge.report.ConditionType.ReconciliationPaused;

import dev.kafkaapibridge.operator.bridge.Acceptance;
import dev.kafkaapibridge.operator.bridge.Annotated;
import java.util.Optional;

/** What somebody has asked to stand still. Pure. */
final class Pauses {

  private Pauses() {}

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
