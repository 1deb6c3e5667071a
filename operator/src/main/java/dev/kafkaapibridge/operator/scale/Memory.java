package dev.kafkaapibridge.operator.scale;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one decision hands to the next. Immutable.
 *
 * @param at when the last decision was made; null: there was none
 * @param regime that held then
 * @param usableAt when enough was known last; null: it never was
 * @param busyAt when there was something to do last; null: it was never seen
 * @param figures of that decision, or of the last one that had any; null: there were none
 * @param pressed names of pods for which work waited
 * @param partitions of the bridge, when all were known last; 0: they never were
 */
public record Memory(
    @Nullable Instant at,
    @Nullable Regime regime,
    @Nullable Instant usableAt,
    @Nullable Instant busyAt,
    Decision.@Nullable Figures figures,
    Set<String> pressed,
    int partitions,
    ServiceRate rate,
    Arrivals arrivals,
    ApiCeiling ceiling,
    Saturation saturation,
    Outage outage,
    Steps steps) {

  /**
   * The part that must outlive the operator's process. All of it may be absent.
   *
   * @param ratePerPod calls a second
   * @param ceiling calls a second that the API is believed to accept
   * @param opposedRate calls a second at which it last answered 429
   * @param saturatedAt pods beyond which more did not help
   * @param replicasBeforeOutage pods before the API went down
   * @param changedAt when the number of pods was changed last
   */
  public record Lasting(
      @Nullable Regime regime,
      @Nullable Double ratePerPod,
      @Nullable Double ceiling,
      @Nullable Double opposedRate,
      @Nullable Integer saturatedAt,
      @Nullable Integer replicasBeforeOutage,
      @Nullable Instant changedAt) {}

  public static Memory empty() {
    return new Memory(
        null,
        null,
        null,
        null,
        null,
        Set.of(),
        0,
        ServiceRate.unknown(),
        Arrivals.none(),
        ApiCeiling.unknown(),
        Saturation.none(),
        Outage.none(),
        Steps.none());
  }

  /** For the first decision after a restart. */
  public static Memory of(Lasting lasting, Instant now) {
    Integer before = lasting.replicasBeforeOutage();
    boolean down = lasting.regime() == Regime.ApiDown || lasting.regime() == Regime.ApiDownHold;
    return new Memory(
        null,
        lasting.regime(),
        null,
        null,
        null,
        Set.of(),
        0,
        ServiceRate.of(lasting.ratePerPod()),
        Arrivals.none(),
        new ApiCeiling(
            lasting.ceiling(),
            lasting.opposedRate(),
            null,
            lasting.ceiling() == null ? null : now,
            null),
        lasting.saturatedAt() == null
            ? Saturation.none()
            : Saturation.cappedAt(lasting.saturatedAt(), now),
        down && before != null ? new Outage(now, before, null) : Outage.none(),
        Steps.lastAt(lasting.changedAt()));
  }

  public Lasting lasting() {
    Saturation.Cap cap = saturation.cap();
    return new Lasting(
        regime,
        rate.perPod(),
        ceiling.learned(),
        ceiling.learned() == null ? null : ceiling.opposedRate(),
        cap == null || !cap.confirmed() ? null : Integer.valueOf(cap.replicas()),
        outage.isDown() ? Integer.valueOf(outage.replicasBefore()) : null,
        steps.changedAt());
  }
}
