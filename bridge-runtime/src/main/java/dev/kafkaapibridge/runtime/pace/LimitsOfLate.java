package dev.kafkaapibridge.runtime.pace;

import java.util.Arrays;

/**
 * The limits that a target has told in the last minute, to ten seconds: where a gateway and the API
 * behind it, or two versions of it, tell different ones, none of them alone is the limit. Owned by
 * its {@link AdvertisedLimit}; {@code now} is nanoseconds.
 */
final class LimitsOfLate {

  private static final long PART = 10_000_000_000L;
  private static final int PARTS = 7;

  /** Which ten seconds the figures beside it are of. */
  private final long[] parts = new long[PARTS];

  private final double[] lowest = new double[PARTS];
  private final double[] highest = new double[PARTS];

  private double lowestOfAll;
  private double highestOfAll;

  LimitsOfLate() {
    forget();
  }

  void told(double perSecond, long now) {
    long part = Math.floorDiv(now, PART);
    for (int i = 0; i < PARTS; i++) {
      if (part - parts[i] >= PARTS) {
        forget(i);
      }
    }
    int i = Math.floorMod(part, PARTS);
    parts[i] = part;
    lowest[i] = Math.min(lowest[i], perSecond);
    highest[i] = Math.max(highest[i], perSecond);
    lowestOfAll = Arrays.stream(lowest).min().orElseThrow();
    highestOfAll = Arrays.stream(highest).max().orElseThrow();
  }

  /** Of the last minute in which any was told; infinite: none was. */
  double lowest() {
    return lowestOfAll;
  }

  /** Of the last minute in which any was told; 0: none was. */
  double highest() {
    return highestOfAll;
  }

  void forget() {
    for (int i = 0; i < PARTS; i++) {
      forget(i);
    }
    lowestOfAll = Double.POSITIVE_INFINITY;
    highestOfAll = 0;
  }

  private void forget(int i) {
    parts[i] = Long.MIN_VALUE / 2;
    lowest[i] = Double.POSITIVE_INFINITY;
    highest[i] = 0;
  }
}
