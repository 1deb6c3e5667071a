package dev.kafkaapibridge.runtime.connect;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Owns an access token, and the question for the next one. It is renewed while it is still good, by
 * one thread, so that nobody waits for it; who has none waits for the one who asks. After a failure
 * nobody asks for a while. Safe for all lanes.
 *
 * <pre>
 *   none --asked--> good --time to renew--> good, and asked for --granted--> good
 *    ^ |              |                                         --refused--> good, later again --expired--> none
 *    | +--refused--> none, later again
 *    +--the API refuses it, and it is not in the place of one that was refused-- good
 * </pre>
 */
public final class AccessTokens {

  /** What there is to go on with. */
  public sealed interface Found {
    record Token(String value) implements Found {
      @Override
      public String toString() {
        return "Token";
      }
    }

    /**
     * @param why with the fix
     */
    record Missing(String why) implements Found {}
  }

  /** What came of a question. */
  public sealed interface Answer {
    record Granted(String token, Duration life) implements Answer {
      @Override
      public String toString() {
        return "Granted for " + life;
      }
    }

    /**
     * @param retryAfter as the server asks; null: it gave no hint
     */
    record Refused(String why, @Nullable Duration retryAfter) implements Answer {}

    /** Whoever asked was cut: it says nothing. */
    record Cut() implements Answer {}
  }

  /** Blocks for the answer; never throws for what a server or the network does. */
  public interface Asking {
    Answer ask();
  }

  /** A token is not used for so long before its end: clocks differ, and a call takes its time. */
  private static final Duration MARGIN = Duration.ofSeconds(30);

  private static final Duration FIRST_AGAIN = Duration.ofSeconds(1);
  private static final int MOST_DOUBLINGS = 6;

  /** If one is refused so soon after it came in the place of another, it isn't the token. */
  private static final Duration AT_ONCE = Duration.ofMinutes(1);

  private static final Duration LONGEST_AGAIN = Duration.ofMinutes(5);

  /**
   * @param instead whether it was asked for because the API had refused the one before
   */
  private record Held(String token, long obtained, long renewAt, long until, boolean instead) {
    @Override
    public String toString() {
      return "Held";
    }
  }

  private record Refused(String why, long again, int inARow) {}

  private final Asking asking;
  private final Consumer<Runnable> start;
  private final DoubleSupplier random;
  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();
  private final AtomicBoolean renewing = new AtomicBoolean();
  private volatile @Nullable Held held; // changed with the lock held
  private volatile @Nullable Refused refused; // changed with the lock held
  private boolean instead; // guarded by the lock

  /**
   * @param start runs what is not waited for
   */
  public AccessTokens(
      Asking asking, Consumer<Runnable> start, DoubleSupplier random, LongSupplier nanoTime) {
    this.asking = asking;
    this.start = start;
    this.random = random;
    this.nanoTime = nanoTime;
  }

  /** A token that is good; asks where there is none. */
  public Found now() {
    Found kept = kept();
    if (kept != null) {
      return kept;
    }
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Found.Missing("cut");
    }
    try {
      Held has = held;
      long now = nanoTime.getAsLong();
      if (has != null && now - has.until() < 0) {
        return new Found.Token(has.token());
      }
      Refused no = refused;
      return no != null && now - no.again() < 0 ? new Found.Missing(no.why()) : ask();
    } finally {
      lock.unlock();
    }
  }

  /** As {@link #now()}, but never waits: where there is none, one is asked for meanwhile. */
  public Found atHand() {
    Found kept = kept();
    if (kept != null) {
      return kept;
    }
    askMeanwhile(nanoTime.getAsLong());
    Refused no = refused;
    return new Found.Missing(no == null ? "A token is being asked for." : no.why());
  }

  /** One that is good, which is renewed meanwhile where its time has come; null: there is none. */
  private @Nullable Found kept() {
    Held has = held;
    long now = nanoTime.getAsLong();
    if (has == null || now - has.until() >= 0) {
      return null;
    }
    if (now - has.renewAt() >= 0) {
      askMeanwhile(now);
    }
    return new Found.Token(has.token());
  }

  private void askMeanwhile(long now) {
    if (mayAsk(now) && renewing.compareAndSet(false, true)) {
      start.accept(this::renew);
    }
  }

  private boolean mayAsk(long now) {
    Refused no = refused;
    return no == null || now - no.again() >= 0;
  }

  private void renew() {
    lock.lock();
    try {
      ask();
    } finally {
      lock.unlock();
      renewing.set(false);
    }
  }

  /** With the lock held. */
  private Found ask() {
    long from = nanoTime.getAsLong();
    Answer answer = asking.ask();
    long now = nanoTime.getAsLong();
    return switch (answer) {
      case Answer.Granted(var token, var life) -> {
        long margin = Math.min(MARGIN.toNanos(), life.toNanos() / 10);
        long until = from + life.toNanos() - margin;
        long early = (long) (life.toNanos() * (0.7 + 0.1 * random.getAsDouble()));
        // A server that takes its time is asked the sooner.
        long renewAt = Math.min(from + early, until - 2 * (now - from));
        held = new Held(token, now, renewAt, until, instead);
        refused = null;
        instead = false;
        yield new Found.Token(token);
      }
      case Answer.Refused(var why, var retryAfter) -> {
        Refused before = refused;
        int inARow = before == null ? 1 : before.inARow() + 1;
        refused = new Refused(why, now + again(retryAfter, inARow), inARow);
        yield new Found.Missing(why);
      }
      case Answer.Cut ignored -> new Found.Missing("cut");
    };
  }

  private long again(@Nullable Duration retryAfter, int inARow) {
    long own = FIRST_AGAIN.toNanos() << Math.min(inARow - 1, MOST_DOUBLINGS);
    long asked = retryAfter == null ? 0 : Math.min(retryAfter.toNanos(), LONGEST_AGAIN.toNanos());
    return (long) (Math.max(own, asked) * (1 + 0.1 * random.getAsDouble()));
  }

  /**
   * The API has refused a call for its token.
   *
   * @param began when the call did, by the clock of this object
   * @return whether the next try has another token; not where this one has just come in the place
   *     of one that was refused: then it isn't the token
   */
  public boolean refused(long began) {
    lock.lock();
    try {
      Held has = held;
      if (has == null || has.obtained() - began > 0) {
        return true;
      }
      if (has.instead() && nanoTime.getAsLong() - has.obtained() < AT_ONCE.toNanos()) {
        return false;
      }
      held = null;
      instead = true;
      return true;
    } finally {
      lock.unlock();
    }
  }
}
