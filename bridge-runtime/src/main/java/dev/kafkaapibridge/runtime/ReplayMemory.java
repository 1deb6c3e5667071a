package dev.kafkaapibridge.runtime;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what was replayed from being forgotten: once a day, while no replay is asked for, the
 * brokers are reminded of the replays' group. Owns when that is due; for one thread.
 */
final class ReplayMemory {

  private static final Logger log = LoggerFactory.getLogger(ReplayMemory.class);

  /** Brokers keep offsets for days; where they don't even for one, they forget all the same. */
  static final Duration EVERY = Duration.ofHours(24);

  /** Pods that begin together are not to come together, nor one that lives for hours only never. */
  static final Duration FIRST = Duration.ofMinutes(10);

  static final Duration SPREAD = Duration.ofHours(1);
  static final Duration AGAIN = Duration.ofHours(1);

  private final BooleanSupplier visit;
  private final LongSupplier nanoTime;
  private long due;

  /**
   * @param visit of the group; false where there was nothing to do; may throw what the cluster does
   * @param share of the first visit's spread, 0 to 1
   */
  ReplayMemory(BooleanSupplier visit, LongSupplier nanoTime, double share) {
    this.visit = visit;
    this.nanoTime = nanoTime;
    due = nanoTime.getAsLong() + FIRST.toNanos() + (long) (share * SPREAD.toNanos());
  }

  /** May take half a minute when it is due. */
  void look() {
    long now = nanoTime.getAsLong();
    if (now - due < 0) {
      return;
    }
    try {
      boolean there = visit.getAsBoolean();
      log.atDebug().addKeyValue("visited", there).log("the group of the replays was looked at");
      due = now + EVERY.toNanos();
    } catch (RuntimeException e) {
      // No right to, where nobody replays, or no brokers: nothing that a replay depends on.
      log.atDebug()
          .addKeyValue("cause", e.getMessage())
          .log("the group of the replays could not be visited");
      due = now + AGAIN.toNanos();
    }
  }
}
