package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.operator.bridge.report.CalmedLimit;
import dev.kafkaapibridge.operator.kube.EventBudget;
import java.time.Instant;

/** What was told of one bridge, so that it isn't told too often. Belongs to its reconcile. */
final class Told {

  final EventBudget events = new EventBudget();
  final CalmedLimit limit = new CalmedLimit();

  /** When figures were written last. */
  Instant figuresAt = Instant.EPOCH;
}
