package dev.kafkaapibridge.operator.scale;

import dev.kafkaapibridge.operator.scale.ApiCeiling.Ceiling;
import dev.kafkaapibridge.operator.scale.ApiCeiling.Source;
import org.jspecify.annotations.Nullable;

/**
 * Pods that the demand asks for, as far as the API takes what they do. Pure.
 *
 * @param out at least so many
 * @param in at most so many
 * @param asked what the demand alone asks for, without any bound
 */
record Wanted(int out, int in, int asked) {

  /**
   * Of what the API was found to accept: a little more, so that its raising the limit is noticed at
   * once. A limit that somebody tells needs no trying.
   */
  private static final double PROBE = 1.15;

  /** How busy pods may be: to add some, and, lower, to take some away. */
  private record Load(double out, double in) {
    static final Load USUAL = new Load(.90, .86);
    static final Load BOUND = new Load(.97, .88);
  }

  /** A pod shows within a tick what it manages, if there is work; without work one is enough. */
  static Wanted unmeasured(Demand demand, Readings readings, Sample sample) {
    boolean idle = readings.mostSpeak() && readings.busyPods() < .15 && !demand.backlogged(10);
    int unknown = idle ? Math.min(1, sample.replicas()) : sample.replicas();
    return new Wanted(unknown, unknown, unknown);
  }

  /**
   * @param perPod calls a second that one pod manages
   * @param bound what the API accepts, where that is less than the demand; else null
   * @param all partitions; 0 while unknown
   */
  static Wanted of(Demand demand, double perPod, @Nullable Ceiling bound, int all, Policy policy) {
    double goal =
        bound == null ? demand.perSecond() : Math.min(demand.perSecond(), toBeTried(bound));
    Load load = bound == null ? Load.USUAL : Load.BOUND;
    int out = Math.min(Size.of(goal, perPod, load.out(), all), demand.active());
    int in = Math.min(Size.of(goal, perPod, load.in(), all), demand.active());
    if (demand.hottest() != null && bound == null) {
      int thin = Size.thinnedOut(perPod, demand.median(), demand.partitions());
      if (policy.declaredPerSecond() != null) {
        // Shares of a declared limit are lent whole: who has but one has none for the hot one's
        // pod.
        thin = Math.min(thin, Math.ceilDiv(demand.partitions(), 2));
      }
      if (policy.dealtByLoad()) {
        // One that comes is enough: partitions are dealt out anew then. Where none can come, they
        // stay where they are.
        thin = Math.min(thin, out + 1);
      }
      out = Math.max(out, thin);
      in = Math.max(in, thin);
    }
    int asked = Size.of(demand.perSecond(), perPod, Load.USUAL.out(), 0);
    return new Wanted(out, Math.max(in, out), asked);
  }

  private static double toBeTried(Ceiling bound) {
    return bound.source() == Source.Learned ? PROBE * bound.perSecond() : bound.perSecond();
  }

  /** With no more pods than were found to help. */
  Wanted capped(Saturation saturation) {
    return new Wanted(saturation.capping(out), saturation.capping(in), asked);
  }
}
