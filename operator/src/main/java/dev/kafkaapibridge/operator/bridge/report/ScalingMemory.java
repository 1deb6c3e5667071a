package dev.kafkaapibridge.operator.bridge.report;

import dev.kafkaapibridge.api.v1alpha1.ScalingStatus;
import dev.kafkaapibridge.operator.scale.Decision;
import dev.kafkaapibridge.operator.scale.Decision.Limit;
import dev.kafkaapibridge.operator.scale.Memory;
import dev.kafkaapibridge.operator.scale.Memory.Lasting;
import dev.kafkaapibridge.operator.scale.Regime;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * {@code status.scaling}: what the scaling decision must remember beyond the operator's process, to
 * and fro. Rates have three digits there: more would only make for more writes. Pure.
 */
public final class ScalingMemory {

  private ScalingMemory() {}

  public static ScalingStatus write(Decision decision, @Nullable OffsetDateTime lastScaleTime) {
    Lasting lasting = decision.memory().lasting();
    Regime regime = lasting.regime();
    return new ScalingStatus(
        lastScaleTime,
        decision.limit() == Limit.None ? "" : decision.limit().name(),
        regime == null ? null : regime.name(),
        rate(lasting.ratePerPod()),
        rate(lasting.ceiling()),
        rate(lasting.opposedRate()),
        lasting.saturatedAt(),
        lasting.replicasBeforeOutage());
  }

  /** For the first decision of a process; what cannot be read is not known. */
  public static Memory read(@Nullable ScalingStatus status, Instant now) {
    if (status == null) {
      return Memory.empty();
    }
    OffsetDateTime changed = status.lastScaleTime();
    return Memory.of(
        new Lasting(
            regime(status.regime()),
            number(status.ratePerReplica()),
            number(status.targetCeiling()),
            number(status.opposedRate()),
            status.saturatedAtReplicas(),
            status.replicasBeforeOutage(),
            changed == null ? null : changed.toInstant()),
        now);
  }

  private static @Nullable Regime regime(@Nullable String word) {
    for (Regime regime : Regime.values()) {
      if (regime.name().equals(word)) {
        return regime;
      }
    }
    return null;
  }

  private static @Nullable String rate(@Nullable Double perSecond) {
    return perSecond == null
        ? null
        : new BigDecimal(perSecond).round(new MathContext(3)).stripTrailingZeros().toPlainString();
  }

  private static @Nullable Double number(@Nullable String decimal) {
    try {
      double number = decimal == null ? Double.NaN : Double.parseDouble(decimal);
      return number > 0 && number < 1e9 ? Double.valueOf(number) : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
