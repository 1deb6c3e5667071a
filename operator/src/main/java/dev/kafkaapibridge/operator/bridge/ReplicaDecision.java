package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.operator.scale.Decision;
import dev.kafkaapibridge.operator.scale.Decision.Limit;
import org.jspecify.annotations.Nullable;

/**
 * How many pods a bridge is to have, and why. A value: status and events say it, the Deployment is
 * rendered from it, and the next decision is made with it in hand.
 *
 * @param replicas 0 or more
 * @param cause what decided
 * @param limit what kept it from being what was wished for
 * @param why half a sentence with the figures, fit to follow "Scaled from 2 to 3 replicas: "
 * @param written {@code spec.replicas}, whether it counts or not
 * @param counted what the operator makes of what the pods say, whether that counts or not; null
 *     while no pod is to run
 */
public record ReplicaDecision(
    int replicas, Cause cause, Limit limit, String why, int written, @Nullable Decision counted) {

  /** What decided. */
  public enum Cause {
    /** {@code spec.state}: Stopped. */
    Stopped,
    /** {@code spec.replicas}, by its author. */
    Disabled,
    /** {@code spec.replicas}, by its author, who wants to see what the operator would do. */
    ObserveOnly,
    /** {@code spec.replicas}, by an autoscaler or {@code kubectl scale}. */
    External,
    /** The operator, whatever {@code spec.replicas} says. */
    Managed;

    public boolean isManaged() {
      return this == Managed;
    }
  }
}
