package dev.kafkaapibridge.runtime.consume;

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
 *
 * Holds the offsets that have not ended, and little more: a record that is stuck for an hour while
 * millions end beyond it costs one entry. What lies between two of them has ended, or never was.
 */
public final class OffsetLedger {

  /** Ended entries are swept out when they are three of four, and not before there are so many. */
  private static final int FEW = 64;

  // Offsets that were started and not yet passed by the frontier, ascending, in a ring whose size
  // is
  // a power of two. Those that ended behind one that has not stay until the next sweep.
  private long[] offsets = new long[FEW];
  private boolean[] ended = new boolean[FEW];
  private int head;
  private int size;
  private int unfinished;
  private long next;
  private long changes;
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
    if (endedBefore.contains(offset)) {
      changes++;
      return false;
    }
    if (size == offsets.length) {
      makeRoom();
    }
    int index = at(size++);
    offsets[index] = offset;
    ended[index] = false;
    unfinished++;
    return true;
  }

  /**
   * What was known of an earlier assignment is of another log: the one that is read was truncated
   * since.
   */
  void forgetEndedBefore() {
    if (!endedBefore.isEmpty()) {
      endedBefore = OffsetRanges.NONE;
      changes++;
    }
  }

  /**
   * The consumer stands at {@code position}: there is nothing to read between the last record and
   * it.
   */
  public void reached(long position) {
    if (position > next) {
      next = position;
      changes++;
    }
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
    changes++;
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
   * Differs between two moments if what could be committed does. Costs nothing, unlike {@link
   * #endedBeyond()}.
   */
  long changes() {
    return changes;
  }

  /**
   * What ended beyond {@link #committable()}, under this assignment or an earlier one, read again
   * already or not. Takes in offsets between that never were.
   */
  public OffsetRanges endedBeyond() {
    var ranges = new OffsetRanges.Builder();
    long from = committable();
    for (int i = 0; i < size; i++) {
      int index = at(i);
      if (!ended[index]) {
        ranges.addUnlessEmpty(from, offsets[index]);
        from = offsets[index] + 1;
      }
    }
    ranges.addUnlessEmpty(from, next);
    endedBefore.from(next, ranges);
    return ranges.build();
  }

  /** How many offsets are held in memory. */
  int held() {
    return size;
  }

  private int at(int place) {
    return (head + place) & (offsets.length - 1);
  }

  private int indexOf(long offset) {
    // Where none is missing before it, it stands as far from the first as their numbers differ.
    long distance = size == 0 ? -1 : offset - offsets[head];
    if (distance >= 0 && distance < size && offsets[at((int) distance)] == offset) {
      return at((int) distance);
    }
    int low = 0;
    int high = size - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int index = at(middle);
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

  /**
   * Sweeps out what has ended, or makes twice the room if that is less than three of four: what has
   * been swept is a gap, and behind a gap it must be searched for what ends.
   */
  private void makeRoom() {
    int length = unfinished > offsets.length / 4 ? offsets.length * 2 : offsets.length;
    long[] kept = new long[length];
    int count = 0;
    for (int i = 0; i < size; i++) {
      int index = at(i);
      if (!ended[index]) {
        kept[count++] = offsets[index];
      }
    }
    offsets = kept;
    ended = new boolean[length];
    head = 0;
    size = count;
  }
}
