package dev.kafkaapibridge.runtime.quota;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Pays for calls out of the accounts of the partitions that this process owns; a call may be paid
 * by any of them. Owns the accounts; one lock guards them. Safe for all threads.
 */
public final class Purse {

  private static final long LOOK_AGAIN = 50_000;
  private static final TopicPartition OWN = new TopicPartition("", 0);

  public sealed interface Entry {
    record Go(Pass pass) implements Entry {}

    record Wait(Duration time) implements Entry {}
  }

  /** Leave for one call, guarded by its purse; of nobody where no limit is declared. */
  public static final class Pass {
    private final @Nullable Account from;
    private final @Nullable Share share;
    private final long at;
    private final long afterCommit;
    private boolean settled;

    private Pass(@Nullable Account from, long at, long afterCommit) {
      this.from = from;
      this.share = from == null ? null : from.share;
      this.at = at;
      this.afterCommit = afterCommit;
    }
  }

  private static final Entry FREE = new Entry.Go(new Pass(null, 0, 0));

  private final @Nullable RateLimit limit;
  private final OnwardClock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Census census = new Census();
  private final List<Account> accounts = new ArrayList<>();
  private final Lending lending;
  private int turn;

  /** Of this process's time, as far as it is heeded. */
  private long wallIsAhead;

  /**
   * @param limit null: none is declared, every call is free
   */
  public Purse(@Nullable RateLimit limit, OnwardClock clock) {
    this(limit, clock, ThreadLocalRandom.current().nextLong(Long.MAX_VALUE));
  }

  /**
   * @param micros microseconds since 1970, of a clock that runs evenly
   */
  public Purse(@Nullable RateLimit limit, LongSupplier micros) {
    this(limit, OnwardClock.of(micros));
  }

  /** The same for a process with that number. */
  public Purse(@Nullable RateLimit limit, LongSupplier micros, long process) {
    this(limit, OnwardClock.of(micros), process);
  }

  /**
   * @param process random and not negative: tells this process from all others
   */
  Purse(@Nullable RateLimit limit, OnwardClock clock, long process) {
    this.limit = limit;
    this.clock = clock;
    this.lending = new Lending(process, limit == null ? 0 : limit.patience());
    if (limit != null && limit.perReplica()) {
      long now = time();
      census.look(List.of(OWN), now);
      // The process before this one may have sent all it could, where that can be waited for.
      var own = new Account(OWN, null, null, now);
      retune(own, Plan.of(limit, 1), now);
      if (own.share != null && limit.periodMicros() <= Account.RESERVED_FOR) {
        own.share.inherit(new ShareState.Unknown(), now);
      }
      own.isOwnMaster();
      accounts.add(own);
    }
  }

  /** Of a bridge that declares no limit: every call is free. */
  public static Purse unlimited() {
    return new Purse(null, () -> 0);
  }

  /**
   * The time now. Where the wall clock was set, no share takes it for time that passed. It may be
   * that it did pass, while the machine stood still: so what ends with time ends with it.
   */
  private long time() {
    long now = clock.getAsLong();
    long ahead = clock.wallIsAhead();
    long step = ahead - wallIsAhead;
    if (step != 0) {
      wallIsAhead = ahead;
      if (step > 0) {
        census.stoodStill(step);
        lending.stoodStill(accounts, step);
      }
      retuneAll(now); // turns are taken by the wall clock
    }
    return now;
  }

  private boolean isShared() {
    return limit != null && !limit.perReplica();
  }

  /**
   * Whether it can pay for anything at all: where a limit is shared out, a process that owns no
   * partition of the source can't.
   */
  public boolean canPay() {
    lock.lock();
    try {
      return !isShared() || !accounts.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  public Entry enter() {
    return limit == null ? FREE : pay();
  }

  private Entry pay() {
    lock.lock();
    try {
      long now = time();
      if (isShared() && census.isStale(now)) {
        return waitFor(LOOK_AGAIN);
      }
      long first = now + LOOK_AGAIN;
      for (int i = 0; i < accounts.size(); i++) {
        Account account = accounts.get((turn + i) % accounts.size());
        long at = account.nextAt(now);
        if (at <= now) {
          turn = (turn + i + 1) % accounts.size();
          lending.appetite().pays(now);
          return new Entry.Go(new Pass(account, now, account.take(now)));
        }
        first = Math.min(first, at);
      }
      lending.appetite().waits(now);
      return waitFor(first - now);
    } finally {
      lock.unlock();
    }
  }

  private static Entry waitFor(long micros) {
    return new Entry.Wait(Duration.ofNanos(micros * 1_000));
  }

  /**
   * The call is about to be written: it counts from now on, and not from when it was paid.
   *
   * @return false: it may not be, for it was paid with a share that is another's by now: its
   *     partition was let go, or it was lent and is the lender's again
   */
  public boolean leaves(Pass pass) {
    return settle(pass, true);
  }

  /** The call is over, or is not going to be made. If it never left, it cost nothing. */
  public void ended(Pass pass) {
    settle(pass, false);
  }

  private boolean settle(Pass pass, boolean leaves) {
    if (pass.from == null) {
      return true;
    }
    lock.lock();
    try {
      if (pass.settled) {
        return true;
      }
      pass.settled = true;
      long now = time();
      // Afterwards others may pay with it.
      boolean left = leaves && pass.from.stillPays(now) && pass.from.share == pass.share;
      if (left) {
        pass.from.left(now);
      } else {
        pass.from.giveBack(pass.share, pass.at, pass.afterCommit);
      }
      return left;
    } finally {
      lock.unlock();
    }
  }

  /** These are all partitions of the subscription, by what the cluster said just now. */
  public void look(Collection<TopicPartition> partitions, long askedAt) {
    if (!isShared()) {
      return;
    }
    lock.lock();
    try {
      long now = time();
      census.look(partitions, askedAt);
      retuneAll(now);
    } finally {
      lock.unlock();
    }
  }

  public long now() {
    return clock.getAsLong();
  }

  /**
   * A partition is owned from now on.
   *
   * @param section what its last commit carried; null: nothing
   */
  public PartitionAccount open(TopicPartition partition, @Nullable String section) {
    if (!isShared()) {
      return new PartitionAccount(this, null);
    }
    lock.lock();
    try {
      long now = time();
      ShareState.Read read = ShareState.decode(section);
      var account = new Account(partition, section, read, now);
      if (read != null && read.partitions() > 0) {
        census.inherited(read.partitions(), now);
      }
      accounts.add(account);
      retuneAll(now);
      return new PartitionAccount(this, account);
    } finally {
      lock.unlock();
    }
  }

  /** Whether {@link #trade} is of use. */
  public boolean trades() {
    return limit != null && limit.lends() && limit.requests() > 1;
  }

  /**
   * Lends and borrows, by what the group's commits say now. To be called about every two seconds.
   *
   * @param sections what the last commit of each partition carried
   * @param askedAt when they were asked for, by {@link #now}
   */
  public void trade(Map<TopicPartition, String> sections, long askedAt) {
    if (limit == null) {
      return;
    }
    lock.lock();
    try {
      long now = time();
      int partitions = census.partitions(now);
      var all = new HashMap<TopicPartition, ShareState>();
      var told = new HashMap<TopicPartition, ShareState>();
      sections.forEach((partition, section) -> {
        ShareState.Read read = ShareState.decode(section);
        if (read != null) {
          all.put(partition, read.state());
          if (read.partitions() == partitions) {
            told.put(partition, read.state());
          }
        }
      });
      if (!lending.read(all, askedAt)) {
        return;
      }
      boolean settled = !census.isStale(now) && census.isSettled(now);
      lending.follow(told, accounts, settled, now);
      turn = 0;
      if (!settled) {
        return; // not all count the same shares
      }
      retuneAll(now);
      lending.look(told, accounts, limit.rate() / partitions, limit.rate(), now, now + wallIsAhead);
    } finally {
      lock.unlock();
    }
  }

  private void retuneAll(long now) {
    if (limit == null || census.isStale(now)) {
      return;
    }
    Plan plan = Plan.of(limit, census.partitions(now));
    for (Account account : accounts) {
      if (account.counted || census.isKnownToAll(account.partition, now)) {
        retune(account, plan, now);
      }
    }
  }

  private void retune(Account account, Plan plan, long now) {
    int index = census.index(account.partition);
    boolean settled = census.isSettled(now);
    Share before = account.share;
    // A timetable that others don't follow yet is none.
    account.paused = index < 0 || !settled && (plan.isByTurns() || before instanceof Turns);
    if (account.paused) {
      return;
    }
    Share after = account.share = plan.tune(before, settled ? index : -1, index, now, wallIsAhead);
    if (before == null) {
      after.inherit(account.inherited.movedBy(-wallIsAhead), now);
    } else if (after != before) {
      // Where the clock by which turns are taken was set, a whole round passes before the next.
      long from = before instanceof Turns && after instanceof Turns turns ? turns.cycle() : 0;
      after.inherit(new ShareState.Unknown(), now + from);
    }
  }

  void close(Account account) {
    lock.lock();
    try {
      account.close();
      accounts.remove(account);
      turn = 0;
    } finally {
      lock.unlock();
    }
  }

  @Nullable String toCommit(Account account) {
    lock.lock();
    try {
      long now = time();
      return account.toCommit(
          now, wallIsAhead, census.partitions(now), lending.toSay(account, accounts));
    } finally {
      lock.unlock();
    }
  }

  void committed(Account account) {
    lock.lock();
    try {
      account.committed(time());
    } finally {
      lock.unlock();
    }
  }

  boolean wantsCommit(Account account) {
    lock.lock();
    try {
      return account.wantsCommit() || lending.wantsToSay(account, accounts);
    } finally {
      lock.unlock();
    }
  }

  static String uncounted() {
    return ShareState.encode(new ShareState.Fresh(), 0);
  }

  /** The section of a bridge's first commits, under whatever limit. */
  public static String atFirstStart(int partitions) {
    return ShareState.encode(new ShareState.Fresh(), partitions);
  }
}
