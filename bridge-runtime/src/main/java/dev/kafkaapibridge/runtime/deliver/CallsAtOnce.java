package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets as many calls go at once as the target takes without failing. Owns the number ({@link
 * Concurrency}) and the {@link Round} by which it is found; safe for all lanes, and takes no lock
 * while calls may go as the spec allows and none fails.
 */
public final class CallsAtOnce {

  /** A call under way; given to {@link #ended}. */
  record Pass(@Nullable Round round, int number) {}

  private static final Pass UNCOUNTED = new Pass(null, 0);

  private final long slowNanos;
  private final IntConsumer allow;
  private final LongSupplier nanoTime;
  private final AtomicInteger underWay = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private volatile Concurrency concurrency;

  /** Null while there is nothing to be found. */
  private volatile @Nullable Round round;

  /** The closing of the circuit to which the round belongs. */
  private @Nullable Object since;

  /**
   * @param most calls at once
   * @param longestCall after which a call counts as a timeout
   * @param allow told the number whenever it changes, one after the other
   */
  public CallsAtOnce(int most, Duration longestCall, IntConsumer allow, LongSupplier nanoTime) {
    this.concurrency = Concurrency.of(most);
    this.slowNanos = (long) (longestCall.toNanos() * Breaker.SLOW);
    this.allow = allow;
    this.nanoTime = nanoTime;
  }

  /**
   * A call begins; {@link #ended} follows.
   *
   * @param closed stands for the time since the circuit closed last: a round doesn't outlast it, or
   *     the end of an outage would look like a target that takes fewer; null: the call is a probe,
   *     and doesn't count
   */
  Pass begins(@Nullable Object closed) {
    int atOnce = underWay.incrementAndGet();
    if (round == null || closed == null) {
      return UNCOUNTED;
    }
    lock.lock();
    try {
      Round current = round;
      if (current == null) {
        return UNCOUNTED;
      }
      long now = nanoTime.getAsLong();
      if (closed != since) {
        since = closed;
        put(concurrency.circuitHasOpened(current, now), now);
        current = round;
      }
      if (current == null) {
        return UNCOUNTED;
      }
      if (atOnce > concurrency.limit()) {
        return UNCOUNTED; // it had its slot before there were fewer
      }
      int number = current.begins(atOnce, now);
      return number == 0 ? UNCOUNTED : new Pass(current, number);
    } finally {
      lock.unlock();
    }
  }

  void ended(Pass pass, Verdict verdict, Duration took) {
    underWay.decrementAndGet();
    if (pass.round() == null) {
      if (round == null && (verdict instanceof Verdict.TargetFailed || isSlow(took))) {
        watch();
      }
      return;
    }
    lock.lock();
    try {
      if (round == pass.round()) {
        learn(pass.round(), pass, verdict, took);
      }
    } finally {
      lock.unlock();
    }
  }

  private void watch() {
    lock.lock();
    try {
      if (round == null) {
        round = new Round(concurrency.look(nanoTime.getAsLong()));
      }
    } finally {
      lock.unlock();
    }
  }

  private void learn(Round of, Pass pass, Verdict verdict, Duration took) {
    int number = pass.number();
    long now = nanoTime.getAsLong();
    switch (verdict) {
      case Verdict.Accepted ignored -> worked(of, pass, took, now);
      case Verdict.RecordRefused ignored -> worked(of, pass, took, now);
      case Verdict.TargetFailed ignored -> of.failed(number, now);
      case Verdict.RateLimited ignored -> of.saysNothing(number, now);
      case Verdict.TargetMisconfigured ignored -> of.saysNothing(number, now);
      case Verdict.Again ignored -> of.saysNothing(number, now);
      case Verdict.Cut ignored -> of.saysNothing(number, now);
    }
    if (of.isOver()) {
      decide(of.seen(), now);
    }
  }

  private void worked(Round of, Pass pass, Duration took, long now) {
    if (isSlow(took)) {
      of.failed(pass.number(), now);
    } else {
      of.accepted(pass.number(), took.toNanos(), now);
    }
  }

  /** As good as failed, as for the {@link Breaker}: with a few more at once it is a timeout. */
  private boolean isSlow(Duration took) {
    return took.toNanos() >= slowNanos;
  }

  private void decide(Round.Seen seen, long now) {
    Concurrency after = concurrency.after(seen, now);
    put(after, now);
    if (after.isFree() && seen.failed() == 0) {
      round = null;
    }
  }

  private void put(Concurrency after, long now) {
    int before = concurrency.limit();
    concurrency = after;
    round = new Round(after.look(now));
    if (after.limit() != before) {
      allow.accept(after.limit());
    }
  }

  /** How many may be under way at once now. */
  public int limit() {
    return concurrency.limit();
  }

  /**
   * The same to reckon with: while it is tried whether fewer calls fail less, the number of before.
   */
  public int settled() {
    return concurrency.settled();
  }
}
