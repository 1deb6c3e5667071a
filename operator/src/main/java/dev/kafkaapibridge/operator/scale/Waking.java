package dev.kafkaapibridge.operator.scale;

import dev.kafkaapibridge.operator.scale.ApiCeiling.Ceiling;
import dev.kafkaapibridge.operator.scale.Decision.Figures;
import dev.kafkaapibridge.operator.scale.Decision.Limit;
import java.time.Instant;
import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How many pods a bridge is to have that has none: no pod tells anything, but what the last ones
 * taught is remembered. Pure. Once there is work, there are as many at once as it asks for.
 */
public final class Waking {

  private Waking() {}

  /** None is needed. */
  public static Decision none(Memory memory, Instant at) {
    return decision(
        0, Regime.Idle, Limit.None, memory, at, 0, "nothing comes in and nothing waits");
  }

  /** One, for another cause than records. */
  public static Decision one(Memory memory, Instant at, String why) {
    return decision(1, Regime.Activating, Limit.None, memory, at, 0, why);
  }

  /**
   * For a backlog.
   *
   * @param waiting records of each partition in which some wait; one or more
   */
  public static Decision forBacklog(
      Policy policy, Memory memory, Instant at, Collection<Long> waiting) {
    double backlog = waiting.stream().mapToDouble(Long::doubleValue).sum();
    double demand = backlog / Math.max(1, Sample.seconds(policy.drainTime()));
    Double perPod = policy.mostOfOnePod(memory.rate().perPod());
    Ceiling ceiling = memory.ceiling().holds(null, policy);
    double goal = ceiling == null ? demand : Math.min(demand, ceiling.perSecond());
    // What a pod manages is shown within a tick by the first one.
    int asked = perPod == null ? 1 : Math.max(1, Size.of(demand, perPod, .9, 0));
    int useful = perPod == null ? 1 : Math.max(1, Size.of(goal, perPod, .9, 0));
    int most = Math.min(policy.max(), waiting.size());
    int replicas = Math.clamp(useful, 1, most);
    Limit limit =
        asked <= replicas
            ? Limit.None
            : useful < asked && useful <= most
                ? Limit.Throttling
                : most < policy.max() ? Limit.Partitions : Limit.Max;
    String why =
        "%s in %s, %s"
            .formatted(
                backlog == 1 ? "1 record waits" : "%.0f records wait".formatted(backlog),
                waiting.size() == 1 ? "1 partition" : waiting.size() + " partitions",
                perPod == null
                    ? "pod rate not measured yet"
                    : "pod rate " + Explanation.rate(perPod));
    return decision(replicas, Regime.Activating, limit, memory, at, backlog, why);
  }

  private static Decision decision(
      int replicas,
      Regime regime,
      Limit limit,
      Memory before,
      Instant at,
      double backlog,
      String why) {
    Figures figures =
        new Figures(0, 0, backlog, 0, 0, before.rate().perPod(), null, null, replicas, null, 0);
    return new Decision(
        replicas, regime, limit, false, figures, why, memory(before, regime, at, figures));
  }

  /** Idleness is counted anew from here; what pods did before they went is no pace of today. */
  private static Memory memory(
      Memory before, Regime regime, Instant at, @Nullable Figures figures) {
    return new Memory(
        at,
        regime,
        null,
        at,
        figures,
        Set.of(),
        before.partitions(),
        before.rate(),
        Arrivals.none(),
        before.ceiling(),
        before.saturation(),
        Outage.none(),
        Steps.lastAt(before.steps().changedAt()));
  }
}
