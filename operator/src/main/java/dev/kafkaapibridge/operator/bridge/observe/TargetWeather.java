package dev.kafkaapibridge.operator.bridge.observe;

import dev.kafkaapibridge.operator.bridge.observe.PodReport.Health;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The target's health as the pods see it, calmed: a storm is reported when it has lasted, and its
 * end likewise, or the status would flap with every failed call. A fault of the configuration is
 * nobody's weather and is reported at once. Owned by one bridge's reconcile.
 */
public final class TargetWeather {

  /** Reasons that pass by themselves; a bridge stays Ready through them. */
  private static final Set<String> WEATHER = Set.of("CircuitOpen", "HighErrorRate", "Timeouts");

  private @Nullable Settled<Health> settled;

  /** Whether somebody has to change something: credentials, an address, a certificate. */
  public static boolean isMisconfigured(Health health) {
    return !health.ok() && !WEATHER.contains(health.reason());
  }

  /** What to report now; null while no pod speaks. */
  public @Nullable Health settle(Fleet fleet, Instant now) {
    Health seen = worst(fleet);
    if (seen == null) {
      settled = null;
      return null;
    }
    settled =
        settled != null && bothWeather(seen, settled.said())
            ? settled.hear(seen, TargetWeather::same, now)
            : Settled.on(seen);
    return settled.said();
  }

  /** The worst of all pods: a fault of the configuration, a storm, sunshine, nothing known. */
  static @Nullable Health worst(Fleet fleet) {
    List<Health> all =
        fleet.speaking().stream()
            .map(member -> Objects.requireNonNull(member.report()).target())
            .toList();
    return all.stream().min(java.util.Comparator.comparingInt(TargetWeather::rank)).orElse(null);
  }

  private static int rank(Health health) {
    if (isMisconfigured(health)) {
      return 0;
    }
    if (!health.ok()) {
      return 1;
    }
    return health.reason().equals("NoTraffic") ? 3 : 2;
  }

  private static boolean bothWeather(Health a, Health b) {
    return !isMisconfigured(a) && !isMisconfigured(b) && rank(a) != 3 && rank(b) != 3;
  }

  private static boolean same(Health a, Health b) {
    return a.ok() == b.ok() && a.reason().equals(b.reason());
  }
}
