package dev.kafkaapibridge.operator.scale;

import dev.kafkaapibridge.operator.scale.ApiCeiling.Ceiling;
import dev.kafkaapibridge.operator.scale.Decision.Figures;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A decision in half a sentence: the figures it was counted from, and what follows. Pure. */
final class Explanation {

  private Explanation() {}

  static String of(Regime regime, boolean waits, Figures figures) {
    String numbers = numbers(regime, figures);
    String conclusion = conclusion(regime, waits, figures);
    return numbers.isEmpty() || conclusion.isEmpty()
        ? numbers + conclusion
        : numbers + ": " + conclusion;
  }

  private static String numbers(Regime regime, Figures figures) {
    if (regime == Regime.AwaitingPods || regime == Regime.StaleMetrics) {
      return "";
    }
    List<String> numbers = new ArrayList<>();
    numbers.add("demand " + rate(figures.demand()));
    Ceiling ceiling = figures.ceiling();
    if (ceiling != null) {
      numbers.add(
          "API ceiling " + rate(ceiling.perSecond()) + " (" + source(ceiling, figures) + ")");
    }
    numbers.add(
        figures.perPod() == null
            ? "pod rate not measured yet"
            : "pod rate " + rate(figures.perPod()));
    return String.join(", ", numbers);
  }

  private static String source(Ceiling ceiling, Figures figures) {
    String word = ceiling.source().name().toLowerCase(Locale.ROOT);
    Double since = figures.opposedSeconds();
    return since == null ? word : word + ", 429 " + ago(since) + " ago";
  }

  private static String conclusion(Regime regime, boolean waits, Figures figures) {
    return switch (regime) {
      case ApiBound -> "more replicas would not help" + drain(figures);
      case Saturated -> "more replicas only made the API slower";
      case LatencyBound -> "answers have become slow, so replicas are added step by step";
      case ApiDownHold -> "the API fails, so the number stays";
      case ApiDown -> "the API has failed for ten minutes, so few replicas keep trying";
      case ApiRecovering -> "the API answers again";
      case HotPartition ->
          "partition %s asks for %s, more than one replica manages"
              .formatted(figures.hottest(), rate(figures.hottestWants()));
      case AwaitingPods -> "no pod is ready, so the number stays";
      case StaleMetrics -> "the lag of the partitions is not known, so the number stays";
      case Idle -> "nothing comes in and nothing waits";
      case Activating -> "pods are on their way";
      case Tracking -> waits ? "another number has to be wanted for a while first" : "";
    };
  }

  /** When the backlog is gone, at what the API accepts. */
  private static String drain(Figures figures) {
    Ceiling ceiling = figures.ceiling();
    if (ceiling == null || figures.backlog() <= 0) {
      return "";
    }
    double gain = ceiling.perSecond() - figures.arrivals();
    return gain <= 0
        ? "; the backlog grows"
        : "; the backlog is gone in about " + ago(figures.backlog() / gain);
  }

  /** Two digits are enough for a reader, and a figure that trembles in the third is no news. */
  static String rate(double perSecond) {
    return new BigDecimal(perSecond < 1e-6 ? 0 : Math.min(perSecond, 1e12))
            .round(new MathContext(perSecond >= 100 ? 3 : 2))
            .stripTrailingZeros()
            .toPlainString()
        + "/s";
  }

  static String ago(double seconds) {
    if (seconds < 90) {
      return Math.round(seconds) + " s";
    }
    if (seconds < 5400) {
      return Math.round(seconds / 60) + " min";
    }
    return seconds < 172_800
        ? Math.round(seconds / 3600) + " h"
        : Math.min(Math.round(seconds / 86_400), 10_000) + " days";
  }
}
