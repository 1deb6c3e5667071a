package dev.kafkaapibridge.benchmarks.autoscaling.real;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Who decides how many pods there are, and what runs in them. */
enum Contestant {
  /** The bridge, counted by its operator. */
  MANAGED,
  /** The same bridge in mode External, counted by KEDA's lag scaler and the HPA. */
  EXTERNAL,
  /** A consumer without a throttle, counted by KEDA's lag scaler and the HPA. */
  PLAIN;

  String title() {
    return name().toLowerCase(Locale.ROOT);
  }

  boolean needsKeda() {
    return this != MANAGED;
  }

  static Optional<Contestant> named(String title) {
    return Arrays.stream(values()).filter(known -> known.title().equals(title)).findFirst();
  }
}
