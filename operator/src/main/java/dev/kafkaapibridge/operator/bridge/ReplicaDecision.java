package dev.kafkaapibridge.operator.bridge;

/**
 * How many pods a bridge is to have, and why. A value: status and events say it, the Deployment is
 * rendered from it, and the next decision is made with it in hand.
 *
 * @param replicas 0 or more
 * @param cause what decided
 * @param limit what kept it from being what was wished for
 * @param why half a sentence with the figures, fit to follow "Scaled from 2 to 3 replicas: "
 * @param written {@code spec.replicas}, whether it counts or not
 * @param wishes what must be remembered until the next decision
 */
public record ReplicaDecision(
    int replicas, Cause cause, Limit limit, String why, int written, Wishes wishes) {

  /** What decided. */
  public enum Cause {
    /** {@code spec.state}: Stopped. */
    Stopped,
    /** {@code spec.replicas}, by its author. */
    Disabled,
    /** {@code spec.replicas}, by an autoscaler or {@code kubectl scale}. */
    External,
    /** Managed: there was nothing to decide from yet. */
    Starting,
    /** Managed: the lag. */
    Lag,
    /** Managed: fewer would do, but not for long enough yet. */
    Stabilizing,
    /** Managed: the lag is not known, so the number stays. */
    LagUnknown;

    /** Whether the operator decides by itself, whatever {@code spec.replicas} says. */
    public boolean isManaged() {
      return switch (this) {
        case Starting, Lag, Stabilizing, LagUnknown -> true;
        case Stopped, Disabled, External -> false;
      };
    }
  }

  /** Its name is what {@code status.scaling.limitedBy} says. */
  public enum Limit {
    None,
    Min,
    Max,
    Partitions
  }
}
