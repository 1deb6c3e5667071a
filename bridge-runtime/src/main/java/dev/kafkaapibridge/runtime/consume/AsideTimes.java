package dev.kafkaapibridge.runtime.consume;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * When what was read of a partition of a retry topic was written there, and how far reading is
 * behind what is due. Keeps one mark for a stretch of time instead of one for each record. Owned by
 * the poll loop.
 */
final class AsideTimes {

  /** Where there are more marks, every other is forgotten, and stretches are twice as long. */
  static final int MOST_MARKS = 256;

  private static final long FIRST_STRETCH_MILLIS = 1000;

  private final Reading reading;
  private final TreeMap<Long, Long> writtenAtByOffset = new TreeMap<>();
  private long stretch = FIRST_STRETCH_MILLIS;
  private long readUpTo;
  private long lastWrittenAt = Long.MIN_VALUE;
  private long lastDueAt;

  AsideTimes(Reading reading) {
    this.reading = reading;
  }

  /** What a poll brought, at least one; also what isn't due yet, and what was brought before. */
  void polled(List<ConsumerRecord<byte[], byte[]>> records) {
    for (ConsumerRecord<byte[], byte[]> record : records) {
      Map.Entry<Long, Long> before = writtenAtByOffset.floorEntry(record.offset());
      if (before == null || Math.abs(record.timestamp() - before.getValue()) >= stretch) {
        writtenAtByOffset.put(record.offset(), record.timestamp());
      }
    }
    ConsumerRecord<byte[], byte[]> last = records.getLast();
    readUpTo = last.offset() + 1;
    lastWrittenAt = last.timestamp();
    lastDueAt = reading.dueAt(last);
    while (writtenAtByOffset.size() > MOST_MARKS) {
      thinOut();
    }
  }

  private void thinOut() {
    boolean keep = false;
    for (var marks = writtenAtByOffset.keySet().iterator(); marks.hasNext(); ) {
      marks.next();
      keep = !keep;
      if (!keep) {
        marks.remove();
      }
    }
    stretch *= 2;
  }

  /**
   * When the record at an offset was written, or one a stretch before it; null where it was not
   * read. Nothing before it is asked for any more.
   */
  @Nullable Instant writtenAt(long offset) {
    Map.Entry<Long, Long> mark = writtenAtByOffset.floorEntry(offset);
    if (mark == null || offset >= readUpTo) {
      return null;
    }
    writtenAtByOffset.headMap(mark.getKey()).clear();
    return Instant.ofEpochMilli(mark.getValue());
  }

  /**
   * Of what was not read yet, the part that is due, 0 to 1, as if it had been written evenly since
   * the last that was read: nobody can know without reading it.
   */
  double dueShare(Instant now) {
    double written = (double) now.toEpochMilli() - lastWrittenAt;
    double overdue = (double) now.toEpochMilli() - lastDueAt;
    return readUpTo == 0 || written <= 0 ? 0 : Math.clamp(overdue / written, 0, 1);
  }
}
