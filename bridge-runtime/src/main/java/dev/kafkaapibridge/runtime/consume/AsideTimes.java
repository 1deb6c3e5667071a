package dev.kafkaapibridge.runtime.consume;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * When what lies in a partition of a retry topic was written there, and so how much of it is due:
 * from the records that were read, and from where the partition ended at each look. Keeps one mark
 * for a stretch of time instead of one for each record. Owned by the poll loop.
 */
final class AsideTimes {

  /** Where there are more marks, stretches become twice as long. */
  static final int MOST_MARKS = 256;

  private static final long FIRST_STRETCH_MILLIS = 1000;
  private static final long LONGEST_STRETCH_MILLIS = Duration.ofHours(3).toMillis();

  private final long delay;

  /** What stands at an offset, and up to the next mark, was written then or later. */
  private final TreeMap<Long, Long> writtenAtByOffset = new TreeMap<>();

  private long stretch = FIRST_STRETCH_MILLIS;

  /** Polled, whether it was started or not. */
  private long polledUpTo;

  private long lastEnd = -1;
  private long lastEndAt;

  /**
   * @param delay how long records wait there
   * @param position where reading begins
   */
  AsideTimes(Duration delay, long position) {
    this.delay = delay.toMillis();
    this.polledUpTo = position;
  }

  /** What a poll brought; also what isn't due yet, and what was brought before. */
  void polled(List<ConsumerRecord<byte[], byte[]>> records) {
    for (ConsumerRecord<byte[], byte[]> record : records) {
      // Before it there may be offsets without a record, such as markers of transactions.
      mark(Math.min(record.offset(), polledUpTo), record.timestamp());
      polledUpTo = Math.max(polledUpTo, record.offset() + 1);
    }
  }

  /** Where the partition ended at a moment: what stands there now was written later. */
  void ended(long end, Instant at) {
    long now = at.toEpochMilli();
    if (end > lastEnd && lastEnd >= polledUpTo) {
      writtenAtByOffset.replace(lastEnd, lastEndAt); // of what came then nothing is known better
    }
    if (end != lastEnd) {
      mark(end, now);
    }
    lastEnd = end;
    lastEndAt = now;
  }

  private void mark(long offset, long writtenAt) {
    Map.Entry<Long, Long> before = writtenAtByOffset.floorEntry(offset);
    if (before == null || Math.abs(writtenAt - before.getValue()) >= stretch) {
      writtenAtByOffset.put(offset, writtenAt);
    }
    while (writtenAtByOffset.size() > MOST_MARKS) {
      thinOut();
    }
  }

  /** The last goes in any case, so that there are fewer whatever records say of their time. */
  private void thinOut() {
    stretch = Math.min(2 * stretch, LONGEST_STRETCH_MILLIS);
    long kept = Long.MIN_VALUE;
    for (var marks = writtenAtByOffset.values().iterator(); marks.hasNext(); ) {
      long writtenAt = marks.next();
      if (kept != Long.MIN_VALUE && Math.abs(writtenAt - kept) < stretch) {
        marks.remove();
      } else {
        kept = writtenAt;
      }
    }
    if (writtenAtByOffset.size() > MOST_MARKS) {
      writtenAtByOffset.pollLastEntry();
    }
  }

  /**
   * When the record at an offset was written, or a stretch before that; null where it was not read.
   * Nothing before it is asked for any more.
   */
  @Nullable Instant writtenAt(long offset) {
    Map.Entry<Long, Long> mark = writtenAtByOffset.floorEntry(offset);
    if (mark == null || offset >= polledUpTo) {
      return null;
    }
    writtenAtByOffset.headMap(mark.getKey()).clear();
    return Instant.ofEpochMilli(mark.getValue());
  }

  /**
   * About so many offsets from {@code position} on were written so long ago that they are due; null
   * while nothing is known of when that was. Between two marks they count as written evenly.
   */
  @Nullable Long due(long position, long end, Instant now) {
    if (end <= position) {
      return 0L;
    }
    if (writtenAtByOffset.floorKey(position) == null) {
      return null;
    }
    long writtenBefore = now.toEpochMilli() - delay;
    return Math.clamp(end(writtenBefore, end) - position, 0, end - position);
  }

  /** Where the partition ended at a moment, about. */
  private long end(long moment, long now) {
    long from = writtenAtByOffset.firstKey();
    long since = writtenAtByOffset.firstEntry().getValue();
    for (Map.Entry<Long, Long> mark : writtenAtByOffset.entrySet()) {
      if (mark.getValue() > moment) {
        double part = (double) (moment - since) / Math.max(1, mark.getValue() - since);
        return from + (long) (Math.max(0, part) * (mark.getKey() - from));
      }
      from = mark.getKey();
      since = mark.getValue();
    }
    return now;
  }
}
