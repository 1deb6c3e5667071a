package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.api.v1alpha1.AutoscalingSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.operator.bridge.ReplicaDecision.Cause;
import dev.kafkaapibridge.operator.bridge.ReplicaDecision.Limit;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How many pods a bridge is to have. Pure. */
public final class Replicas {

  /**
   * Records that a pod is taken to get rid of in a second while it catches up. Assumed: what a pod
   * really manages, and what the API accepts, are not looked at yet.
   */
  static final int DRAINED_PER_SECOND = 50;

  /**
   * What is known besides the spec.
   *
   * @param current what was decided last; null for a new bridge
   * @param lag of all partitions together; null unless reports cover each exactly once
   * @param partitions null while unknown
   * @param wishes of the last decision; null where there was none in this process
   */
  public record Known(
      @Nullable Integer current,
      @Nullable Long lag,
      @Nullable Integer partitions,
      @Nullable Wishes wishes,
      Instant now) {}

  private Replicas() {}

  public static ReplicaDecision decide(KafkaApiBridgeSpec spec, Known known) {
    if (spec.state() == KafkaApiBridgeSpec.State.Stopped) {
      return asWritten(0, Cause.Stopped, "spec.state is Stopped", spec, known);
    }
    return switch (spec.autoscaling().mode()) {
      case Disabled ->
          asWritten(spec.replicas(), Cause.Disabled, "spec.replicas was changed", spec, known);
      case External ->
          asWritten(
              spec.replicas(),
              Cause.External,
              "spec.replicas was written through /scale or changed",
              spec,
              known);
      case Managed -> managed(spec, known);
    };
  }

  private static ReplicaDecision asWritten(
      int replicas, Cause cause, String why, KafkaApiBridgeSpec spec, Known known) {
    return new ReplicaDecision(
        replicas, cause, Limit.None, why, spec.replicas(), Wishes.from(known.now()));
  }

  /**
   * As many pods as get rid of the lag in time. More are taken at once; fewer only after they were
   * enough for a while; and without a lag that can be believed the number stays.
   */
  private static ReplicaDecision managed(KafkaApiBridgeSpec spec, Known known) {
    AutoscalingSpec autoscaling = spec.autoscaling();
    int min = autoscaling.minReplicas();
    int max = autoscaling.maxReplicas();
    Duration stretch = autoscaling.scaleDownStabilization();
    int current = Math.clamp(known.current() == null ? min : known.current(), min, max);
    Wishes before = known.wishes() == null ? Wishes.from(known.now()) : known.wishes();

    if (known.lag() == null) {
      return new ReplicaDecision(
          current,
          known.current() == null ? Cause.Starting : Cause.LagUnknown,
          Limit.None,
          "it is to be between %d and %d, and the lag is not known".formatted(min, max),
          spec.replicas(),
          // What nobody could count may have been needed.
          before.with(current, known.now(), stretch));
    }

    int wish = wish(known.lag(), autoscaling.targetDrainTime());
    int ceiling = max;
    if (known.partitions() != null && known.partitions() > 0) {
      ceiling = Math.clamp(known.partitions(), min, max);
    }
    int needed = Math.clamp(wish, min, ceiling);
    Wishes wishes = before.with(needed, known.now(), stretch);
    int replicas = needed;
    if (needed < current) {
      replicas = Math.clamp(wishes.highest(known.now(), stretch, current), needed, current);
    }
    return new ReplicaDecision(
        replicas,
        replicas > needed ? Cause.Stabilizing : Cause.Lag,
        limit(wish, needed, max, ceiling),
        "a lag of %d asks for %d to be drained in %d s, at an assumed %d records/s each"
            .formatted(
                known.lag(), wish, autoscaling.targetDrainTime().toSeconds(), DRAINED_PER_SECOND),
        spec.replicas(),
        wishes);
  }

  /** 1 or more, whatever a pod says of its lag. */
  private static int wish(long lag, Duration drainTime) {
    long drainedByOne = Math.max(1, DRAINED_PER_SECOND * drainTime.toSeconds());
    return Math.clamp(Math.ceilDiv(lag, drainedByOne), 1, Integer.MAX_VALUE);
  }

  private static Limit limit(int wish, int needed, int max, int ceiling) {
    if (wish > needed) {
      return ceiling < max ? Limit.Partitions : Limit.Max;
    }
    return wish < needed ? Limit.Min : Limit.None;
  }
}
