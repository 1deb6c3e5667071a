package dev.kafkaapibridge.runtime.target.grpc;

import java.time.Duration;

/**
 * When a server that has told its descriptors is asked again. It tells others only when it is
 * another server, so after a connection was opened; or, where a proxy keeps the connection, after a
 * while. Immutable, pure.
 *
 * @param at of the last question, by {@link System#nanoTime}
 * @param inVain questions in a row that were not answered
 * @param opened connections that had been opened by then
 */
record AskingAgain(long at, int inVain, long opened) {

  static final Duration APART = Duration.ofMinutes(1);
  static final Duration LONGEST = Duration.ofMinutes(10);
  private static final int MOST_DOUBLINGS = 4;

  boolean isDue(long now, long openedNow) {
    long since = now - at;
    long apart = APART.toNanos() << Math.min(inVain, MOST_DOUBLINGS);
    return inVain == 0
        ? since >= LONGEST.toNanos() || openedNow != opened && since >= apart
        : since >= apart;
  }

  AskingAgain answered(long now, long openedBefore) {
    return new AskingAgain(now, 0, openedBefore);
  }

  AskingAgain inVain(long now) {
    return new AskingAgain(now, inVain + 1, opened);
  }
}
