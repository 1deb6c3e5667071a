package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.api.v1alpha1.CircuitBreakerSpec;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Duration;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps calls from a target that fails as a whole. Owns its phase; safe for all lanes, and takes no
 * lock while the circuit is closed.
 *
 * <pre>
 *           too many of the window's calls failed or were slow, or enough in a row failed
 *   Closed ------------------------------------------------------------------------------> Open
 *     ^                                                                                    |  ^
 *     | enough probes succeeded; calls come back over a ramp        its time is over       |  | enough probes failed:
 *     +----------------------------------- HalfOpen <--------------------------------------+  | twice as long, up to
 *                                             +-----------------------------------------------+ maxOpenDuration
 * </pre>
 *
 * Being told to slow down counts neither way. What a call learns counts only in the phase that let
 * it go: timeouts of calls that began before an outage say nothing of the probes after it.
 */
public final class Breaker {

  /** A call that takes this much of its timeout is as good as failed: it holds a slot as long. */
  static final double SLOW = 0.8;

  private static final double JITTER = 0.2;

  /** For so long the first probes are left to records that have not failed. */
  static final Duration OTHERS_FIRST = Duration.ofSeconds(1);

  /** How long a lane sleeps at an open circuit before it asks again. */
  private static final Duration ASK_AGAIN = Duration.ofMillis(100);

  public sealed interface Entry {
    record Go(Pass pass) implements Entry {}

    record Wait(Duration time) implements Entry {}
  }

  /** Leave for one call, given by a phase; a yes must be followed by {@link #learn}. */
  public record Pass(Phase of, long number) {

    /** Stands for the time since the circuit closed last, in which it was given; null: a probe. */
    @Nullable Object closed() {
      return of instanceof Closed ? of : null;
    }
  }

  private enum Count {
    Calls,
    Bad
  }

  private sealed interface Phase {}

  private static final class Closed implements Phase {
    final RollingCounts<Count> counts;
    final AtomicInteger failedInARow = new AtomicInteger();
    final Entry.Go go = new Entry.Go(new Pass(this, 0));
    final long since;

    /** Whether calls are held back still; never again once false. */
    volatile boolean ramping;

    long begun;

    Closed(Duration window, long since, boolean ramping) {
      this.counts = new RollingCounts<>(Count.class, window);
      this.since = since;
      this.ramping = ramping;
    }
  }

  private record Open(long until, int opened) implements Phase {}

  private static final class HalfOpen implements Phase {
    final int opened;

    /** When the circuit's time was over. */
    final long since;

    long begun;
    int succeeded;
    int failed;

    /** Not answered, and begun after the latest success: what older ones still learn is old. */
    final TreeSet<Long> underWay = new TreeSet<>();

    /** When one more probe goes though the others have not been answered. */
    long oneMoreAt;

    HalfOpen(int opened, long since, long oneMoreAt) {
      this.opened = opened;
      this.since = since;
      this.oneMoreAt = oneMoreAt;
    }
  }

  private final CircuitBreakerSpec spec;
  private final boolean enabled;
  private final long slowNanos;
  private final int failuresToOpenAgain;
  private final DoubleSupplier random;
  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile Phase phase;

  /**
   * @param longestCall after which a call counts as a timeout
   */
  public Breaker(
      CircuitBreakerSpec spec, Duration longestCall, DoubleSupplier random, LongSupplier nanoTime) {
    this.spec = spec;
    this.enabled = spec.mode() == CircuitBreakerSpec.Mode.Enabled;
    this.slowNanos = (long) (longestCall.toNanos() * SLOW);
    this.failuresToOpenAgain =
        Math.ceilDiv(spec.halfOpenRequests() * spec.failureRatePercent(), 100);
    this.random = random;
    this.nanoTime = nanoTime;
    this.phase = new Closed(spec.window(), nanoTime.getAsLong(), false);
  }

  public Entry enter() {
    return phase instanceof Closed closed && !closed.ramping ? closed.go : enterCarefully();
  }

  private Entry enterCarefully() {
    lock.lock();
    try {
      long now = nanoTime.getAsLong();
      return switch (phaseAt(now)) {
        case Closed closed -> ramp(closed, now);
        case Open open -> new Entry.Wait(min(ASK_AGAIN, Duration.ofNanos(open.until() - now)));
        case HalfOpen probing -> probe(probing, now);
      };
    } finally {
      lock.unlock();
    }
  }

  private static Entry ramp(Closed closed, long now) {
    long allowed = Ramp.allowed(now - closed.since);
    if (allowed == Long.MAX_VALUE) {
      closed.ramping = false;
    } else if (closed.begun >= allowed) {
      return new Entry.Wait(
          Duration.ofNanos(Math.max(1, closed.since + Ramp.nextAt(closed.begun) - now)));
    }
    closed.begun++;
    return closed.go;
  }

  private Entry probe(HalfOpen probing, long now) {
    boolean room =
        probing.underWay.size() + probing.succeeded + probing.failed < spec.halfOpenRequests();
    if (!room && now - probing.oneMoreAt < 0) {
      return new Entry.Wait(min(ASK_AGAIN, Duration.ofNanos(probing.oneMoreAt - now)));
    }
    // A probe may hang for a whole request timeout, and the target be back long before.
    probing.oneMoreAt = now + spec.openDuration().toNanos();
    probing.underWay.add(++probing.begun);
    return new Entry.Go(new Pass(probing, probing.begun));
  }

  /** The call didn't happen. */
  public void giveBack(Pass pass) {
    if (enabled && pass.of() != phase) {
      return;
    }
    if (pass.of() instanceof HalfOpen || pass.of() instanceof Closed closed && closed.ramping) {
      lock.lock();
      try {
        switch (pass.of()) {
          case HalfOpen probing -> probing.underWay.remove(pass.number());
          case Closed closed -> closed.begun--;
          case Open ignored -> {}
        }
      } finally {
        lock.unlock();
      }
    }
  }

  public void learn(Pass pass, Verdict verdict, Duration took) {
    if (!enabled || pass.of() != phase) {
      return;
    }
    switch (verdict) {
      case Verdict.Accepted ignored -> answered(pass, took, false);
      case Verdict.RecordRefused ignored -> answered(pass, took, false);
      case Verdict.TargetFailed ignored -> answered(pass, took, true);
      case Verdict.RateLimited ignored -> nothing(pass);
      case Verdict.TargetMisconfigured ignored -> nothing(pass);
      case Verdict.Again ignored -> nothing(pass);
      case Verdict.Cut ignored -> nothing(pass);
    }
  }

  /** It says nothing of whether the target can do its work; as a probe, another may go. */
  private void nothing(Pass pass) {
    if (pass.of() instanceof HalfOpen) {
      giveBack(pass);
    }
  }

  private void answered(Pass pass, Duration took, boolean failed) {
    boolean bad = failed || took.toNanos() >= slowNanos;
    switch (pass.of()) {
      case Closed closed -> count(closed, failed, bad);
      case HalfOpen probing -> decide(probing, pass.number(), bad);
      case Open ignored -> {}
    }
  }

  private void count(Closed closed, boolean failed, boolean bad) {
    long now = nanoTime.getAsLong();
    closed.counts.count(Count.Calls, now);
    if (!failed && closed.failedInARow.get() != 0) {
      closed.failedInARow.set(0);
    }
    if (!bad) {
      return;
    }
    closed.counts.count(Count.Bad, now);
    // Half a minute of successes before an outage would hold the rate down for as long again: so
    // many in a row are one, whatever the window remembers.
    boolean row = failed && closed.failedInARow.incrementAndGet() >= 2 * spec.minimumRequests();
    long calls = closed.counts.sum(Count.Calls, now);
    boolean rate =
        calls >= spec.minimumRequests()
            && closed.counts.sum(Count.Bad, now) * 100 >= calls * spec.failureRatePercent();
    if (row || rate) {
      lock.lock();
      try {
        if (phase == closed) {
          open(now, 1);
        }
      } finally {
        lock.unlock();
      }
    }
  }

  private void decide(HalfOpen probing, long number, boolean bad) {
    lock.lock();
    try {
      if (phase != probing || !probing.underWay.remove(number)) {
        return;
      }
      long now = nanoTime.getAsLong();
      if (bad) {
        if (++probing.failed >= failuresToOpenAgain) {
          open(now, probing.opened + 1);
        }
      } else {
        probing.underWay.headSet(number).clear();
        if (++probing.succeeded > spec.halfOpenRequests() - failuresToOpenAgain) {
          phase = new Closed(spec.window(), now, true);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void open(long now, int opened) {
    double wanted =
        Math.min(
            spec.openDuration().toNanos() * Math.pow(2, Math.min(opened - 1, 40)),
            spec.maxOpenDuration().toNanos());
    double jittered = wanted * (1 - JITTER + 2 * JITTER * random.getAsDouble());
    phase = new Open(now + (long) Math.min(jittered, spec.maxOpenDuration().toNanos()), opened);
  }

  /** The phase, which goes on by itself from open to half open; holds the lock. */
  private Phase phaseAt(long now) {
    if (phase instanceof Open(long until, int opened) && now - until >= 0) {
      phase = new HalfOpen(opened, until, now);
    }
    return phase;
  }

  /** Whether the user wants none: then every failure is an attempt. */
  public boolean isDisabled() {
    return !enabled;
  }

  /**
   * Whether records are to be diverted now, as {@code onOpen} asks. It doesn't ask it of those that
   * come from a retry topic or are replayed: an outage would take them to the dead letters.
   */
  boolean diverts() {
    return spec.onOpen() != CircuitBreakerSpec.OnOpen.Pause && isOpen();
  }

  /**
   * Whether there is any use in fetching more records.
   *
   * @param first those of the source topics, which are diverted where {@code onOpen} says so
   */
  public boolean mayFetch(boolean first) {
    return !isOpen() || (first && diverts());
  }

  /**
   * Whether who has failed is to leave the next call to others: as a probe it would tell of itself
   * and not of the target, and where a source was silent while some records failed, nobody but
   * these would ever probe. Not for long, for there may be no others.
   */
  boolean othersFirst() {
    long now = nanoTime.getAsLong();
    return switch (phase) {
      case Closed ignored -> false;
      case Open open -> now - open.until() < OTHERS_FIRST.toNanos();
      case HalfOpen probing -> now - probing.since < OTHERS_FIRST.toNanos();
    };
  }

  /** Whether calls may go, but for a ramp. */
  boolean isClosed() {
    return phase instanceof Closed;
  }

  /** Whether the circuit is closed, and a call of its window was good. */
  boolean hasWorkedLately() {
    if (!(phase instanceof Closed closed)) {
      return false;
    }
    long now = nanoTime.getAsLong();
    return closed.counts.sum(Count.Calls, now) > closed.counts.sum(Count.Bad, now);
  }

  public boolean isOpen() {
    return phase instanceof Open open && nanoTime.getAsLong() - open.until() < 0;
  }

  /** Closed, Open or HalfOpen. */
  public String state() {
    return switch (phase) {
      case Closed ignored -> "Closed";
      case Open ignored -> isOpen() ? "Open" : "HalfOpen";
      case HalfOpen ignored -> "HalfOpen";
    };
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
