package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.operator.offsets.Trouble;
import dev.kafkaapibridge.operator.offsets.Vigil;
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
 * @param zero how the bridge stands to having no pods
 */
public record ReplicaDecision(
    int replicas,
    Cause cause,
    Limit limit,
    String why,
    int written,
    @Nullable Decision counted,
    Zero zero) {

  /** Where having no pods is not in question. */
  public ReplicaDecision(
      int replicas, Cause cause, Limit limit, String why, int written, @Nullable Decision counted) {
    this(replicas, cause, limit, why, written, counted, new Zero.NotAsked());
  }

  /** How a bridge stands to having no pods, which {@code minReplicas: 0} allows. */
  public sealed interface Zero {

    /** Pods are needed, or the spec does not allow it. */
    record NotAsked() implements Zero {}

    /** It has none, and the operator looks out for records. */
    record Watched(Vigil vigil) implements Zero {}

    /** It could have none, but the operator could not look out for records. */
    record Prevented(Trouble why) implements Zero {}
  }

  /**
   * A replay is run by pods, so the operator leaves the bridge one while there is something to it.
   */
  ReplicaDecision withAPodForAReplay() {
    return replicas == 0 && cause == Cause.Managed
        ? new ReplicaDecision(1, cause, limit, "a replay is to run", written, counted)
        : this;
  }

  ReplicaDecision with(Zero fresh) {
    return new ReplicaDecision(replicas, cause, limit, why, written, counted, fresh);
  }

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
