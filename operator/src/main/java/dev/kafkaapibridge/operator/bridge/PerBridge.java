package dev.kafkaapibridge.operator.bridge;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Something for each bridge, made when it is asked for first. A bridge is reconciled every few
 * seconds, so what was not asked for in ten minutes is of a bridge that is gone. Safe for all
 * threads.
 */
final class PerBridge<T> {

  private static final Duration KEPT = Duration.ofMinutes(10);

  private static final class Kept<T> {
    final T thing;
    volatile Instant usedAt = Instant.EPOCH;

    Kept(T thing) {
      this.thing = thing;
    }
  }

  private final Map<String, Kept<T>> byUid = new ConcurrentHashMap<>();
  private final Supplier<T> fresh;
  private volatile Instant tidiedAt = Instant.EPOCH;

  PerBridge(Supplier<T> fresh) {
    this.fresh = fresh;
  }

  T of(BridgeIdentity bridge, Instant now) {
    if (now.isAfter(tidiedAt.plus(KEPT))) {
      tidiedAt = now;
      byUid.values().removeIf(kept -> now.isAfter(kept.usedAt.plus(KEPT)));
    }
    Kept<T> kept = byUid.computeIfAbsent(bridge.uid(), uid -> new Kept<>(fresh.get()));
    kept.usedAt = now;
    return kept.thing;
  }

  /** Empty where there is none yet. */
  Optional<T> known(Bridge bridge) {
    return Optional.ofNullable(byUid.get(bridge.getMetadata().getUid())).map(kept -> kept.thing);
  }
}
