package dev.kafkaapibridge.runtime.consume.replay;

import dev.kafkaapibridge.runtime.consume.replay.ReplayCounts.Fate;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.IdempotencyKey;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * One partition of a replay: what of it has ended, in the order of its offsets, and so may be
 * committed. Counts and offset move together, so that a commit never tells one without the other.
 * Owned by the loop.
 */
final class ReplayPartition {

  private static final class Entry {
    final long offset;
    final String cause;
    @Nullable Fate fate;

    Entry(long offset, String cause, @Nullable Fate fate) {
      this.offset = offset;
      this.cause = cause;
      this.fate = fate;
    }
  }

  private final Assignment assignment;
  private final IdempotencyKey key;
  private final ArrayDeque<Entry> entries = new ArrayDeque<>();
  private final Map<Long, Entry> underWay = new HashMap<>();
  private ReplayMark mark;

  /** All before it have ended, and are counted in the mark. */
  private long frontier;

  /** What is read next. */
  private long next;

  private boolean news;

  /**
   * @param begun whether what it begins with is committed already
   */
  ReplayPartition(
      Assignment assignment, IdempotencyKey key, ReplayMark mark, long frontier, boolean begun) {
    this.assignment = assignment;
    this.key = key;
    this.mark = mark;
    this.frontier = frontier;
    this.next = frontier;
    this.news = !begun;
  }

  TopicPartition partition() {
    return assignment.partition();
  }

  Assignment assignment() {
    return assignment;
  }

  IdempotencyKey key() {
    return key;
  }

  ReplayMark mark() {
    return mark;
  }

  long next() {
    return next;
  }

  boolean wasReplayed(long offset) {
    return mark.replayed().contains(offset);
  }

  /** Whether nothing is left to be read. */
  boolean isRead() {
    return next >= mark.end();
  }

  /** Whether every record that was read has ended. */
  boolean isQuiet() {
    return underWay.isEmpty();
  }

  int size() {
    return entries.size();
  }

  /** Records that are still to be read or to end. */
  long remaining() {
    return Math.max(0, mark.end() - frontier);
  }

  void begin(long offset, String cause) {
    var entry = new Entry(offset, cause, null);
    entries.add(entry);
    underWay.put(offset, entry);
    next = offset + 1;
  }

  void passOver(long offset, Fate fate, String cause) {
    entries.add(new Entry(offset, cause, fate));
    next = offset + 1;
  }

  /** One that was begun. */
  void ended(long offset, Fate fate) {
    Entry entry = underWay.remove(offset);
    if (entry != null) {
      entry.fate = fate;
    }
  }

  /** There is nothing to read before this offset. */
  void reached(long position) {
    next = Math.max(next, Math.min(position, mark.end()));
  }

  /** Counts what has ended, up to the first that has not. */
  void advance() {
    while (!entries.isEmpty()) {
      Entry head = entries.peek();
      Fate fate = head.fate;
      if (fate == null) {
        return;
      }
      entries.remove();
      mark = mark.after(ReplayCounts.of(fate, head.cause));
      if (fate.isReplayed()) {
        mark.replayed().add(head.offset);
      }
      frontier = head.offset + 1;
      news = true;
    }
    if (next > frontier) {
      frontier = next;
      news = true;
    }
  }

  boolean hasNews() {
    return news;
  }

  OffsetAndMetadata toCommit() {
    return new OffsetAndMetadata(frontier, mark.encode());
  }

  void committed() {
    news = false;
  }
}
