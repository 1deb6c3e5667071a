package dev.kafkaapibridge.operator.bridge.report;

import static dev.kafkaapibridge.operator.bridge.report.ConditionType.ScalingActive;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.ScalingLimited;
import static dev.kafkaapibridge.operator.bridge.report.Words.counted;

import dev.kafkaapibridge.api.v1alpha1.AutoscalingSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec.State;
import dev.kafkaapibridge.operator.bridge.AcceptedBridge;
import dev.kafkaapibridge.operator.bridge.ReplicaDecision;
import dev.kafkaapibridge.operator.bridge.ReplicaDecision.Zero;
import dev.kafkaapibridge.operator.bridge.observe.Fleet;
import dev.kafkaapibridge.operator.offsets.Trouble;
import dev.kafkaapibridge.operator.scale.Decision;
import dev.kafkaapibridge.operator.scale.Regime;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Who decides how many pods there are, and what keeps the number from being another. Pure. */
final class ScalingFindings {

  private static final String STOPPED = "No pod is to run: spec.state is Stopped";

  /** The group's members change with every scaling, and nobody knows the lag for a moment then. */
  private static final Duration LAG_MAY_BE_UNKNOWN = Duration.ofSeconds(30);

  private ScalingFindings() {}

  static Finding active(Situation situation) {
    AcceptedBridge served = situation.served();
    if (served == null) {
      return asBefore(ScalingActive, situation);
    }
    if (situation.annotated().reconciliationPaused()) {
      return Finding.no(
          ScalingActive, "Disabled", "Nothing is scaled while reconciliation is paused");
    }
    if (situation.isAskedToBe(State.Stopped)) {
      return Finding.no(ScalingActive, "Disabled", STOPPED);
    }
    AutoscalingSpec autoscaling = served.spec().autoscaling();
    return switch (autoscaling.mode()) {
      case Disabled ->
          Finding.no(
              ScalingActive, "Disabled", "There are as many replicas as spec.replicas asks for");
      case ObserveOnly -> observed(situation);
      case External ->
          Finding.yes(
              ScalingActive,
              "External",
              "An autoscaler writes spec.replicas through /scale, and is obeyed");
      case Managed -> managed(situation);
    };
  }

  private static Finding managed(Situation situation) {
    Decision counted = made(situation);
    if (counted == null) {
      return asBefore(ScalingActive, situation);
    }
    Trouble blindness = situation.blindness();
    if (blindness != null) {
      return Finding.no(
          ScalingActive,
          "LagUnknown",
          "No pod runs, and the operator has not been able to look out for records for a while: %s. After five minutes of it a pod looks"
              .formatted(blindness.message()));
    }
    Fleet fleet = situation.observation().fleet();
    if (situation.observation().lagUnknownFor().compareTo(LAG_MAY_BE_UNKNOWN) >= 0) {
      return fleet.speaking().isEmpty()
          ? Finding.no(
              ScalingActive,
              "MetricsUnavailable",
              "No pod tells the operator anything, so the number of replicas stays. "
                  + PodFindings.silence(ScalingActive, situation).message())
          : Finding.no(
              ScalingActive,
              "LagUnknown",
              "The pods do not know the lag of every partition, so the number of replicas stays; KafkaConnected may say why");
    }
    String message = counted.sentence() + ignored(situation);
    return counted.regime() == Regime.StaleMetrics
        ? Finding.unknown(ScalingActive, counted.regime().name(), message)
        : Finding.yes(ScalingActive, counted.regime().name(), message);
  }

  /** Nothing follows it, but it says what would be. */
  private static Finding observed(Situation situation) {
    Decision counted = made(situation);
    return Finding.no(
        ScalingActive,
        "ObserveOnly",
        "There are as many replicas as spec.replicas asks for"
            + (counted == null
                ? ""
                : ". With mode Managed: %s (%s)".formatted(counted.sentence(), counted.regime())));
  }

  private static @Nullable Decision made(Situation situation) {
    ReplicaDecision decision = situation.decision();
    return decision == null ? null : decision.counted();
  }

  /** 1 is what the API server fills in where nobody wrote anything. */
  private static String ignored(Situation situation) {
    ReplicaDecision decision = situation.decision();
    return decision == null || decision.written() == 1
        ? ""
        : "; spec.replicas: %d counts for nothing in this mode".formatted(decision.written());
  }

  static Finding limited(Situation situation) {
    AcceptedBridge served = situation.served();
    Integer desired = situation.desired();
    if (served == null || desired == null) {
      return asBefore(ScalingLimited, situation);
    }
    if (situation.isAskedToBe(State.Stopped)) {
      return Finding.no(ScalingLimited, "DesiredWithinRange", STOPPED);
    }
    ReplicaDecision decision = Objects.requireNonNull(situation.decision());
    switch (decision.limit()) {
      case Max -> {
        return limitedBy("TooManyReplicas", "spec.autoscaling.maxReplicas", decision);
      }
      case Min -> {
        return limitedBy("TooFewReplicas", "spec.autoscaling.minReplicas", decision);
      }
      case Partitions -> {
        return limitedBy("LimitedByPartitions", "the number of partitions", decision);
      }
      case Throttling -> {
        return limitedBy("LimitedByTarget", "what the API bears", decision);
      }
      case None -> {}
    }
    if (decision.zero() instanceof Zero.Prevented(var why)) {
      return Finding.yes(
          ScalingLimited,
          "CannotScaleToZero",
          "One replica stays, though spec.autoscaling.minReplicas is 0 and nothing comes in: without it the operator itself would have to look out for records, and %s"
              .formatted(why.message()));
    }
    Integer partitions = situation.partitions();
    if (partitions != null && partitions > 0 && desired > partitions) {
      return Finding.yes(
          ScalingLimited,
          "LimitedByPartitions",
          "There are %s for %s: the others are idle until there are more partitions"
              .formatted(counted(partitions, "partition"), counted(desired, "replica")));
    }
    return Finding.no(
        ScalingLimited, "DesiredWithinRange", "Nothing limits the number of replicas");
  }

  private static Finding limitedBy(String reason, String bound, ReplicaDecision decision) {
    return Finding.yes(
        ScalingLimited,
        reason,
        "Limited to %s by %s: %s"
            .formatted(counted(decision.replicas(), "replica"), bound, decision.why()));
  }

  /** While no spec is served, nothing new is known of how the running one is scaled. */
  private static Finding asBefore(ConditionType type, Situation situation) {
    return Conditions.find(situation.previous().conditions(), type)
        .map(c -> new Finding(type, c.status(), c.reason(), c.message()))
        .orElseGet(() -> Finding.unknown(type, "Pending", "No spec was accepted yet"));
  }
}
