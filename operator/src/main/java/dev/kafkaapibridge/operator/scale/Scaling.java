package dev.kafkaapibridge.operator.scale;

import dev.kafkaapibridge.operator.scale.ApiCeiling.Ceiling;
import dev.kafkaapibridge.operator.scale.Decision.Figures;
import dev.kafkaapibridge.operator.scale.Decision.Limit;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One decision, from top to bottom: believe what can be believed, learn from it, say what is
 * wanted, bound it, and step towards it. Pure. Three things hold whatever the figures say: never
 * more pods than {@code max} or partitions, never fewer for want of data, and never more because of
 * a 429.
 */
public final class Scaling {

  /** What is older says nothing of now. */
  private static final double STALE = 45;

  /** After the end of an outage, or of a belief, nobody knows yet what the API bears. */
  private static final double CAUTIOUS = 120;

  /** Of the calls, answered 429: more than a limit's being tried now and then makes. */
  private static final double REFUSED = .02;

  /** Of what the API accepts: while less goes, and nothing is held back, pods are what is short. */
  private static final double NEARLY_ALL = .9;

  private static final double MUCH_GATED = .25;

  private final Policy policy;
  private final Memory before;
  private final Sample sample;
  private final Readings readings;
  private final double elapsed;

  private Scaling(Policy policy, Memory before, Sample sample) {
    this.policy = policy;
    this.before = before;
    this.sample = sample;
    this.readings = Readings.of(sample, before.pressed());
    this.elapsed = before.at() == null ? 0 : Math.clamp(sample.secondsSince(before.at()), 0, 120);
  }

  /** Ticks are to be 5 to 15 s apart: what a shorter one tells is mostly noise. */
  public static Decision decide(Policy policy, Memory memory, Sample sample) {
    return new Scaling(policy, memory, sample.believable()).decide();
  }

  private Decision decide() {
    Steps steps = before.steps().seen(sample);
    boolean usable = sample.complete() || (readings.mostSpeak() && !sample.partitions().isEmpty());
    Instant usableAt = usable ? sample.at() : before.usableAt();
    if (sample.ready() == 0) {
      return hold(Regime.AwaitingPods, steps, usableAt);
    }
    // The group's members change with each step, and nobody knows the lag for a moment then.
    if (!usable) {
      boolean stale = usableAt == null || sample.secondsSince(usableAt) >= STALE;
      Regime last = before.regime();
      return hold(
          stale || last == null || before.figures() == null ? Regime.StaleMetrics : last,
          steps,
          usableAt);
    }
    return counted(steps);
  }

  /** Nothing is learned and nothing changes, but for bounds that were changed. */
  private Decision hold(Regime regime, Steps steps, @Nullable Instant usableAt) {
    int replicas = Math.clamp(sample.replicas(), policy.min(), policy.max());
    Memory memory =
        new Memory(
            sample.at(),
            regime,
            usableAt,
            before.busyAt(),
            before.figures(),
            before.pressed(),
            before.partitions(),
            before.rate(),
            before.arrivals(),
            before.ceiling(),
            before.saturation(),
            before.outage(),
            steps.held(replicas, sample, policy));
    Figures figures = before.figures() == null ? Figures.none() : before.figures();
    return new Decision(
        replicas,
        regime,
        Limit.None,
        false,
        figures,
        Explanation.of(regime, false, figures),
        memory);
  }

  private Decision counted(Steps steps) {
    boolean settled = steps.settled(sample);
    int partitions = sample.complete() ? sample.partitions().size() : before.partitions();
    Outage outage = before.outage().after(readings, sample);
    boolean shaky = outage.isDown() || outage.isRecovering(sample);
    ServiceRate rate =
        before.rate().after(readings, elapsed, before.saturation().isCapped() || outage.isDown());
    Double perPod = policy.mostOfOnePod(rate.perPod());
    Arrivals arrivals = before.arrivals().after(sample, elapsed);
    Demand demand = Demand.of(arrivals, sample, mostOfOnePartition(perPod), policy);
    ApiCeiling learned =
        before
            .ceiling()
            .after(
                readings,
                demand,
                sample,
                settled,
                shaky,
                elapsed,
                policy.declaredPerSecond(),
                perPod == null ? null : perPod * policy.max());
    Ceiling ceiling = learned.holds(readings.advertised(), policy);
    boolean told = sample.partitions().size() >= NEARLY_ALL * partitions;
    Saturation saturation =
        shaky
            ? before.saturation()
            : before.saturation().after(readings, demand, sample, settled, told);
    boolean busy = demand.perSecond() > 0 || !arrivals.known();
    Instant busyAt = busy || before.busyAt() == null ? sample.at() : before.busyAt();

    boolean bound = ceiling != null && demand.perSecond() > .97 * ceiling.perSecond();
    Wanted wanted =
        perPod == null
            ? Wanted.unmeasured(demand, readings, sample)
            : Wanted.of(demand, perPod, bound ? ceiling : null, partitions, policy);
    boolean inflated = rate.isInflated(readings) && wanted.out() > sample.replicas();
    Regime regime = regime(outage, saturation, bound, inflated, demand, busyAt);
    Wanted bounded = wanted.capped(saturation);
    Steps.Step step =
        step(
            regime,
            bounded,
            inflated,
            inflated && !podsAreShort(ceiling),
            steps,
            outage,
            learned,
            settled,
            arrivals,
            partitions);

    Figures figures = figures(perPod, demand, ceiling, learned, wanted.asked());
    Memory memory =
        new Memory(
            sample.at(),
            regime,
            sample.at(),
            busyAt,
            figures,
            readings.pressed(),
            partitions,
            rate,
            arrivals,
            learned,
            saturation.stepped(sample.replicas(), step.replicas(), readings),
            outage,
            step.next());
    Limit limit = limit(wanted, bounded, bound || saturation.isCapped(), partitions);
    return new Decision(
        step.replicas(),
        regime,
        limit,
        step.waits(),
        figures,
        Explanation.of(regime, step.waits(), figures),
        memory);
  }

  /** Where records of a partition wait for each other, one answer after the other bounds it. */
  private @Nullable Double mostOfOnePartition(@Nullable Double perPod) {
    Integer calls = policy.callsPerPartition();
    if (calls == null || readings.accepted() <= 0 || readings.inFlight() <= 0) {
      return perPod;
    }
    double inTurn = calls * readings.accepted() / readings.inFlight();
    return perPod == null ? inTurn : Math.min(perPod, inTurn);
  }

  private Regime regime(
      Outage outage,
      Saturation saturation,
      boolean bound,
      boolean inflated,
      Demand demand,
      Instant busyAt) {
    if (outage.isDown()) {
      return outage.isLong(sample) ? Regime.ApiDown : Regime.ApiDownHold;
    }
    if (outage.isRecovering(sample)) {
      return Regime.ApiRecovering;
    }
    if (saturation.isCapped()) {
      return Regime.Saturated;
    }
    if (bound) {
      return Regime.ApiBound;
    }
    if (inflated) {
      return Regime.LatencyBound;
    }
    if (demand.hottest() != null) {
      return Regime.HotPartition;
    }
    return sample.secondsSince(busyAt) >= Sample.seconds(policy.idleAfter())
        ? Regime.Idle
        : Regime.Tracking;
  }

  /** The API takes more than the pods bring it: its limit isn't what keeps them. */
  private boolean podsAreShort(@Nullable Ceiling ceiling) {
    return ceiling != null
        && readings.accepted() < NEARLY_ALL * ceiling.perSecond()
        && readings.gated() < MUCH_GATED;
  }

  /**
   * @param slow answers have become slow, with all slots in use
   * @param limitIsNear and more pods would only reach the limit sooner
   */
  private Steps.Step step(
      Regime regime,
      Wanted wanted,
      boolean slow,
      boolean limitIsNear,
      Steps steps,
      Outage outage,
      ApiCeiling ceiling,
      boolean settled,
      Arrivals arrivals,
      int partitions) {
    int current = sample.replicas();
    int least = policy.min();
    int most = policy.ceiling(partitions);
    switch (regime) {
      case ApiDownHold -> {
        return straight(Math.clamp(current, least, policy.max()), steps);
      }
      case ApiDown -> {
        int few = sample.complete() ? Math.min(current, Math.max(least, 1)) : current;
        return straight(Math.clamp(few, least, policy.max()), steps);
      }
      default -> {}
    }
    int out = wanted.out();
    // Who is refused for coming too fast is fast enough; and full slots before a limit say that the
    // API is slow, not that pods are missing.
    if (readings.throttledShare() > REFUSED || (regime == Regime.ApiBound && limitIsNear)) {
      out = Math.min(out, current);
    }
    if (regime == Regime.LatencyBound || (regime == Regime.ApiBound && slow)) {
      out = settled ? Math.min(out, (int) Math.ceil(1.6 * current)) : Math.min(out, current);
    }
    if (sample.secondsSince(ceiling.refutedAt()) < CAUTIOUS
        || sample.secondsSince(outage.endedAt()) < CAUTIOUS) {
      int growth = Math.max(Math.max(3 * current, current + 4), outage.replicasBefore());
      out = Math.min(out, growth);
    }
    int in = wanted.in();
    if (regime == Regime.ApiRecovering) {
      out = Math.max(out, outage.replicasBefore());
      in = Math.max(in, current);
    }
    out = Math.clamp(out, least, most);
    in = Math.clamp(in, least, most);
    boolean madeAgain = sample.secondsSince(arrivals.madeAgainAt()) < 30;
    // What only some pods tell may ask for more, never for less.
    if (!sample.complete() || madeAgain || !arrivals.known()) {
      in = Math.max(in, current);
      out = madeAgain ? Math.min(out, current) : out;
    }
    if (current > policy.max() || current < least) {
      return straight(Math.clamp(current, least, policy.max()), steps);
    }
    return steps.towards(out, in, sample, policy, regime.isCapped());
  }

  private Steps.Step straight(int replicas, Steps steps) {
    return new Steps.Step(replicas, false, steps.held(replicas, sample, policy));
  }

  private Limit limit(Wanted wanted, Wanted bounded, boolean throttled, int partitions) {
    int most = policy.ceiling(partitions);
    if (throttled && wanted.asked() > Math.min(bounded.out(), most)) {
      return Limit.Throttling;
    }
    if (bounded.out() > most || (!throttled && wanted.asked() > most)) {
      return most < policy.max() ? Limit.Partitions : Limit.Max;
    }
    return bounded.out() < policy.min() ? Limit.Min : Limit.None;
  }

  private Figures figures(
      @Nullable Double perPod,
      Demand demand,
      @Nullable Ceiling ceiling,
      ApiCeiling learned,
      int asked) {
    double opposed = sample.secondsSince(learned.opposedAt());
    return new Figures(
        demand.perSecond(),
        demand.arrivals(),
        demand.backlog(),
        readings.accepted(),
        readings.throttled(),
        perPod,
        ceiling,
        opposed < 600 ? Double.valueOf(opposed) : null,
        asked,
        demand.hottest(),
        demand.hottestWants());
  }
}
