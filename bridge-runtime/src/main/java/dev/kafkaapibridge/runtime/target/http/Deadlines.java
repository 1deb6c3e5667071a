package dev.kafkaapibridge.runtime.target.http;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import okhttp3.Call;
import okhttp3.Connection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends calls that take longer than they may. Owns the list of calls under way. OkHttp's own
 * deadline takes one lock for all calls of a process, twice a call, to keep them in order (ADR
 * 0024); here nobody keeps them in order: one thread looks at all of them, and seldom, because a
 * call that begins after a look can't be late before a whole timeout is over. Safe for all lanes.
 *
 * <pre>
 *   look --> cancel who is late --> sleep until the earliest deadline of those under way, a timeout at most --> look
 * </pre>
 */
public final class Deadlines implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Deadlines.class);

  /** Between two looks, so that calls that hang one after the other don't cost a look each. */
  static final Duration APART = Duration.ofMillis(10);

  /** Since a call was cancelled. As long as a process that stands still for a moment may take. */
  static final Duration STUCK = Duration.ofSeconds(5);

  /** One call under way; to be closed when its answer has been read. */
  public final class Watched implements AutoCloseable {
    private final Call call;
    private final @Nullable Departure departure;
    private final long began;
    private volatile boolean late;
    private long cancelled; // used by who looks
    private boolean hungUp; // used by who looks

    private Watched(Call call, @Nullable Departure departure, long began) {
      this.call = call;
      this.departure = departure;
      this.began = began;
    }

    /** By this clock. */
    public long began() {
      return began;
    }

    /** Why the call failed: what the cancelled call says of itself is not the cause. */
    public Exception cause(Exception seen) {
      if (!late) {
        return seen;
      }
      var timeout = new InterruptedIOException("timeout");
      timeout.initCause(seen);
      return timeout;
    }

    @Override
    public void close() {
      underWay.remove(this);
    }
  }

  private final long timeout;
  private final LongSupplier nanoTime;
  private final Set<Watched> underWay = ConcurrentHashMap.newKeySet();
  private final Thread watching;
  private volatile boolean closed;

  public Deadlines(Duration timeout, LongSupplier nanoTime) {
    this.timeout = timeout.toNanos();
    this.nanoTime = nanoTime;
    this.watching = Thread.ofVirtual().name("deadlines").start(this::watch);
  }

  /**
   * A call begins.
   *
   * @param departure that knows its connection; null: it is cancelled, and no more
   */
  public Watched watch(Call call, @Nullable Departure departure) {
    var watched = new Watched(call, departure, nanoTime.getAsLong());
    underWay.add(watched);
    return watched;
  }

  private void watch() {
    while (!closed) {
      LockSupport.parkNanos(this, Math.max(look(), APART.toNanos()));
    }
  }

  /** Ends who is late; returns in how many nanoseconds the next look is due. */
  long look() {
    long now = nanoTime.getAsLong();
    long next = timeout;
    for (Watched one : underWay) {
      long left = one.began + timeout - now;
      if (left > 0) {
        next = Math.min(next, left);
      } else if (!one.late) {
        one.cancelled = now;
        one.late = true;
        cancel(one.call);
        next = Math.min(next, STUCK.toNanos());
      } else if (!one.hungUp && one.departure != null) {
        long patience = one.cancelled + STUCK.toNanos() - now;
        if (patience > 0) {
          next = Math.min(next, patience);
        } else {
          one.hungUp = true;
          hangUp(one, one.departure);
        }
      }
    }
    return next;
  }

  /** Whatever becomes of one call, the others have their deadlines. */
  private static void cancel(Call call) {
    try {
      call.cancel();
    } catch (RuntimeException e) {
      log.atError().setCause(e).log("a call that is late could not be cancelled");
    }
  }

  /**
   * A record's next call leaves by the same departure, and may have begun: the connection is this
   * call's if the call is still under way after it was looked up.
   */
  private void hangUp(Watched one, Departure departure) {
    Connection by = departure.connection();
    if (by != null && underWay.contains(one)) {
      log.warn("a call that can't be written does not end: its connection is closed");
      // Closing may wait a moment for who writes, and others are due.
      Thread.ofVirtual().name("hang-up").start(() -> Departure.hangUp(by));
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(watching);
  }
}
