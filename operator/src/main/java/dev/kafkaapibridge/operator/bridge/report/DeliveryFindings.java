package dev.kafkaapibridge.operator.bridge.report;

import static dev.kafkaapibridge.operator.bridge.report.ConditionType.Blocked;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.Throttled;

import dev.kafkaapibridge.api.v1alpha1.Condition;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeStatus;
import dev.kafkaapibridge.api.v1alpha1.RateLimitSpec;
import dev.kafkaapibridge.operator.bridge.AcceptedBridge;
import dev.kafkaapibridge.operator.bridge.observe.Holdup;
import dev.kafkaapibridge.operator.bridge.observe.Throttling;
import dev.kafkaapibridge.operator.bridge.observe.Throttling.Cause;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What makes records wait though the target works: a limit, or another record. Pure. */
final class DeliveryFindings {

  /** A window that is full is no news where the records before it just take their time. */
  private static final Duration HELD_UP_FOR = Duration.ofMinutes(1);

  private DeliveryFindings() {}

  static Finding throttled(Situation situation) {
    Throttling throttling = situation.observation().throttling();
    if (situation.isScaledToZero() || situation.observation().fleet().speaking().isEmpty()) {
      return PodFindings.silence(Throttled, situation);
    }
    if (throttling == null) {
      return Finding.unknown(
          Throttled, "Pending", "The pods have not been watched for long enough yet");
    }
    String reason = throttling.cause().name();
    return switch (throttling.cause()) {
      case WithinLimits ->
          Finding.no(
              Throttled, reason, "Neither spec.delivery.rateLimit nor a 429 holds calls back");
      case RateLimited ->
          Finding.yes(Throttled, reason, rateLimited(throttling.percent(), situation.served()));
      case TargetThrottling ->
          Finding.yes(Throttled, reason, targetThrottling(throttling.percent()));
    };
  }

  private static String rateLimited(@Nullable Integer percent, @Nullable AcceptedBridge accepted) {
    boolean perReplica =
        accepted != null
            && accepted.spec().delivery().rateLimit().scope() == RateLimitSpec.Scope.Replica;
    return "Calls stood still for spec.delivery.rateLimit"
        + (percent == null ? "" : " for " + percent + "% of the last minute")
        + (perReplica ? "" : ". More replicas would not help")
        + "; raise the limit if the API's owner agrees";
  }

  private static String targetThrottling(@Nullable Integer percent) {
    return "The target answered 429"
        + (percent == null ? "" : " to " + percent + "% of the calls of the last minute")
        + ", and calls wait as it asks. More replicas would not help";
  }

  /** The cause that a status names; null where it names none. */
  static @Nullable Cause cause(KafkaApiBridgeStatus status) {
    String reason =
        Conditions.find(status.conditions(), Throttled).map(Condition::reason).orElse("");
    for (Cause cause : Cause.values()) {
      if (cause.name().equals(reason)) {
        return cause;
      }
    }
    return null;
  }

  /** Empty while each record's wait has an end, or a cause that another condition tells. */
  static Optional<Finding> blocked(Situation situation, Finding throttled, Finding targetHealthy) {
    boolean toldElsewhere = throttled.isTrue() || targetHealthy.isFalse();
    List<Holdup> holdups =
        situation.observation().fleet().speaking().stream()
            .flatMap(member -> Objects.requireNonNull(member.report()).holdups().stream())
            .filter(holdup ->
                holdup.why() != Holdup.Why.WindowFull
                    || (!toldElsewhere && holdup.lasted().compareTo(HELD_UP_FOR) >= 0))
            .sorted(
                Comparator.comparing(Holdup::why)
                    .thenComparing(Holdup::topic)
                    .thenComparing(Holdup::partition)
                    .thenComparing(Holdup::offset))
            .toList();
    if (holdups.isEmpty()) {
      return Optional.empty();
    }
    int more = holdups.size() - 1;
    return Optional.of(
        blocked(holdups.getFirst(), more == 0 ? "" : ". And " + more + " more like it"));
  }

  private static Finding blocked(Holdup holdup, String more) {
    String record =
        "The record at offset %d of partition %d of topic '%s'"
            .formatted(holdup.offset(), holdup.partition(), holdup.topic());
    boolean refused = holdup.reason().equals("Refused");
    String field = refused ? "spec.delivery.onRefused" : "spec.delivery.onExhausted";
    return switch (holdup.why()) {
      case Blocked ->
          Finding.yes(
              Blocked,
              refused ? "RecordRefused" : "RetriesExhausted",
              "%s %s and holds its key, as %s: Block asks for. Correct what stands in its way and restart the bridge, or choose DeadLetter or Discard%s"
                  .formatted(record, refused ? "was refused" : "was given up", field, more));
      case KeyForbidden ->
          Finding.yes(
              Blocked,
              "KeyForbidden",
              "%s holds its key: for this key alone the target refuses the credentials or the place (%s). It is tried every ten seconds; permit it, or call such answers RecordRefused in the responseRules of spec.target%s"
                  .formatted(record, holdup.reason(), more));
      case WindowFull ->
          Finding.yes(
              Blocked,
              "WindowFull",
              "%s has not ended for more than a minute, and so many records wait behind it that nothing more of its partition is read. See why its calls fail or hang; spec.delivery.retry.maxRecordAge bounds such waits%s"
                  .formatted(record, more));
    };
  }
}
