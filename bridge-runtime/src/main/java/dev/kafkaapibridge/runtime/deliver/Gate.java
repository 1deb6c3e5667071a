package dev.kafkaapibridge.runtime.deliver;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Closes the whole pod for a time. While it is closed for long, one call in each probe interval
 * goes through, so that it never stays closed on old news. What a call learns counts only if it was
 * let through after the latest closing: sixty calls were under way when the first was told to slow
 * down, and the next success among them says nothing new. Safe for all lanes.
 *
 * <pre>
 *   open --close(wait, probe)--> closed --wait is over, or a call let through since succeeded--> open
 *                                  | each probe interval: one call passes
 * </pre>
 */
public final class Gate {

  sealed interface Entry {
    record Go(Pass pass) implements Entry {}

    record Wait(Duration time) implements Entry {}
  }

  /**
   * Leave for one call.
   *
   * @param closing how often the gate had been closed when it was given
   * @param probe whether the gate was closed then
   */
  record Pass(long closing, boolean probe) {}

  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();
  private long closings;
  private boolean closed;

  /** What everybody gets while the gate is open, without the lock; null while it is closed. */
  private volatile Entry.@Nullable Go open = new Entry.Go(new Pass(0, false));

  private long closedUntil;
  private long probeEvery;
  private long nextProbe;

  public Gate(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  Entry enter() {
    Entry.Go go = open;
    return go == null ? enterClosed() : go;
  }

  private Entry enterClosed() {
    lock.lock();
    try {
      long now = nanoTime.getAsLong();
      if (!closed || now - closedUntil >= 0) {
        return opened();
      }
      if (now - nextProbe >= 0) {
        nextProbe = now + probeEvery;
        return new Entry.Go(new Pass(closings, true));
      }
      return new Entry.Wait(Duration.ofNanos(Math.min(closedUntil - now, nextProbe - now)));
    } finally {
      lock.unlock();
    }
  }

  /** The call wasn't sent, or not to its end: if it was the probe, another may be. */
  void giveBack(Pass pass) {
    if (!pass.probe()) {
      return;
    }
    lock.lock();
    try {
      if (isCurrent(pass)) {
        nextProbe = nanoTime.getAsLong();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Closes, or keeps closed for longer; never shortens.
   *
   * @param pass of the call that learned of it
   * @param wait for how long
   * @param probe after which time, and then in which interval, one call is let through
   * @return whether this is news: false where it is closed, and by a call of the same batch
   */
  boolean close(Pass pass, Duration wait, Duration probe) {
    lock.lock();
    try {
      long now = nanoTime.getAsLong();
      long until = now + wait.toNanos();
      boolean news = !closed || isCurrent(pass);
      if (!closed || until - closedUntil > 0) {
        closedUntil = until;
      }
      if (!closed) {
        nextProbe = now + probe.toNanos();
      }
      probeEvery = probe.toNanos();
      closed = true;
      open = null;
      if (news) {
        closings++;
      }
      return news;
    } finally {
      lock.unlock();
    }
  }

  /** The call succeeded: whatever closed the gate before it was let through is over. */
  boolean open(Pass pass) {
    Entry.Go go = open;
    if (go != null && go.pass() == pass) {
      return true;
    }
    lock.lock();
    try {
      if (!isCurrent(pass)) {
        return false;
      }
      if (closed) {
        open = opened();
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private Entry.Go opened() {
    closed = false;
    var go = new Entry.Go(new Pass(closings, false));
    open = go;
    return go;
  }

  private boolean isCurrent(Pass pass) {
    return pass.closing() == closings;
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
