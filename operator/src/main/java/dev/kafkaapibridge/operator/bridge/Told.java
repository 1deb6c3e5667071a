package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.operator.bridge.report.CalmedWord;
import dev.kafkaapibridge.operator.kube.EventBudget;
import dev.kafkaapibridge.operator.kube.Notice;
import java.time.Instant;
import java.util.List;

/** What was told of one bridge, so that it isn't told too often. Belongs to its reconcile. */
final class Told {

  private final EventBudget events = new EventBudget();
  final CalmedWord limit = CalmedWord.ofScalingLimited();
  final CalmedWord regime = CalmedWord.ofScalingActive();

  private int untold;

  /**
   * As many as the budget bears, and what is said first of those that it did not bear before.
   *
   * @param tooMany since the last that was told; 0: none
   */
  record Due(int tooMany, List<Notice> notices) {}

  Due due(List<Notice> notices, Instant now) {
    List<Notice> borne = notices.stream().filter(notice -> events.take(now)).toList();
    int before = borne.isEmpty() ? 0 : untold;
    untold += notices.size() - borne.size() - before;
    return new Due(before, borne);
  }

  /** When figures were written last. */
  Instant figuresAt = Instant.EPOCH;
}
