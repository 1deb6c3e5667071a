package dev.kafkaapibridge.benchmarks;

import java.util.Locale;
import java.util.stream.DoubleStream;

/** Rounds of one figure: the median, and how far apart they are. Pure. */
record Spread(double[] sorted) {

  /** Figures that are missing (NaN) are left out. */
  static Spread of(DoubleStream figures) {
    return new Spread(figures.filter(Double::isFinite).sorted().toArray());
  }

  double medianOr(double otherwise) {
    return sorted.length == 0 ? otherwise : sorted[sorted.length / 2];
  }

  /** Median, and the lowest and highest where there are several rounds. */
  String shown(String format) {
    if (sorted.length == 0) {
      return "-";
    }
    String median = String.format(Locale.ROOT, format, medianOr(0));
    return sorted.length == 1
        ? median
        : String.format(
            Locale.ROOT,
            "%s (" + format + "-" + format + ")",
            median,
            sorted[0],
            sorted[sorted.length - 1]);
  }
}
