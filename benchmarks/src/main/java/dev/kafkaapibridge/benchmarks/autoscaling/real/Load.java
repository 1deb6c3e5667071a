package dev.kafkaapibridge.benchmarks.autoscaling.real;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How many records come, of which the API takes {@link #API_TAKES} a second. */
enum Load {
  /** Twice as many as it takes, then half of it: until what was left is made good, and a bit. */
  BEYOND(new Part("overload", 400, 1), new Part("recovery", 100, 2.5)),
  /** Always fewer than it takes. The HPA waits for five minutes before it removes pods. */
  WITHIN(new Part("few", 30, 0.5), new Part("many", 150, 1), new Part("few again", 30, 1.5));

  static final int API_TAKES = 200;

  /**
   * @param units how long, of the busiest part
   */
  private record Part(String title, int perSecond, double units) {}

  private final List<Part> parts;

  Load(Part... parts) {
    this.parts = List.of(parts);
  }

  String title() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @param unit seconds of the busiest part
   */
  List<Stretch> stretches(int unit) {
    var stretches = new ArrayList<Stretch>();
    int from = 0;
    for (Part part : parts) {
      int until = from + (int) (part.units() * unit);
      stretches.add(new Stretch(part.title(), part.perSecond(), from, until));
      from = until;
    }
    return List.copyOf(stretches);
  }

  /** How long a trial takes, of its busiest part. */
  double units() {
    return parts.stream().mapToDouble(Part::units).sum();
  }

  static Optional<Load> named(String title) {
    return Arrays.stream(values()).filter(known -> known.title().equals(title)).findFirst();
  }
}
