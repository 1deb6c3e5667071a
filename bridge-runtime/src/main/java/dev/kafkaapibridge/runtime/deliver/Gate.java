package dev.kafkaapibridge.runtime.deliver;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Closes the whole pod: after "slow down", for as long as the target asks; after an answer that
 * says the configuration is wrong, until a call shows that it was mended. While closed for long,
 * one call in each probe interval goes through, so that a gate never stays closed on old news. Safe
 * for all lanes.
 *
 * <pre>
 *   open --close(until, probe)--> closed --until passed, or a call that was let through succeeded--> open
 *                                   | each probe interval: one call passes
 * </pre>
 */
public final class Gate {

  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();
  private boolean closed;
  private long closedUntil;
  private long probeEvery;
  private long nextProbe;

  public Gate(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** How long a call must wait; zero: it may go now. Each zero while closed is one probe. */
  Duration enter() {
    lock.lock();
    try {
      if (!closed) {
        return Duration.ZERO;
      }
      long now = nanoTime.getAsLong();
      if (now - closedUntil >= 0) {
        closed = false;
        return Duration.ZERO;
      }
      if (now - nextProbe >= 0) {
        nextProbe = now + probeEvery;
        return Duration.ZERO;
      }
      return Duration.ofNanos(Math.min(closedUntil - now, nextProbe - now));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Closes, or keeps closed for longer; never shortens.
   *
   * @param wait for how long
   * @param probe after which time, and then in which interval, one call is let through
   */
  void close(Duration wait, Duration probe) {
    lock.lock();
    try {
      long now = nanoTime.getAsLong();
      long until = now + wait.toNanos();
      if (!closed || until - closedUntil > 0) {
        closedUntil = until;
      }
      if (!closed) {
        nextProbe = now + probe.toNanos();
      }
      probeEvery = probe.toNanos();
      closed = true;
    } finally {
      lock.unlock();
    }
  }

  /** The target works: whatever closed the gate is over. */
  void open() {
    lock.lock();
    try {
      closed = false;
    } finally {
      lock.unlock();
    }
  }

  /** When the gate opens by itself, or null while it is open. */
  public @Nullable Instant closedUntil(Instant now) {
    lock.lock();
    try {
      long left = closedUntil - nanoTime.getAsLong();
      return closed && left > 0 ? now.plusNanos(left) : null;
    } finally {
      lock.unlock();
    }
  }
}
