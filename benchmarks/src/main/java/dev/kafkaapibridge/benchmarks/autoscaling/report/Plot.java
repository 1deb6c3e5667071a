package dev.kafkaapibridge.benchmarks.autoscaling.report;

import dev.kafkaapibridge.benchmarks.autoscaling.scenario.Scenario;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Moment;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleBiFunction;

/** A scenario under several controllers as an SVG of four panels over time. Pure. */
final class Plot {

  private static final int WIDTH = 900;
  private static final int LEFT = 64;
  private static final int PANEL = 150;
  private static final int TOP = 56;

  /** A point each so many seconds; rates are means over them. */
  private static final int STEP = 10;

  /** Told apart also by those who see no red or green (Okabe and Ito). */
  private static final List<String> COLOURS =
      List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9");

  private final Scenario scenario;
  private final List<Outcome> outcomes;
  private final StringBuilder svg = new StringBuilder();

  private Plot(Scenario scenario, List<Outcome> outcomes) {
    this.scenario = scenario;
    this.outcomes = outcomes;
  }

  static String of(Scenario scenario, List<Outcome> outcomes) {
    return new Plot(scenario, outcomes).drawn();
  }

  private String drawn() {
    int height = TOP + 4 * PANEL + 10;
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">%n",
        WIDTH, height);
    add("<rect width=\"%d\" height=\"%d\" fill=\"white\"/>%n", WIDTH, height);
    add("<text x=\"%d\" y=\"20\" font-size=\"15\">%s</text>%n", LEFT, escaped(scenario.name()));
    for (int i = 0; i < outcomes.size(); i++) {
      add(
          "<text x=\"%d\" y=\"40\" fill=\"%s\">%s</text>%n",
          LEFT + 110 * i, COLOURS.get(i % COLOURS.size()), escaped(outcomes.get(i).controller()));
    }
    panel(0, "records that wait", (before, now) -> now.backlog());
    panel(1, "pods", (before, now) -> now.replicas());
    panel(
        2,
        "429 a second",
        (before, now) -> rate(before, now, now.throttled() - before.throttled()));
    panel(3, "delivered a second; grey: quota", this::delivered);
    return svg.append("</svg>\n").toString();
  }

  private double delivered(Moment before, Moment now) {
    return rate(before, now, now.delivered() - before.delivered());
  }

  private static double rate(Moment before, Moment now, long count) {
    return count / (double) Math.max(1, now.second() - before.second());
  }

  private void panel(int row, String title, ToDoubleBiFunction<Moment, Moment> figure) {
    int bottom = TOP + (row + 1) * PANEL - 24;
    double most = 1;
    for (Outcome outcome : outcomes) {
      List<Moment> moments = outcome.moments();
      for (int i = STEP; i < moments.size(); i += STEP) {
        most = Math.max(most, figure.applyAsDouble(moments.get(i - STEP), moments.get(i)));
      }
    }
    add("<text x=\"%d\" y=\"%d\">%s</text>%n", LEFT, bottom - PANEL + 42, title);
    add(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%.0f</text>%n",
        LEFT - 6, bottom - PANEL + 58, most);
    add("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">0</text>%n", LEFT - 6, bottom);
    add("<path d=\"M%d %d H%d\" stroke=\"black\" fill=\"none\"/>%n", LEFT, bottom, WIDTH - 10);
    for (int minute = 0; minute * 60 <= scenario.horizonSeconds(); minute += 10) {
      add("<text x=\"%.0f\" y=\"%d\">%d min</text>%n", x(minute * 60), bottom + 14, minute);
    }
    if (row == 3) {
      line(
          "#999999",
          bottom,
          most,
          (before, now) -> scenario.api().quota().at(now.second()),
          outcomes.getFirst().moments());
    }
    for (int i = 0; i < outcomes.size(); i++) {
      line(COLOURS.get(i % COLOURS.size()), bottom, most, figure, outcomes.get(i).moments());
    }
  }

  private void line(
      String colour,
      int bottom,
      double most,
      ToDoubleBiFunction<Moment, Moment> figure,
      List<Moment> moments) {
    add("<polyline fill=\"none\" stroke=\"%s\" points=\"", colour);
    for (int i = STEP; i < moments.size(); i += STEP) {
      double value = Math.min(most, figure.applyAsDouble(moments.get(i - STEP), moments.get(i)));
      add("%.0f,%.1f ", x(moments.get(i).second()), bottom - (PANEL - 50) * value / most);
    }
    add("\"/>%n");
  }

  private double x(double second) {
    return LEFT + (WIDTH - LEFT - 10) * second / scenario.horizonSeconds();
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }

  private void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values));
  }
}
