package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.api.v1alpha1.AutoscalingSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;

/** How many pods a bridge is to have. Pure. */
public final class Replicas {

  private Replicas() {}

  /**
   * What the spec asks for; where the operator is to scale, kept within its bounds.
   *
   * @return 0 or more
   */
  public static int decide(KafkaApiBridgeSpec spec) {
    AutoscalingSpec autoscaling = spec.autoscaling();
    return switch (autoscaling.mode()) {
      case Disabled, External -> spec.replicas();
      case Managed ->
          Math.clamp(spec.replicas(), autoscaling.minReplicas(), autoscaling.maxReplicas());
    };
  }
}
