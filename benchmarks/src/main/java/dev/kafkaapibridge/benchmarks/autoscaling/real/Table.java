package dev.kafkaapibridge.benchmarks.autoscaling.real;

import java.util.List;
import java.util.Map;

/** Contestants beside one another, as a page has them. Pure. */
final class Table {

  private Table() {}

  static String of(Map<Contestant, List<Sample>> seen, int overload) {
    var table =
        new StringBuilder(
            "| | 429s | pod-hours | lag, record-seconds | delivered | most pods | changes | flaps | lag at the end |\n"
                + "|---|---|---|---|---|---|---|---|---|\n");
    for (Stretch stretch : Stretch.values()) {
      seen.forEach((contestant, samples) -> {
        Figures figures = stretch.figures(samples, overload);
        table.append(
            "| %s, %s | %d | %.2f | %.0f | %d | %d | %d | %d | %d |\n"
                .formatted(
                    contestant.title(),
                    stretch.title(),
                    figures.throttled(),
                    figures.podHours(),
                    figures.lagIntegral(),
                    figures.delivered(),
                    figures.peakPods(),
                    figures.scaleActions(),
                    figures.flaps(),
                    figures.lagAtEnd()));
      });
    }
    return table.toString();
  }
}
