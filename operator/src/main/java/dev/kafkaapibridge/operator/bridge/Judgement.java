package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.operator.strimzi.Listener;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What of a bridge is to be served. Pure.
 *
 * @param acceptance what there is to say of the newest spec
 * @param declared the spec that is served: the newest, else the one before; empty: none ever was
 * @param way to the brokers of {@code declared}
 * @param served {@code declared} with its brokers and its part of a shared limit put in
 * @param untouched why nothing is applied; {@link Application.NotTried}: something is
 */
record Judgement(
    Acceptance acceptance,
    Optional<AcceptedBridge> declared,
    Optional<StrimziReference.Way> way,
    Optional<AcceptedBridge> served,
    Application untouched) {

  Optional<AcceptedBridge> toApply() {
    return served.filter(ignored -> untouched instanceof Application.NotTried);
  }

  /** To go on with should a later spec be refused, once it was applied: not what only pods knew. */
  Optional<AcceptedBridge> toRemember() {
    return declared.filter(ignored -> !(way.orElseThrow() instanceof StrimziReference.Way.Kept));
  }

  /** Why the way to the brokers can't be read now; null: it can. */
  Listener.@Nullable Missing brokersTrouble() {
    return way.flatMap(StrimziReference.Way::trouble).orElse(null);
  }
}
