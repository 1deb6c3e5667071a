package dev.kafkaapibridge.runtime.consume.replay;

import dev.kafkaapibridge.runtime.record.Leb128;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The offsets of a partition that replays have replayed, as ranges. Where they have no room in a
 * commit, the narrowest gaps between them are closed: then some count as replayed that were not,
 * and never the other way round. Owned by the loop that replays.
 */
final class ReplayedOffsets {

  /** From, inclusive, to until, exclusive; disjoint, and none touches the next. */
  private final TreeMap<Long, Long> ranges = new TreeMap<>();

  boolean contains(long offset) {
    Map.Entry<Long, Long> before = ranges.floorEntry(offset);
    return before != null && offset < before.getValue();
  }

  void add(long offset) {
    add(offset, offset + 1);
  }

  private void add(long from, long until) {
    long first = from;
    long last = until;
    Map.Entry<Long, Long> touching = ranges.floorEntry(last);
    while (touching != null && touching.getValue() >= first) {
      first = Math.min(first, touching.getKey());
      last = Math.max(last, touching.getValue());
      ranges.remove(touching.getKey());
      touching = ranges.floorEntry(last);
    }
    ranges.put(first, last);
  }

  int size() {
    return ranges.size();
  }

  /**
   * As text of at most so many characters.
   *
   * @throws IllegalArgumentException if not even one range has room
   */
  String write(int characters) {
    int room = characters / 4 * 3;
    byte[] bytes = bytes();
    while (bytes.length > room) {
      if (ranges.size() <= 1) {
        throw new IllegalArgumentException("no room for offsets in " + characters);
      }
      // What remains takes its share of the bytes, roughly; the next round is nearer.
      int keep = Math.min(ranges.size() - 1, (int) ((long) ranges.size() * room / bytes.length));
      closeGaps(ranges.size() - Math.max(keep, 1));
      bytes = bytes();
    }
    return Leb128.text(bytes);
  }

  private void closeGaps(int number) {
    var widths = new long[ranges.size() - 1];
    long until = -1;
    int gap = 0;
    for (var range : ranges.entrySet()) {
      if (until >= 0) {
        widths[gap++] = range.getKey() - until;
      }
      until = range.getValue();
    }
    java.util.Arrays.sort(widths);
    long widest = widths[Math.min(number, widths.length) - 1];
    int left = number;
    var kept = new TreeMap<Long, Long>();
    for (var range : ranges.entrySet()) {
      Map.Entry<Long, Long> last = kept.lastEntry();
      if (last != null && left > 0 && range.getKey() - last.getValue() <= widest) {
        kept.put(last.getKey(), range.getValue());
        left--;
      } else {
        kept.put(range.getKey(), range.getValue());
      }
    }
    ranges.clear();
    ranges.putAll(kept);
  }

  private byte[] bytes() {
    var bytes = new ByteArrayOutputStream();
    long at = 0;
    for (var range : ranges.entrySet()) {
      Leb128.write(bytes, range.getKey() - at);
      Leb128.write(bytes, range.getValue() - range.getKey());
      at = range.getValue();
    }
    return bytes.toByteArray();
  }

  /**
   * @throws IllegalArgumentException if it is no such text
   */
  static ReplayedOffsets read(String text) {
    List<Long> numbers = Leb128.decode(text);
    if (numbers.size() % 2 != 0) {
      throw new IllegalArgumentException("the ranges end in the middle");
    }
    var offsets = new ReplayedOffsets();
    long at = 0;
    for (int i = 0; i < numbers.size(); i += 2) {
      long from = Math.addExact(at, numbers.get(i));
      at = Math.addExact(from, numbers.get(i + 1));
      if (at > from) {
        offsets.add(from, at);
      }
    }
    return offsets;
  }

  @Override
  public String toString() {
    return ranges.toString();
  }
}
