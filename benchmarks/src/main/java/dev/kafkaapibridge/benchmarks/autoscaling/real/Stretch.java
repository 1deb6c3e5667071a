package dev.kafkaapibridge.benchmarks.autoscaling.real;

import java.util.List;
import java.util.Locale;

/** Parts of a trial that are looked at by themselves. */
enum Stretch {
  /** More records come than the API takes. */
  OVERLOAD,
  /** Fewer come, and what was left is made good. */
  RECOVERY,
  ALL;

  /** What 200/s too many have left is made good by 100/s too few in twice that time. */
  private static final double RECOVERY_OF_OVERLOAD = 2.5;

  int seconds(int overload) {
    int recovery = (int) (RECOVERY_OF_OVERLOAD * overload);
    return switch (this) {
      case OVERLOAD -> overload;
      case RECOVERY -> recovery;
      case ALL -> overload + recovery;
    };
  }

  String title() {
    return name().toLowerCase(Locale.ROOT);
  }

  Figures figures(List<Sample> samples, int overload) {
    double end = samples.getLast().second();
    return switch (this) {
      case OVERLOAD -> Figures.of(samples, 0, overload);
      case RECOVERY -> Figures.of(samples, overload, end);
      case ALL -> Figures.of(samples, 0, end);
    };
  }
}
