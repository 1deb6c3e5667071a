package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.api.v1alpha1.AutoscalingSpec;
import dev.kafkaapibridge.api.v1alpha1.DeliverySpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaSpec;
import dev.kafkaapibridge.api.v1alpha1.RateLimitSpec;
import dev.kafkaapibridge.operator.bridge.ReplicaDecision.Cause;
import dev.kafkaapibridge.operator.scale.Decision;
import dev.kafkaapibridge.operator.scale.Decision.Limit;
import dev.kafkaapibridge.operator.scale.Memory;
import dev.kafkaapibridge.operator.scale.Policy;
import dev.kafkaapibridge.operator.scale.Sample;
import dev.kafkaapibridge.operator.scale.Scaling;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.jspecify.annotations.Nullable;

/**
 * How many pods a bridge is to have: what the spec says, or what {@link Scaling} makes of a sample.
 * Pure. The latter is counted in every mode, so that it can be seen before it is obeyed. Here there
 * is at least one pod, unless the bridge is stopped; {@link ToZero} takes the last one away.
 */
public final class Replicas {

  /**
   * What is known besides the spec.
   *
   * @param current what was decided last; null for a new bridge
   * @param sample null while the last one is too recent
   * @param memory what the last sample has left
   * @param counted what was made of the last sample; null where there was none
   * @param recordsPerCall what a call carries, 1 or more
   */
  public record Known(
      @Nullable Integer current,
      @Nullable Sample sample,
      Memory memory,
      @Nullable Decision counted,
      double recordsPerCall) {

    /** Where a call carries one record. */
    public Known(
        @Nullable Integer current,
        @Nullable Sample sample,
        Memory memory,
        @Nullable Decision counted) {
      this(current, sample, memory, counted, 1);
    }

    /** Of a bridge that nothing is known of. */
    public static Known nothing() {
      return new Known(null, null, Memory.empty(), null);
    }
  }

  private Replicas() {}

  /** How many pods to ask for while nothing is counted. */
  static int current(KafkaApiBridgeSpec spec, @Nullable Integer known) {
    AutoscalingSpec autoscaling = spec.autoscaling();
    return switch (autoscaling.mode()) {
      case Managed -> {
        int least = Math.max(1, autoscaling.minReplicas()); // none is what FromZero decides
        yield Math.clamp(known == null ? least : known, least, autoscaling.maxReplicas());
      }
      case Disabled, ObserveOnly, External -> spec.replicas();
    };
  }

  public static ReplicaDecision decide(KafkaApiBridgeSpec spec, Known known) {
    if (spec.state() == KafkaApiBridgeSpec.State.Stopped) {
      return new ReplicaDecision(
          0, Cause.Stopped, Limit.None, "spec.state is Stopped", spec.replicas(), null);
    }
    Decision counted =
        known.sample() == null
            ? known.counted()
            : unlimited(
                spec,
                Scaling.decide(
                    policy(spec, known.recordsPerCall()), known.memory(), known.sample()));
    return switch (spec.autoscaling().mode()) {
      case Disabled -> asWritten(Cause.Disabled, "spec.replicas was changed", spec, counted);
      case ObserveOnly -> asWritten(Cause.ObserveOnly, "spec.replicas was changed", spec, counted);
      case External ->
          asWritten(
              Cause.External, "spec.replicas was written through /scale or changed", spec, counted);
      case Managed -> managed(spec, known, counted);
    };
  }

  /** Where there may be none, the last pod stays for no bound. */
  private static Decision unlimited(KafkaApiBridgeSpec spec, Decision decision) {
    return decision.limit() == Limit.Min && spec.autoscaling().minReplicas() == 0
        ? decision.limitedBy(Limit.None)
        : decision;
  }

  private static ReplicaDecision asWritten(
      Cause cause, String why, KafkaApiBridgeSpec spec, @Nullable Decision counted) {
    return new ReplicaDecision(spec.replicas(), cause, Limit.None, why, spec.replicas(), counted);
  }

  private static ReplicaDecision managed(
      KafkaApiBridgeSpec spec, Known known, @Nullable Decision counted) {
    if (counted == null) {
      return new ReplicaDecision(
          current(spec, known.current()),
          Cause.Managed,
          Limit.None,
          "nothing was counted yet",
          spec.replicas(),
          null);
    }
    Integer replicas =
        known.sample() == null ? known.current() : Integer.valueOf(counted.replicas());
    return new ReplicaDecision(
        current(spec, replicas),
        Cause.Managed,
        counted.limit(),
        counted.why(),
        spec.replicas(),
        counted);
  }

  /** Where a call carries one record. */
  static Policy policy(KafkaApiBridgeSpec spec) {
    return policy(spec, 1);
  }

  /**
   * What the spec asks for, in the words of the scaling decision, which counts records: a limit
   * counts calls.
   */
  static Policy policy(KafkaApiBridgeSpec spec, double recordsPerCall) {
    AutoscalingSpec autoscaling = spec.autoscaling();
    RateLimitSpec limit = spec.delivery().rateLimit();
    Double declared =
        limit.requests() == null
            ? null
            : Double.valueOf(
                recordsPerCall
                    * limit.requests()
                    * 1000.0
                    / Math.max(1, limit.period().toMillis()));
    boolean each = limit.scope() == RateLimitSpec.Scope.Replica;
    boolean inTurn = spec.delivery().ordering() == DeliverySpec.Ordering.Partition;
    return new Policy(
        Math.max(1, autoscaling.minReplicas()), // none is what FromZero and ToZero decide
        autoscaling.maxReplicas(),
        autoscaling.targetDrainTime(),
        autoscaling.scaleDownStabilization(),
        autoscaling.idleAfter(),
        each ? null : declared,
        each ? declared : null,
        inTurn ? Integer.valueOf(1) : null,
        dealtByLoad(spec.kafka()));
  }

  /** Brokers deal out by number, and so does who knows of racks. */
  private static boolean dealtByLoad(KafkaSpec kafka) {
    return kafka.groupProtocol() == KafkaSpec.GroupProtocol.Classic
        && kafka.consumerConfig().stream()
            .noneMatch(config -> config.name().equals(ConsumerConfig.CLIENT_RACK_CONFIG));
  }
}
