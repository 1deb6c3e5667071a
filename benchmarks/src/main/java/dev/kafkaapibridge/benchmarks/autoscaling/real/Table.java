package dev.kafkaapibridge.benchmarks.autoscaling.real;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Contestants beside one another, as a page has them. Pure. */
final class Table {

  private Table() {}

  static String of(Map<Contestant, List<Sample>> seen, List<Stretch> stretches) {
    var table =
        new StringBuilder(
            "| | 429s | pod-hours | lag, record-seconds | delivered | most pods | changes | flaps | lag at the end |\n"
                + "|---|---|---|---|---|---|---|---|---|\n");
    var lines = new LinkedHashMap<String, String>();
    seen.forEach((contestant, samples) ->
        rows(samples, stretches)
            .forEach((title, figures) ->
                lines.merge(title, line(contestant, title, figures), String::concat)));
    lines.values().forEach(table::append);
    return table.toString();
  }

  /** By title, in order of time; then all of it. */
  static Map<String, Figures> rows(List<Sample> samples, List<Stretch> stretches) {
    var rows = new LinkedHashMap<String, Figures>();
    stretches.forEach(stretch -> rows.put(stretch.title(), stretch.figures(samples)));
    rows.put("all", Figures.of(samples));
    return rows;
  }

  private static String line(Contestant contestant, String stretch, Figures figures) {
    return "| %s, %s | %d | %.2f | %.0f | %d | %d | %d | %d | %d |\n"
        .formatted(
            contestant.title(),
            stretch,
            figures.throttled(),
            figures.podHours(),
            figures.lagIntegral(),
            figures.delivered(),
            figures.peakPods(),
            figures.scaleActions(),
            figures.flaps(),
            figures.lagAtEnd());
  }
}
