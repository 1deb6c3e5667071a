package dev.kafkaapibridge.runtime.quota;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * For limits so small that no partition could have a call of its own at any time: partitions take
 * turns by the clock, on which the nodes agree to {@link ShareState#CLOCKS_DIFFER}.
 *
 * <pre>
 *   partition 0   |==|                    |==|                        ==  a call may go
 *   partition 1         |==|                    |==|                      the gaps cover what clocks differ by
 *   partition 2               |==|                    |==|
 *                 |------- cycle --------|
 * </pre>
 *
 * A turn is one call, or, for high rates with a small burst, a bucket that starts empty.
 */
final class Turns implements Share {

  /**
   * @param cycle from one turn of a partition to its next, microseconds
   * @param offset of its turns, from the beginning of 1970
   * @param length of a turn: within it calls may go
   * @param rate of a bucket, calls a microsecond; 0: one call a turn
   */
  record Timetable(long cycle, long offset, long length, double rate, double size) {

    Timetable movedBy(long micros) {
      return new Timetable(cycle, offset + micros, length, rate, size);
    }

    long turnAt(long now) {
      return Math.floorDiv(now - offset, cycle);
    }

    long start(long turn) {
      return turn * cycle + offset;
    }
  }

  private final Timetable table;
  private final @Nullable Bucket bucket;

  /** The latest turn in which something was, or may have been, sent. */
  private long latest = Long.MIN_VALUE;

  /** A turn's one call was taken, and is not known to have left. */
  private boolean underWay;

  Turns(Timetable table) {
    this.table = table;
    this.bucket = table.rate() > 0 ? new Bucket(table.rate(), table.size(), 0) : null;
  }

  long cycle() {
    return table.cycle();
  }

  Timetable timetable() {
    return table;
  }

  @Override
  public long nextAt(long now) {
    long turn = table.turnAt(now);
    long start = table.start(turn);
    long next = start + table.cycle();
    if (now - start >= table.length()) {
      return next;
    }
    if (bucket == null) {
      return latest < turn && !underWay ? now : next;
    }
    if (latest < turn) {
      latest = turn;
      bucket.inherit(new ShareState.Unknown(), start);
    }
    long at = bucket.nextAt(now);
    return at - start < table.length() ? at : next;
  }

  @Override
  public void take(long now) {
    latest = table.turnAt(now);
    if (bucket != null) {
      bucket.take(now);
    } else {
      underWay = true;
    }
  }

  @Override
  public void left(long now) {
    if (bucket != null) {
      bucket.left(now);
    } else {
      underWay = false;
      latest = Math.max(latest, table.turnAt(now)); // a connection took longer than the turn
    }
  }

  @Override
  public void giveBack(long takenAt) {
    if (bucket != null) {
      bucket.giveBack(takenAt);
    } else {
      underWay = false;
      if (table.turnAt(takenAt) == latest) {
        latest--;
      }
    }
  }

  @Override
  public void giveBackAll() {
    if (bucket != null) {
      bucket.giveBackAll();
    } else if (underWay) {
      underWay = false;
      latest--;
    }
  }

  @Override
  public ShareState state(long now) {
    if (bucket != null) {
      return new ShareState.Unknown();
    }
    return new ShareState.Used(
        now,
        0,
        latest == Long.MIN_VALUE
            ? List.of()
            : List.of(new ShareState.Calls(table.start(latest), 1)));
  }

  @Override
  public void inherit(ShareState state, long now) {
    switch (state) {
      case ShareState.Fresh ignored -> {}
      case ShareState.Used used when isOfThisTable(used) ->
          used.calls().forEach(calls -> latest = Math.max(latest, table.turnAt(calls.at())));
      default -> {
        // Another node's clock may have begun the next turn already; and calls that went by no
        // timetable may all have gone just now.
        boolean byNoTable = state instanceof ShareState.Used || state instanceof ShareState.Level;
        latest = table.turnAt(now + (byNoTable ? table.cycle() : ShareState.CLOCKS_DIFFER));
        if (bucket != null) {
          bucket.inherit(new ShareState.Unknown(), now);
        }
      }
    }
  }

  private boolean isOfThisTable(ShareState.Used used) {
    return bucket == null
        && used.reserve() == 0
        && used.calls().stream()
            .allMatch(some -> some.at() == table.start(table.turnAt(some.at())));
  }
}
