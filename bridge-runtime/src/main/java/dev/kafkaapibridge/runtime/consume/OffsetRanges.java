package dev.kafkaapibridge.runtime.consume;

import java.util.Arrays;

/**
 * A set of offsets as ascending, disjoint ranges: {@code bounds = [from, to, from, to, ...]}, each
 * {@code to} exclusive.
 *
 * @param bounds not to be changed
 */
@SuppressWarnings(
    "ArrayRecordComponent") // compared by content below; a hot structure that must stay small
public record OffsetRanges(long[] bounds) {

  public static final OffsetRanges NONE = new OffsetRanges(new long[0]);

  public boolean isEmpty() {
    return bounds.length == 0;
  }

  public boolean contains(long offset) {
    int index = Arrays.binarySearch(bounds, offset);
    // On a bound: "from" (even) is inside, "to" (odd) is outside. Between bounds: inside after an
    // odd number of them.
    return index >= 0 ? index % 2 == 0 : (-index - 1) % 2 == 1;
  }

  /** Adds what of these ranges lies at {@code offset} or beyond. */
  void from(long offset, Builder to) {
    for (int i = 0; i < bounds.length; i += 2) {
      if (bounds[i + 1] > offset) {
        to.add(Math.max(bounds[i], offset), bounds[i + 1]);
      }
    }
  }

  /** What of these ranges lies below {@code offset}. */
  OffsetRanges upTo(long offset) {
    var ranges = new Builder();
    for (int i = 0; i < bounds.length; i += 2) {
      ranges.addUnlessEmpty(bounds[i], Math.min(bounds[i + 1], offset));
    }
    return ranges.build();
  }

  /** The first ranges only, as many as asked for. */
  OffsetRanges first(int ranges) {
    return new OffsetRanges(Arrays.copyOf(bounds, Math.min(bounds.length, ranges * 2)));
  }

  int size() {
    return bounds.length / 2;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof OffsetRanges ranges && Arrays.equals(bounds, ranges.bounds);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bounds);
  }

  @Override
  public String toString() {
    return Arrays.toString(bounds);
  }

  static final class Builder {
    private long[] bounds = new long[8];
    private int length;

    /** Offsets come in ascending order. */
    void add(long offset) {
      add(offset, offset + 1);
    }

    void addUnlessEmpty(long from, long to) {
      if (from < to) {
        add(from, to);
      }
    }

    void add(long from, long to) {
      if (length > 0 && bounds[length - 1] == from) {
        bounds[length - 1] = to;
        return;
      }
      if (length == bounds.length) {
        bounds = Arrays.copyOf(bounds, length * 2);
      }
      bounds[length++] = from;
      bounds[length++] = to;
    }

    OffsetRanges build() {
      return length == 0 ? NONE : new OffsetRanges(Arrays.copyOf(bounds, length));
    }
  }
}
