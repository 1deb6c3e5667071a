package dev.kafkaapibridge.operator.scale;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the API accepts each second, as far as it has shown: the rate at which calls were accepted
 * while it refused others, or while pods held themselves back. A belief, so it is doubted: it is
 * given up when more was accepted, or when pods are busy and no limit holds them.
 *
 * @param learned calls a second; null while nothing speaks of a limit
 * @param opposedRate what was accepted when the API last answered 429; null: it never did
 * @param opposedAt when that was
 * @param signalledAt when a limit was felt last
 * @param refutedAt when a belief was given up last
 */
public record ApiCeiling(
    @Nullable Double learned,
    @Nullable Double opposedRate,
    @Nullable Instant opposedAt,
    @Nullable Instant signalledAt,
    @Nullable Instant refutedAt) {

  /** Of the pods' time, held back by a limit: then the limit is what counts. */
  private static final double MUCH_GATED = .25;

  private static final double HARDLY_GATED = .05;

  /** Of a declared limit, in use: then the limit itself holds the pods back. */
  private static final double NEARLY_ALL = .9;

  /** Seconds for which shares of a change are meant, however long a tick is. */
  private static final double STRETCH = 15;

  private static final double FORGET_AFTER = 120;

  static ApiCeiling unknown() {
    return new ApiCeiling(null, null, null, null, null);
  }

  /**
   * @param settled whether all pods have been there for a while
   * @param shaky while the API is down, and while it comes back: then nothing is learned
   * @param declared what all pods together may send; null: nothing is declared
   * @param fleetMost what {@code maxReplicas} pods manage; null while that is not known
   */
  ApiCeiling after(
      Readings readings,
      Demand demand,
      Sample sample,
      boolean settled,
      boolean shaky,
      double elapsed,
      @Nullable Double declared,
      @Nullable Double fleetMost) {
    boolean opposed = readings.opposed();
    boolean backlogged = demand.backlogged(2);
    double accepted = readings.accepted();
    // A share of a declared limit holds one pod back while others leave theirs: of the API it says
    // nothing.
    boolean shareHolds =
        declared != null
            && accepted < NEARLY_ALL * declared
            && sample.secondsSince(opposedAt) > FORGET_AFTER;
    // Held back without a 429: on the way up from a limit that is gone.
    boolean climbing = refutedAt != null && opposedAt != null && refutedAt.isAfter(opposedAt);
    boolean heldBack = readings.gated() > MUCH_GATED && backlogged && !shareHolds && !climbing;
    boolean signal = opposed || heldBack;
    ApiCeiling next = this;
    if (signal && !shaky) {
      double believed = learn(accepted, settled, elapsed);
      next =
          new ApiCeiling(
              believed,
              opposedRateAfter(accepted, believed, opposed, settled),
              opposed ? sample.at() : opposedAt,
              sample.at(),
              refutedAt);
    } else if (learned != null) {
      double grown =
          sample.secondsSince(signalledAt) > FORGET_AFTER
              ? learned * Math.pow(1.03, elapsed / STRETCH)
              : learned;
      next =
          new ApiCeiling(Math.max(grown, accepted), opposedRate, opposedAt, signalledAt, refutedAt);
    }
    return next.learned != null
            && next.isRefuted(readings, backlogged, settled && !shaky, sample, fleetMost)
        ? new ApiCeiling(null, null, opposedAt, signalledAt, sample.at())
        : next;
  }

  /**
   * What refutes the belief is more than was accepted beside a 429. While partitions move less is
   * called than the API takes, and a probe may be limited just then: that says nothing of how much
   * is too much.
   */
  private @Nullable Double opposedRateAfter(
      double accepted, double believed, boolean opposed, boolean settled) {
    if (settled) {
      return opposed ? Double.valueOf(accepted) : opposedRate;
    }
    if (opposedRate != null) {
      return Math.min(believed, Math.max(accepted, opposedRate));
    }
    return opposed ? Double.valueOf(believed) : null;
  }

  private double learn(double accepted, boolean settled, double elapsed) {
    if (learned == null) {
      return accepted;
    }
    return accepted > learned || !settled
        ? Math.max(learned, accepted)
        : accepted + (learned - accepted) * Math.pow(.5, elapsed / STRETCH);
  }

  private boolean isRefuted(
      Readings readings,
      boolean backlogged,
      boolean settled,
      Sample sample,
      @Nullable Double fleetMost) {
    if (sample.secondsSince(opposedAt) < 30 || learned == null) {
      return false;
    }
    return (opposedRate != null && readings.accepted() > 1.15 * opposedRate)
        || (backlogged && readings.gated() < HARDLY_GATED && settled)
        || (fleetMost != null && learned > 1.5 * fleetMost);
  }

  /** Where a ceiling is known from. */
  public enum Source {
    Learned,
    Advertised,
    Declared
  }

  /** The ceiling that holds. */
  public record Ceiling(double perSecond, Source source) {}

  /** What the API says goes before what was guessed; what the user declares bounds both. */
  @Nullable Ceiling holds(@Nullable Double advertised, Policy policy) {
    Double declared = policy.declaredPerSecond();
    Ceiling ceiling = null;
    if (advertised != null) {
      ceiling = new Ceiling(advertised, Source.Advertised);
    } else if (learned != null) {
      ceiling = new Ceiling(learned, Source.Learned);
    }
    return declared != null && (ceiling == null || ceiling.perSecond() >= declared)
        ? new Ceiling(declared, Source.Declared)
        : ceiling;
  }
}
