package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.operator.bridge.ReplicaDecision.Cause;
import dev.kafkaapibridge.operator.bridge.ReplicaDecision.Zero;
import dev.kafkaapibridge.operator.offsets.Vigil;
import dev.kafkaapibridge.operator.scale.Decision;
import dev.kafkaapibridge.operator.scale.Memory;
import dev.kafkaapibridge.operator.scale.Waking;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How many pods a bridge is to have that has none since nothing was to do. Pure. A record that was
 * seen makes pods at once. What could not be seen is never taken for nothing: after five minutes of
 * it a pod looks, which may reach brokers that the operator does not.
 */
final class FromZero {

  static final Duration BLIND_FOR_TOO_LONG = Duration.ofMinutes(5);

  /**
   * Brokers forget the offsets of a group without members, after seven days by default. A pod that
   * comes and goes begins that time anew.
   */
  static final Duration VISIT_AFTER = Duration.ofDays(3);

  private FromZero() {}

  /**
   * Whether a bridge has no pods by a decision of the operator's own.
   *
   * @param last null after a start of this process
   * @param current pods that were asked for until now; null for a new bridge
   * @param begun whether the position of the bridge's start was committed
   */
  static boolean isThere(
      KafkaApiBridgeSpec spec,
      @Nullable ReplicaDecision last,
      @Nullable Integer current,
      boolean begun) {
    return ToZero.isAllowed(spec)
        && spec.state() != KafkaApiBridgeSpec.State.Stopped
        && (last == null || last.cause() == Cause.Managed)
        && current != null
        && current == 0
        && begun;
  }

  /**
   * What is known at this moment. A paused bridge would do nothing with records that are seen, so
   * nobody looks; when it goes on, the looking begins anew.
   */
  static Vigil vigil(KafkaApiBridgeSpec spec, @Nullable Vigil last, Instant now) {
    return last == null || spec.state() != KafkaApiBridgeSpec.State.Running
        ? Vigil.from(now)
        : last;
  }

  static boolean isLookDue(KafkaApiBridgeSpec spec, Vigil vigil, Instant now) {
    return spec.state() == KafkaApiBridgeSpec.State.Running && vigil.isDue(now);
  }

  /**
   * @param vigil after the last look
   * @param memory what the last pods have taught
   * @param recordsPerCall what their calls carried; limits are declared in calls
   * @param goneAt when the last pod went, as far as is known
   */
  static ReplicaDecision decide(
      KafkaApiBridgeSpec spec,
      Vigil vigil,
      Memory memory,
      double recordsPerCall,
      @Nullable Instant goneAt,
      Instant now) {
    if (vigil.records() > 0) {
      return of(
          spec,
          vigil,
          Waking.forBacklog(
              Replicas.policy(spec, recordsPerCall), memory, now, vigil.waiting().values()));
    }
    Duration blind = vigil.blindFor(now);
    if (vigil.trouble() != null && blind.compareTo(BLIND_FOR_TOO_LONG) >= 0) {
      String why =
          "the operator has not seen the offsets for %d min (%s), so a pod looks"
              .formatted(blind.toMinutes(), vigil.trouble().message());
      return of(spec, vigil, Waking.one(memory, now, why));
    }
    Instant since = goneAt == null ? vigil.since() : goneAt;
    if (!now.isBefore(since.plus(VISIT_AFTER))) {
      String why =
          "there was no pod for %d days, and brokers forget the offsets of a group without members"
              .formatted(VISIT_AFTER.toDays());
      return of(spec, vigil, Waking.one(memory, now, why));
    }
    return of(spec, vigil, Waking.none(memory, now));
  }

  private static ReplicaDecision of(KafkaApiBridgeSpec spec, Vigil vigil, Decision counted) {
    return new ReplicaDecision(
        counted.replicas(),
        Cause.Managed,
        counted.limit(),
        counted.why(),
        spec.replicas(),
        counted,
        counted.replicas() == 0 ? new Zero.Watched(vigil) : new Zero.NotAsked());
  }
}
