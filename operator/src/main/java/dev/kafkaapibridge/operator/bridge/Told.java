package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.operator.bridge.report.CalmedWord;
import dev.kafkaapibridge.operator.kube.EventBudget;
import java.time.Instant;

/** What was told of one bridge, so that it isn't told too often. Belongs to its reconcile. */
final class Told {

  final EventBudget events = new EventBudget();
  final CalmedWord limit = CalmedWord.ofScalingLimited();
  final CalmedWord regime = CalmedWord.ofScalingActive();

  /** When figures were written last. */
  Instant figuresAt = Instant.EPOCH;
}
