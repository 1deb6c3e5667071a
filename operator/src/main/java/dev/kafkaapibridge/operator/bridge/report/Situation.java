package dev.kafkaapibridge.operator.bridge.report;

import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeStatus;
import dev.kafkaapibridge.operator.bridge.Acceptance;
import dev.kafkaapibridge.operator.bridge.AcceptedBridge;
import dev.kafkaapibridge.operator.bridge.Annotated;
import dev.kafkaapibridge.operator.bridge.Application;
import dev.kafkaapibridge.operator.bridge.BridgeIdentity;
import dev.kafkaapibridge.operator.bridge.ReplicaDecision;
import dev.kafkaapibridge.operator.bridge.ReplicaDecision.Zero;
import dev.kafkaapibridge.operator.bridge.observe.Observation;
import dev.kafkaapibridge.operator.bridge.observe.Workload;
import dev.kafkaapibridge.operator.offsets.Trouble;
import dev.kafkaapibridge.operator.strimzi.Listener;
import java.time.Duration;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * All that a status is made of.
 *
 * @param served the spec that pods are to run: the accepted one, and while that is refused or not
 *     looked at yet, the former one; null: none was ever accepted, as far as is known
 * @param unresolved why what the spec refers to can't be found by the operator itself; null: it can
 * @param decision how many pods there are to be; null where nothing was decided
 * @param previous the status as it was
 * @param now the one time of this reconcile, in whole seconds
 */
public record Situation(
    BridgeIdentity identity,
    Annotated annotated,
    Acceptance acceptance,
    @Nullable AcceptedBridge served,
    Application application,
    Observation observation,
    Listener.@Nullable Missing unresolved,
    @Nullable ReplicaDecision decision,
    KafkaApiBridgeStatus previous,
    OffsetDateTime now) {

  /** What is older says nothing of now. */
  private static final Duration BLIND_FOR_LONG = Duration.ofSeconds(45);

  /** The generation that all of this is about. */
  long generation() {
    return acceptance instanceof Acceptance.NotJudged(long former) ? former : identity.generation();
  }

  @Nullable Integer desired() {
    return decision == null ? null : Integer.valueOf(decision.replicas());
  }

  /** As many as the Deployment was given; null where nothing was decided, or it was refused. */
  @Nullable Integer applied() {
    return application instanceof Application.Done ? desired() : null;
  }

  /** Whether {@code spec.state} of what is served says so. */
  boolean isAskedToBe(KafkaApiBridgeSpec.State state) {
    return served != null && served.spec().state() == state;
  }

  @Nullable Workload workload() {
    return observation.workload();
  }

  /** How the bridge stands to having no pods. */
  Zero zero() {
    return decision == null ? new Zero.NotAsked() : decision.zero();
  }

  /**
   * What keeps the operator from looking out for records of a bridge that has no pods, where that
   * has lasted for long enough to be said; null: nothing.
   */
  @Nullable Trouble blindness() {
    return zero() instanceof Zero.Watched(var vigil)
            && vigil.blindFor(now.toInstant()).compareTo(BLIND_FOR_LONG) >= 0
        ? vigil.trouble()
        : null;
  }

  /** Of all topics together; as known last while one pod is silent or the group rebalances. */
  @Nullable Integer partitions() {
    Integer now = observation.fleet().partitions();
    return now != null || previous.consumer() == null ? now : previous.consumer().partitionCount();
  }

  /** Whether a Deployment is there and asks for no pod. */
  boolean isScaledToZero() {
    Workload workload = workload();
    return workload != null && workload.desired() == 0;
  }
}
