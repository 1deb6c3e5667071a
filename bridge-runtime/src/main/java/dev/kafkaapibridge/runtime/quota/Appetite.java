package dev.kafkaapibridge.runtime.quota;

import java.util.ArrayDeque;

/**
 * How many calls a process makes, and for how much of the time it would have made more. Times are
 * microseconds. Guarded by its purse.
 */
final class Appetite {

  /** Who is held back asks so often; a longer pause is one of its own. */
  private static final long ASKS_AGAIN = 100_000;

  /** Of the time; less is what rounding and bursts make. */
  private static final double HELD_BACK = .1;

  private static final int REMEMBERED = 5;

  private long heldBack;
  private long calls;
  private long lastWait = Long.MIN_VALUE / 2;
  private long countedSince = Long.MIN_VALUE;
  private int hungryInARow;
  private final ArrayDeque<Double> rates = new ArrayDeque<>();

  void pays(long now) {
    calls++;
    waited(now);
    lastWait = Long.MIN_VALUE / 2;
  }

  void waits(long now) {
    waited(now);
    lastWait = now;
  }

  /** From one wait to the next, or to the call that was waited for. */
  private void waited(long now) {
    if (now - lastWait <= ASKS_AGAIN) {
      heldBack += Math.max(0, now - lastWait);
    }
  }

  /** Looks back at the stretch since the last look; the first has nothing to look back at. */
  void look(long now) {
    boolean first = countedSince == Long.MIN_VALUE;
    if (!first && now > countedSince) {
      double stretch = now - countedSince;
      hungryInARow = heldBack / stretch > HELD_BACK ? hungryInARow + 1 : 0;
      rates.add(calls / stretch);
      if (rates.size() > REMEMBERED) {
        rates.remove();
      }
    }
    heldBack = 0;
    calls = 0;
    countedSince = now;
  }

  /** How many looks running it was held back. */
  int hungryInARow() {
    return hungryInARow;
  }

  /** Calls a microsecond, in the busiest of the last stretches. */
  double rate() {
    return rates.stream().mapToDouble(Double::doubleValue).max().orElse(0);
  }

  /** The same, in the last stretch. */
  double lastRate() {
    return rates.isEmpty() ? 0 : rates.getLast();
  }
}
