package dev.kafkaapibridge.runtime.quota;

import java.util.ArrayList;
import java.util.List;

/**
 * Strict: never more than so many calls in any window of one period. Counts calls in slices of a
 * thirty-second of the period; a slice counts until a whole period has gone by since its end, so at
 * most one thirty-third of the limit is left unused.
 */
final class Window implements Share {

  static final int SLICES = 32;

  private final long periodMicros;
  private final long sliceMicros;
  private final long[] numbers = new long[SLICES + 1];
  private final long[] counts = new long[SLICES + 1];
  private long most;

  /** Taken, and not known to have left. */
  private long underWay;

  Window(long periodMicros, long most) {
    this.periodMicros = periodMicros;
    this.sliceMicros = Math.ceilDiv(periodMicros, SLICES);
    this.most = most;
    java.util.Arrays.fill(numbers, Long.MIN_VALUE);
  }

  long periodMicros() {
    return periodMicros;
  }

  void most(long calls) {
    most = calls;
  }

  long most() {
    return most;
  }

  @Override
  public long nextAt(long now) {
    long newest = Math.floorDiv(now, sliceMicros);
    long used = used(newest);
    if (used < most) {
      return now;
    }
    if (most == 0) {
      return Long.MAX_VALUE;
    }
    // Slices leave the window oldest first, until there is room for one call.
    for (long leaving = newest - SLICES; leaving <= newest; leaving++) {
      used -= countOf(leaving);
      if (used < most) {
        return (leaving + SLICES + 1) * sliceMicros;
      }
    }
    return Long.MAX_VALUE;
  }

  /** Calls that count now. */
  long used(long newestSlice) {
    long used = underWay;
    for (int i = 0; i <= SLICES; i++) {
      if (numbers[i] >= newestSlice - SLICES) {
        used += counts[i];
      }
    }
    return used;
  }

  private long countOf(long slice) {
    int index = Math.floorMod(slice, SLICES + 1);
    return numbers[index] == slice ? counts[index] : 0;
  }

  @Override
  public void take(long now) {
    underWay++;
  }

  @Override
  public void left(long now) {
    underWay = Math.max(0, underWay - 1);
    count(now, 1);
  }

  @Override
  public void giveBack(long takenAt) {
    underWay = Math.max(0, underWay - 1);
  }

  @Override
  public void giveBackAll() {
    underWay = 0;
  }

  long underWay() {
    return underWay;
  }

  private void count(long at, long calls) {
    long slice = Math.floorDiv(at, sliceMicros);
    int index = Math.floorMod(slice, SLICES + 1);
    if (numbers[index] < slice) {
      numbers[index] = slice;
      counts[index] = 0;
    }
    if (numbers[index] == slice) {
      counts[index] += calls;
    }
  }

  @Override
  public ShareState state(long now) {
    return new ShareState.Used(now, underWay, calls(now));
  }

  /** What counts still, oldest first; each as if at the end of its slice, but not after now. */
  List<ShareState.Calls> calls(long now) {
    var calls = new ArrayList<ShareState.Calls>();
    long newest = Math.floorDiv(now, sliceMicros);
    for (long slice = newest - SLICES; slice <= newest; slice++) {
      if (countOf(slice) > 0) {
        calls.add(
            new ShareState.Calls(Math.min(now, (slice + 1) * sliceMicros - 1), countOf(slice)));
      }
    }
    return calls;
  }

  @Override
  public void inherit(ShareState state, long now) {
    switch (state) {
      case ShareState.Fresh ignored -> {}
      // Of a limit of another kind, which was declared before: this one begins with this owner.
      case ShareState.Level ignored -> {}
      case ShareState.Unknown ignored -> count(now, most);
      case ShareState.Wanting ignored -> count(now, most);
      case ShareState.Lent ignored -> count(now, most);
      case ShareState.Used used -> {
        // As old as they were when it was written, and no older than they must be.
        long later = ShareState.atLatest(used.at(), now) - used.at();
        used.calls().forEach(calls -> count(Math.min(now, calls.at() + later), calls.count()));
        count(now, used.reserve());
      }
    }
  }
}
