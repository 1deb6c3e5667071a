package dev.kafkaapibridge.operator.bridge.report;

import dev.kafkaapibridge.api.v1alpha1.Condition;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeStatus;
import dev.kafkaapibridge.operator.bridge.observe.Settled;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One of the conditions of scaling, calmed: what limits the number of replicas, and how they are
 * counted, goes to and fro with the lag. Owned by one bridge's reconcile. A new spec or another
 * number of replicas is news, and its word is not held back.
 */
public final class CalmedWord {

  private final ConditionType type;

  private @Nullable Settled<Condition> settled;

  private CalmedWord(ConditionType type) {
    this.type = type;
  }

  public static CalmedWord ofScalingLimited() {
    return new CalmedWord(ConditionType.ScalingLimited);
  }

  public static CalmedWord ofScalingActive() {
    return new CalmedWord(ConditionType.ScalingActive);
  }

  /** {@code fresh}, with the word that stands. */
  public KafkaApiBridgeStatus settle(
      KafkaApiBridgeStatus old, KafkaApiBridgeStatus fresh, Instant now) {
    Optional<Condition> before = Conditions.find(old.conditions(), type);
    Optional<Condition> found = Conditions.find(fresh.conditions(), type);
    if (before.isEmpty() || found.isEmpty() || isNews(old, fresh, before.get())) {
      settled = found.map(Settled::on).orElse(null);
      return fresh;
    }
    Settled<Condition> said =
        settled == null || !same(settled.said(), before.get()) ? Settled.on(before.get()) : settled;
    settled = said.hear(found.get(), CalmedWord::same, now);
    return same(settled.said(), found.get()) ? fresh : with(fresh, before.get());
  }

  private static boolean isNews(
      KafkaApiBridgeStatus old, KafkaApiBridgeStatus fresh, Condition before) {
    return before.status() == Condition.Status.Unknown
        || !Objects.equals(old.observedGeneration(), fresh.observedGeneration())
        || !Objects.equals(old.desiredReplicas(), fresh.desiredReplicas());
  }

  private KafkaApiBridgeStatus with(KafkaApiBridgeStatus status, Condition said) {
    return BridgeStatus.with(
        status,
        status.conditions().stream().map(c -> c.type().equals(type.name()) ? said : c).toList());
  }

  private static boolean same(Condition a, Condition b) {
    return a.status() == b.status() && a.reason().equals(b.reason());
  }
}
