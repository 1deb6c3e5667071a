package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.api.v1alpha1.AutoscalingSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.operator.bridge.ReplicaDecision.Cause;
import dev.kafkaapibridge.operator.bridge.ReplicaDecision.Zero;
import dev.kafkaapibridge.operator.bridge.observe.Fleet;
import dev.kafkaapibridge.operator.bridge.observe.PodReport;
import dev.kafkaapibridge.operator.offsets.Trouble;
import dev.kafkaapibridge.operator.offsets.Vigil;
import dev.kafkaapibridge.operator.scale.Decision;
import dev.kafkaapibridge.operator.scale.Decision.Limit;
import dev.kafkaapibridge.operator.scale.Regime;
import dev.kafkaapibridge.operator.scale.Sample;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether the last pod of a bridge may go. Pure. It goes when its own report and the operator's own
 * look, both of this moment and both complete, say that nothing is to do: whoever could not look
 * out for records afterwards does not begin to.
 */
final class ToZero {

  /** Where looking fails, one pod is no hurry. */
  private static final Duration AFTER_TROUBLE = Duration.ofMinutes(1);

  private ToZero() {}

  /** With {@code mode: Managed} and {@code minReplicas: 0}. */
  static boolean isAllowed(KafkaApiBridgeSpec spec) {
    return spec.autoscaling().mode() == AutoscalingSpec.Mode.Managed
        && spec.autoscaling().minReplicas() == 0;
  }

  /** Whether there is nothing left to do, as far as pods have told lately. */
  static boolean isIdle(KafkaApiBridgeSpec spec, ReplicaDecision usual) {
    Decision counted = usual.counted();
    return isAllowed(spec)
        && spec.state() == KafkaApiBridgeSpec.State.Running
        && usual.cause() == Cause.Managed
        && usual.replicas() == 1
        && counted != null
        && counted.regime() == Regime.Idle;
  }

  /**
   * Whether the one pod says at this very moment that nothing of any partition is left.
   *
   * @param current pods that were asked for until now
   * @param sample null while the last one is too recent
   * @param begun whether the position of the bridge's start was committed
   */
  static boolean isEmpty(
      @Nullable Integer current, @Nullable Sample sample, Fleet fleet, boolean begun) {
    return current != null
        && current == 1
        && begun
        && fleet.members().size() == 1
        && fleet.current() == 1
        && sample != null
        && sample.complete()
        && sample.partitions().stream().allMatch(partition -> partition.backlog() == 0)
        && fleet.members().stream().allMatch(ToZero::hasNothingPutAside);
  }

  /** What waits in retry topics comes back when it is due, whatever comes in meanwhile. */
  private static boolean hasNothingPutAside(Fleet.Member member) {
    PodReport report = member.report();
    return report != null
        && (report.retry() == null || Long.valueOf(0).equals(report.retry().waiting()));
  }

  static boolean isLookDue(@Nullable Vigil vigil, Instant now) {
    if (vigil == null || vigil.lookedAt() == null) {
      return true;
    }
    return vigil.trouble() == null
        ? vigil.isDue(now)
        : !now.isBefore(vigil.lookedAt().plus(AFTER_TROUBLE));
  }

  /** The number, after a look at a bridge that is idle and empty. */
  static ReplicaDecision decide(
      KafkaApiBridgeSpec spec, ReplicaDecision usual, Vigil vigil, Decision none) {
    return vigil.nothingWaits()
        ? new ReplicaDecision(
            0,
            Cause.Managed,
            Limit.None,
            "nothing has come in for %s and nothing waits"
                .formatted(inWords(spec.autoscaling().idleAfter())),
            usual.written(),
            none,
            new Zero.Watched(vigil))
        : usual.with(standing(vigil));
  }

  /** Why it stays, as far as the last look tells. */
  static Zero standing(@Nullable Vigil vigil) {
    if (vigil == null || vigil.lookedAt() == null) {
      return new Zero.NotAsked();
    }
    if (vigil.trouble() != null) {
      return new Zero.Prevented(vigil.trouble());
    }
    return vigil.waiting().isEmpty()
        ? new Zero.NotAsked()
        : new Zero.Prevented(
            new Trouble(
                "RecordsWait", "the group's commits don't reach the ends of all partitions"));
  }

  private static String inWords(Duration time) {
    return time.toSeconds() % 60 == 0 && !time.isZero()
        ? time.toMinutes() + " min"
        : time.toSeconds() + " s";
  }
}
