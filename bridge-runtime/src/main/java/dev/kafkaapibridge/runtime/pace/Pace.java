package dev.kafkaapibridge.runtime.pace;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets calls go no faster than the target was found to take them. Asked before each call and told
 * after it, it never blocks: who has to wait is told how long. Owns the {@link LearnedRate}; safe
 * for all lanes, and takes no lock while there is no rate to keep.
 */
public final class Pace {

  /** So much of the rate may be sent at once: threads wake up late. */
  private static final double AT_ONCE = 0.002;

  private static final long SECOND = 1_000_000_000;

  /** The longest wait: meanwhile the rate may become another. */
  private static final double LOOK_AGAIN = SECOND;

  public sealed interface Entry {
    record Go(Pass pass) implements Entry {}

    record Wait(Duration time) implements Entry {}
  }

  /** Leave for one call; given to {@link #accepted}, {@link #limited} or {@link #giveBack}. */
  public record Pass(int course, long number) {}

  /**
   * The rate as it is now, for people.
   *
   * @param callsPerSecond what was learned; null: nothing
   * @param mode Open, Hold or Probe
   * @param advertised calls a second that the target says it allows all callers; null: it doesn't
   */
  public record Reading(
      @Nullable Double callsPerSecond, String mode, @Nullable Double advertised) {}

  private final LongSupplier nanoTime;
  private final boolean learns;
  private final ReentrantLock lock = new ReentrantLock();
  private final LearnedRate learned;
  private final AdvertisedLimit advertised = new AdvertisedLimit();
  private final LongAdder acceptedWhileFree = new LongAdder();

  /** What everybody gets while there is no rate to keep; null while there is one. */
  private volatile Entry.@Nullable Go free;

  private volatile long nextCount;

  /** All partitions that share the target; 0: unknown. */
  private int all;

  private volatile @Nullable LimitNotice lastNotice;
  private volatile long noticedAt;

  /** Calls that may go at once. */
  private double level = 1;

  private long levelAt;

  private Pace(boolean learns, DoubleSupplier random, LongSupplier nanoTime) {
    this.learns = learns;
    this.nanoTime = nanoTime;
    long now = nanoTime.getAsLong();
    this.learned = new LearnedRate(random, now);
    this.levelAt = now;
    this.free = learns ? null : new Entry.Go(new Pass(-1, 0));
  }

  public static Pace learning(DoubleSupplier random, LongSupplier nanoTime) {
    return new Pace(true, random, nanoTime);
  }

  /** Learns nothing and holds nobody up. */
  public static Pace none() {
    return new Pace(false, () -> 0.5, () -> 0);
  }

  public Entry enter() {
    Entry.Go go = free;
    return go == null ? enterPaced() : go;
  }

  private Entry enterPaced() {
    lock.lock();
    try {
      long now = nanoTime.getAsLong();
      learned.tick(now);
      double mayLearn = learned.rate(now);
      double rate = Math.min(mayLearn, bound(now));
      if (rate == Double.POSITIVE_INFINITY) {
        return setFree(now);
      }
      settle(rate, now);
      if (level < 1) {
        if (rate == mayLearn) {
          learned.heldBack();
        }
        double wait = rate > 0 ? (1 - level) / rate * SECOND : LOOK_AGAIN;
        return new Entry.Wait(Duration.ofNanos((long) Math.ceil(Math.min(wait, LOOK_AGAIN))));
      }
      level -= 1;
      return new Entry.Go(new Pass(learned.courseNumber(), learned.enter()));
    } finally {
      lock.unlock();
    }
  }

  private double bound(long now) {
    return advertised.bound(learned.partitions(), all, now);
  }

  private Entry.Go setFree(long now) {
    var go = new Entry.Go(new Pass(learned.courseNumber(), 0));
    free = go;
    nextCount = now + SECOND;
    return go;
  }

  private void settle(double rate, long now) {
    level = Math.min(1 + rate * AT_ONCE, level + rate * (now - levelAt) / SECOND);
    levelAt = now;
  }

  /** The call didn't happen. */
  public void giveBack(Pass pass) {
    if (pass.number() > 0) {
      lock.lock();
      try {
        level += 1;
        learned.giveBack(pass.course());
      } finally {
        lock.unlock();
      }
    }
  }

  /** The target has taken the call, whatever it makes of the record. */
  public void accepted(Pass pass) {
    if (!learns) {
      return;
    }
    if (pass.number() == 0) {
      acceptedWhileFree.increment();
      if (free == null || nanoTime.getAsLong() - nextCount < 0) {
        return;
      }
    }
    lock.lock();
    try {
      long now = nanoTime.getAsLong();
      count(now);
      learned.accepted(pass.course(), pass.number(), now);
      learned.tick(now);
    } finally {
      lock.unlock();
    }
  }

  private void count(long now) {
    if (free != null) {
      learned.acceptedWhileOpen(acceptedWhileFree.sumThenReset(), now);
      nextCount = now + SECOND;
    }
  }

  /** The target was asked for too much. */
  public void limited(Pass pass) {
    if (!learns) {
      return;
    }
    lock.lock();
    try {
      long now = nanoTime.getAsLong();
      count(now);
      learned.tick(now);
      advertised.limited(now);
      if (learned.limited(pass.course(), now)) {
        level = Math.min(level, 0);
        levelAt = now;
        free = null;
      }
    } finally {
      lock.unlock();
    }
  }

  /** What an answer tells of the target's limit, whatever becomes of its call. */
  public void told(LimitNotice notice, boolean limited) {
    if (!learns) {
      return;
    }
    long now = nanoTime.getAsLong();
    if (!limited && notice.equals(lastNotice) && now - noticedAt < SECOND) {
      return;
    }
    lastNotice = notice;
    noticedAt = now;
    lock.lock();
    try {
      if (limited) {
        advertised.limitedThough(notice, now);
      }
      if (advertised.told(notice, now)) {
        count(now);
        learned.raised(now);
      }
      if (bound(now) < Double.POSITIVE_INFINITY) {
        keepARate(now);
      }
    } finally {
      lock.unlock();
    }
  }

  /** So many partitions share the target, by what the cluster said just now. */
  public void look(int partitions) {
    lock.lock();
    try {
      all = partitions;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Partitions are owned from now on. In which order they come makes no difference to the rate.
   *
   * @param rates what each had with it; null: nothing
   * @param nowSeconds seconds since 1970
   */
  public void gained(Collection<@Nullable PartitionRate> rates, long nowSeconds) {
    double known = 0;
    int knowing = 0;
    boolean calm = true;
    for (PartitionRate rate : rates) {
      if (rate != null && rate.isKnownAt(nowSeconds)) {
        known += rate.callsPerSecond();
        knowing++;
        calm &= rate.isCalmAt(nowSeconds);
      }
    }
    lock.lock();
    try {
      long now = nanoTime.getAsLong();
      learned.gained(known, knowing, rates.size(), calm, now);
      moved(now);
    } finally {
      lock.unlock();
    }
  }

  /** What each owned partition would take with it now. */
  public PartitionRate ofOnePartition(long nowSeconds) {
    lock.lock();
    try {
      return new PartitionRate(learned.ofOne(), nowSeconds, learned.isCalm(nanoTime.getAsLong()));
    } finally {
      lock.unlock();
    }
  }

  /** So many partitions are not owned any more. */
  public void lost(int partitions) {
    lock.lock();
    try {
      long now = nanoTime.getAsLong();
      learned.lost(partitions, now);
      moved(now);
    } finally {
      lock.unlock();
    }
  }

  private void keepARate(long now) {
    if (free != null) {
      free = null;
      level = Math.min(level, 1);
      levelAt = now;
    }
  }

  private void moved(long now) {
    if (!learns) {
      return;
    }
    count(now);
    if (free == null || learned.rate(now) < Double.POSITIVE_INFINITY) {
      free = null;
      settle(Math.min(learned.rate(now), 1e9), now);
      level = Math.min(level, 1);
    }
  }

  private static @Nullable Double orNull(double rate) {
    return rate == Double.POSITIVE_INFINITY ? null : rate;
  }

  /** Whether it learns, or only lets pass. */
  public boolean learns() {
    return learns;
  }

  public Reading reading() {
    lock.lock();
    try {
      long now = nanoTime.getAsLong();
      if (learns) {
        learned.tick(now);
      }
      return new Reading(
          orNull(learned.learned()), learned.mode().name(), orNull(advertised.perSecond(now)));
    } finally {
      lock.unlock();
    }
  }
}
