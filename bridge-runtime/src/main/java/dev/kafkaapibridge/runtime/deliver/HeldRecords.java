package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Records that hold up their lane for something that isn't the target as a whole, by name: what a
 * person wants to know who asks why a partition's offset stands still. Safe for all lanes.
 */
public final class HeldRecords {

  public enum Why {
    /** {@code onRefused} or {@code onExhausted: Block}: somebody decides. */
    Blocked,
    /** The target limits this lane alone. */
    LaneLimited,
    /** The target refuses the credentials or the place for this lane alone. */
    LaneForbidden,
    /** Its dead letter can't be written. */
    DeadLetterFails,
    /** What the target answered can't be written to its topic. */
    AnswerFails,
    /** The retry topic that is to have it can't be written. */
    RetryTopicFails,
    /** The registry has not told the schema that it was written with. */
    SchemaMissing
  }

  /**
   * Where it was read: of one that was put aside, in the retry topic.
   *
   * @param reason what the target or the broker said, one word
   */
  public record Held(
      String topic, int partition, long offset, Why why, String reason, Instant since) {}

  private final Clock clock;
  private final Map<SourceRecord, Held> held = new ConcurrentHashMap<>();

  public HeldRecords(Clock clock) {
    this.clock = clock;
  }

  void hold(SourceRecord record, Why why, String reason) {
    var of = record.assignment().partition();
    var now = new Held(of.topic(), of.partition(), record.offset(), why, reason, clock.instant());
    held.merge(record, now, (before, next) -> before.why() == why ? before : next);
  }

  void letGo(SourceRecord record) {
    if (!held.isEmpty()) {
      held.remove(record);
    }
  }

  public int count(Why why) {
    forgetThoseOfOthers();
    return (int) held.values().stream().filter(record -> record.why() == why).count();
  }

  /** Those that are held longest, first. */
  public List<Held> longest(int limit) {
    forgetThoseOfOthers();
    return held.values().stream()
        .sorted(Comparator.comparing(Held::since).thenComparing(Held::offset))
        .limit(limit)
        .toList();
  }

  /** Whose partition is another process' by now is that one's to tell. */
  private void forgetThoseOfOthers() {
    held.keySet().removeIf(record -> record.assignment().hasEnded());
  }
}
