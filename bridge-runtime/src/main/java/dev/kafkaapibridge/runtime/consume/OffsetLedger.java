package dev.kafkaapibridge.runtime.consume;

import java.util.Arrays;

/**
 * What of one partition has been taken and has not ended, hence how far the group may commit: up to
 * the first record that has not ended, never past it. Pure; owned by the poll loop.
 *
 * <pre>
 *   offsets   10  11  12  14  15            next
 *   ended      x   x   .   x   .             16        13 does not exist (compaction, a transaction's marker)
 *                      ^ committable        ^ committable once all have ended
 *                          \_/ ended beyond it: remembered in the commit's metadata
 * </pre>
 */
public final class OffsetLedger {

  // Offsets that were started and not yet passed by the frontier, ascending, in a ring; size is a
  // power of two.
  private long[] offsets = new long[64];
  private boolean[] ended = new boolean[64];
  private int head;
  private int size;
  private int unfinished;
  private long next;
  private OffsetRanges endedBefore;

  /**
   * @param position the first offset to be read
   * @param endedBefore offsets that ended under an earlier assignment, from the metadata of its
   *     commit
   */
  public OffsetLedger(long position, OffsetRanges endedBefore) {
    this.next = position;
    this.endedBefore = endedBefore;
  }

  /**
   * Takes note of a record that was read.
   *
   * @return false if it ended under an earlier assignment and must not be sent again
   * @throws IllegalStateException if records don't come in ascending order
   */
  public boolean start(long offset) {
    if (offset < next) {
      throw new IllegalStateException(
          "offset " + offset + " was read again; expected " + next + " or beyond");
    }
    next = offset + 1;
    boolean before = endedBefore.contains(offset);
    if (before && size == 0) {
      return false;
    }
    if (size == offsets.length) {
      grow();
    }
    int index = (head + size++) & (offsets.length - 1);
    offsets[index] = offset;
    ended[index] = before;
    if (!before) {
      unfinished++;
    }
    return !before;
  }

  /** Whether a record that is about to be started ended under an earlier assignment. */
  boolean endedBefore(long offset) {
    return endedBefore.contains(offset);
  }

  /**
   * What was known of an earlier assignment is of another log: the one that is read was truncated
   * since.
   */
  void forgetEndedBefore() {
    endedBefore = OffsetRanges.NONE;
  }

  /**
   * The consumer stands at {@code position}: there is nothing to read between the last record and
   * it.
   */
  public void reached(long position) {
    next = Math.max(next, position);
  }

  /**
   * @throws IllegalStateException if the record is not under way: a record ends once
   */
  public void end(long offset) {
    int index = indexOf(offset);
    if (index < 0 || ended[index]) {
      throw new IllegalStateException("offset " + offset + " is not under way");
    }
    ended[index] = true;
    unfinished--;
    while (size > 0 && ended[head]) {
      head = (head + 1) & (offsets.length - 1);
      size--;
    }
  }

  /** The offset that may be committed: the first that has not ended. */
  public long committable() {
    return size > 0 ? offsets[head] : next;
  }

  /** The offset that is read next. */
  public long position() {
    return next;
  }

  /** Records taken that have not ended. */
  public int unfinished() {
    return unfinished;
  }

  /**
   * What ended beyond {@link #committable()}, under this assignment or an earlier one, read again
   * already or not.
   */
  public OffsetRanges endedBeyond() {
    var ranges = new OffsetRanges.Builder();
    for (int i = 0; i < size; i++) {
      int index = (head + i) & (offsets.length - 1);
      if (ended[index]) {
        ranges.add(offsets[index]);
      }
    }
    endedBefore.from(next, ranges);
    return ranges.build();
  }

  private int indexOf(long offset) {
    int low = 0;
    int high = size - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int index = (head + middle) & (offsets.length - 1);
      if (offsets[index] == offset) {
        return index;
      }
      if (offsets[index] < offset) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  private void grow() {
    long[] unrolledOffsets = new long[offsets.length];
    boolean[] unrolledEnded = new boolean[offsets.length];
    for (int i = 0; i < size; i++) {
      unrolledOffsets[i] = offsets[(head + i) & (offsets.length - 1)];
      unrolledEnded[i] = ended[(head + i) & (offsets.length - 1)];
    }
    offsets = Arrays.copyOf(unrolledOffsets, size * 2);
    ended = Arrays.copyOf(unrolledEnded, size * 2);
    head = 0;
  }
}
