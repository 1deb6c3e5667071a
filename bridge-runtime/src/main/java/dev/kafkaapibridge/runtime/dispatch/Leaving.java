package dev.kafkaapibridge.runtime.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of lanes whose partitions are given up: they get their time, then their calls are cut.
 * Used with its dispatcher's lock held, which waiting gives up.
 *
 * @param <L> lanes
 */
final class Leaving<L> {

  private static final Logger log = LoggerFactory.getLogger(Leaving.class);

  /** After the calls of a revoked partition were cut, how long their threads get to notice. */
  private static final Duration AFTER_CUT = Duration.ofSeconds(2);

  private final Condition laneGone;
  private final Predicate<L> isGone;
  private final Consumer<L> cut;

  /**
   * @param laneGone signalled when a lane may be gone
   */
  Leaving(Condition laneGone, Predicate<L> isGone, Consumer<L> cut) {
    this.laneGone = laneGone;
    this.isGone = isGone;
    this.cut = cut;
  }

  void await(Collection<L> lanes, Duration bound) {
    var underWay = new ArrayList<>(lanes);
    if (awaitGone(underWay, bound)) {
      return;
    }
    log.atWarn()
        .addKeyValue("calls", underWay.size())
        .addKeyValue("after", bound)
        .log("calls of partitions that are given up are cut");
    underWay.forEach(cut);
    if (!awaitGone(underWay, AFTER_CUT)) {
      log.atError()
          .log(
              "calls that were cut did not end: their records are sent again by the partitions' next owner");
    }
  }

  private boolean awaitGone(List<L> underWay, Duration bound) {
    long left = bound.toNanos();
    try {
      underWay.removeIf(isGone);
      while (!underWay.isEmpty()) {
        if (left <= 0) {
          return false;
        }
        left = laneGone.awaitNanos(left);
        underWay.removeIf(isGone);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
