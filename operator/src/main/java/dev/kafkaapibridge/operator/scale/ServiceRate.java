package dev.kafkaapibridge.operator.scale;

import org.jspecify.annotations.Nullable;

/**
 * How many calls a second one pod manages when nothing holds it back: calls that were accepted, by
 * the time that pods were busy with them. Time spent waiting for a limit or for a retry is not
 * work, so a throttled pod does not look slow.
 *
 * @param perPod null until measured
 * @param best the highest of late; it is forgotten within an hour
 * @param accepted calls since the last measurement
 * @param podSeconds that they kept pods busy
 * @param seconds that this took
 */
public record ServiceRate(
    @Nullable Double perPod, double best, double accepted, double podSeconds, double seconds) {

  /** Fewer say little. */
  private static final double ENOUGH_CALLS = 20;

  /** But slow calls are slow to count. */
  private static final double LONG_ENOUGH = 120;

  /** Below it the quotient is noise. */
  private static final double BUSY_ENOUGH = .15;

  /** Seconds for which shares of a change are meant, however long a tick is. */
  private static final double STRETCH = 15;

  static ServiceRate unknown() {
    return new ServiceRate(null, 0, 0, 0, 0);
  }

  static ServiceRate of(@Nullable Double perPod) {
    return new ServiceRate(perPod, perPod == null ? 0 : perPod, 0, 0, 0);
  }

  /** {@code frozen} while the API is known to be slow because we ask too much of it. */
  ServiceRate after(Readings readings, double elapsed, boolean frozen) {
    double remembered = best * Math.exp(-elapsed / 3600);
    if (frozen || readings.failedShare() >= .2) {
      return new ServiceRate(perPod, remembered, 0, 0, 0);
    }
    double calls = accepted + readings.accepted() * elapsed;
    double busy = podSeconds + readings.busyPods() * elapsed;
    double span = seconds + elapsed;
    boolean enough = calls > ENOUGH_CALLS || (span >= LONG_ENOUGH && calls >= 1);
    if (!enough) {
      return span < LONG_ENOUGH
          ? new ServiceRate(perPod, remembered, calls, busy, span)
          : new ServiceRate(perPod, remembered, 0, 0, 0);
    }
    if (busy <= BUSY_ENOUGH * span) {
      return new ServiceRate(perPod, remembered, 0, 0, 0);
    }
    double measured = Math.clamp(calls / busy, 1e-3, 1e6);
    // Pods were busy with calls that were refused, too, so they manage at least this much.
    boolean atLeast = readings.throttledShare() > .05;
    double now =
        perPod == null
            ? measured
            : atLeast && measured < perPod ? perPod : towards(measured, perPod, span);
    return new ServiceRate(now, Math.max(now, remembered), 0, 0, 0);
  }

  private static double towards(double measured, double known, double span) {
    boolean moved = Math.abs(measured - known) > .2 * known;
    double weight = 1 - Math.pow(1 - (moved ? .7 : .3), span / STRETCH);
    return known + weight * (measured - known);
  }

  /** Whether pods wait for slow answers more than they used to, with all their slots. */
  boolean isInflated(Readings readings) {
    return perPod != null && readings.full() > .5 && perPod < .75 * best;
  }
}
