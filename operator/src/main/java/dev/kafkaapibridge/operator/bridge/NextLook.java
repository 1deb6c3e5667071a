package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeStatus;
import dev.kafkaapibridge.operator.scale.Decision;
import dev.kafkaapibridge.operator.scale.Regime;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** When a bridge is looked at again, though nothing has happened. Pure. */
final class NextLook {

  /** Pods are asked so often. */
  static final Duration USUAL = Duration.ofSeconds(10);

  /** Pods that have something to do, where the operator says how many there are. */
  static final Duration WHERE_IT_SCALES = Duration.ofSeconds(5);

  /** So often somebody looks out for records where no pod does. */
  static final Duration WITHOUT_PODS = Duration.ofSeconds(5);

  static final Duration SOON = Duration.ofSeconds(1);

  /**
   * A look into the cache, for a bridge that never ran. One that goes on with a former spec has its
   * pods asked so often meanwhile.
   */
  private static final Duration WHILE_THE_GROUP_IS_IN_USE = Duration.ofSeconds(2);

  private static final Duration LATER = Duration.ofMinutes(1);

  private NextLook() {}

  /** At a bridge on its way out for so long: seldomer and seldomer, from 2 s to 15 s. */
  static Duration leaving(Duration since) {
    return Duration.ofSeconds(Math.clamp(since.toSeconds() / 10, 2, 15));
  }

  static Duration after(
      Acceptance acceptance,
      Application application,
      @Nullable ReplicaDecision decision,
      KafkaApiBridgeStatus known,
      KafkaApiBridgeStatus status) {
    if (acceptance instanceof Acceptance.Refused(var reason, var ignored)
        && reason.equals(GroupClaim.IN_USE)) {
      return WHILE_THE_GROUP_IS_IN_USE;
    }
    return switch (application) {
      case Application.Waiting ignored -> SOON;
      // A name becomes free by a deletion that no informer of ours sees.
      case Application.Refused(var reason, var message) when reason.equals("NameConflict") -> USUAL;
      // The API server may say yes when a quota or a right has changed.
      case Application.Refused ignored -> LATER;
      // What pods are given to read changes with where the bridge started.
      case Application.Done ignored -> isStartNews(known, status) ? SOON : usual(decision);
      case Application.NotTried ignored -> USUAL;
      // A change of the cluster's resource is seen by itself.
      case Application.Unled ignored -> USUAL;
      case Application.Held ignored -> USUAL;
    };
  }

  static Duration usual(@Nullable ReplicaDecision decision) {
    if (decision == null) {
      return USUAL;
    }
    if (decision.zero() instanceof ReplicaDecision.Zero.Watched) {
      return WITHOUT_PODS;
    }
    Decision counted = decision.counted();
    boolean busy = counted != null && counted.regime() != Regime.Idle;
    return busy && decision.cause().isManaged() ? WHERE_IT_SCALES : USUAL;
  }

  private static boolean isStartNews(KafkaApiBridgeStatus known, KafkaApiBridgeStatus status) {
    return status.consumer() != null
        && status.consumer().startedAt() != null
        && (known.consumer() == null || known.consumer().startedAt() == null);
  }
}
