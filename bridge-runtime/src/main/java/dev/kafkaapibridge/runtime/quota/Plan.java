package dev.kafkaapibridge.runtime.quota;

import org.jspecify.annotations.Nullable;

/**
 * How a limit is shared by so many partitions. Shares are whole calls, or fractions of a rate;
 * their sum is the limit at most. Pure.
 */
sealed interface Plan {

  /** What nodes' clocks and a thread's wake-up may add to a turn, with a little more. */
  long LOOSE = 100_000;

  /** Part of {@link #LOOSE} that is not for the turn itself. */
  long NOT_THE_TURN = ShareState.CLOCKS_DIFFER + 5_000;

  /** So much of a turn must be left over to be worth its gap. */
  int WORTH = 10;

  /** Each has so many calls of its own in any period. */
  record Windows(long period, long floor, long more) implements Plan {
    /**
     * @param index -1: not known yet, or others may count differently
     */
    long most(int index) {
      return floor + (index >= 0 && index < more ? 1 : 0);
    }
  }

  /** Each has a bucket of its own, which holds a call at least. */
  record Buckets(double rate, double size) implements Plan {}

  /** One call a turn. */
  record Calls(long cycle, long spacing, long length) implements Plan {
    Turns.Timetable table(int index) {
      return new Turns.Timetable(cycle, index * spacing, length, 0, 0);
    }
  }

  /** Groups take turns; in a group each has a bucket. */
  record Groups(int groups, long spacing, long length, double rate, double size) implements Plan {
    Turns.Timetable table(int index) {
      return new Turns.Timetable(groups * spacing, index % groups * spacing, length, rate, size);
    }
  }

  /**
   * @param partitions 1 or more
   */
  static Plan of(RateLimit limit, int partitions) {
    if (limit.isStrict()) {
      return limit.requests() >= partitions
          ? new Windows(
              limit.periodMicros(), limit.requests() / partitions, limit.requests() % partitions)
          : strictTurns(limit, partitions);
    }
    return limit.burst() >= partitions
        ? new Buckets(limit.rate() / partitions, (double) limit.burst() / partitions)
        : turns(limit, partitions);
  }

  /**
   * Turns at t, t + s, t + 2s, ..., each up to {@code gap} late: a period sees at most (period +
   * late) / s of them, rounded up, which is {@code requests} for late below the gap.
   */
  private static Plan strictTurns(RateLimit limit, int partitions) {
    long gap = Math.max(LOOSE, limit.periodMicros() / WORTH);
    long spacing = Math.ceilDiv(limit.periodMicros() + gap, limit.requests());
    return new Calls(partitions * spacing, spacing, gap - NOT_THE_TURN);
  }

  private static Plan turns(RateLimit limit, int partitions) {
    long length = LOOSE - NOT_THE_TURN;
    double each = 1 / limit.rate();
    if (LOOSE <= (limit.burst() - 1) * each) {
      // The burst covers what turns are late by.
      long spacing = (long) Math.ceil(each);
      return new Calls(partitions * spacing, spacing, length);
    }
    if (each >= (WORTH - 1) * LOOSE) {
      long spacing = (long) Math.ceil(each) + LOOSE;
      return new Calls(partitions * spacing, spacing, length);
    }
    int groups = (int) Math.ceilDiv(partitions, limit.burst());
    int members = Math.ceilDiv(partitions, groups);
    long turn = Math.max(1_000_000, (long) (WORTH * members * each));
    return new Groups(
        groups, turn + LOOSE, turn, limit.rate() / members, (double) limit.burst() / members);
  }

  default boolean isByTurns() {
    return this instanceof Calls || this instanceof Groups;
  }

  /**
   * A partition's share by this plan, made of the one that it had, if that is of the same kind.
   *
   * @param settledIndex the partition's, or -1: others may count differently
   * @param ahead of this process's time is the wall clock, by which turns are taken
   */
  default Share tune(@Nullable Share before, int settledIndex, int index, long now, long ahead) {
    return switch (this) {
      case Windows windows -> {
        long most = windows.most(settledIndex);
        if (before instanceof Window window) {
          window.most(most);
          yield window;
        }
        yield new Window(windows.period(), most);
      }
      case Buckets(var rate, var size) -> {
        if (before instanceof Bucket bucket) {
          bucket.resize(rate, size, now);
          yield bucket;
        }
        yield new Bucket(rate, size, now);
      }
      case Calls calls -> turns(before, calls.table(index).movedBy(-ahead));
      case Groups groups -> turns(before, groups.table(index).movedBy(-ahead));
    };
  }

  private static Share turns(@Nullable Share before, Turns.Timetable table) {
    return before instanceof Turns same && same.timetable().equals(table) ? same : new Turns(table);
  }
}
