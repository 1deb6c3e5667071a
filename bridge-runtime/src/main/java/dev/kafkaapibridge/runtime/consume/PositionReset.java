package dev.kafkaapibridge.runtime.consume;

import java.time.Instant;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A partition did not go on where the group has committed.
 *
 * @param from where it should have gone on; null: not known
 * @param to where it goes on
 */
public record PositionReset(
    Instant at, Reason reason, TopicPartition partition, @Nullable Long from, long to) {

  public enum Reason {
    /** A new partition, or one whose committed offset has expired: from its first record. */
    NoCommittedOffset("no committed offset: reading from the first record"),
    /** The topic was deleted and made again: from its first record. */
    TopicMadeAgain("the topic was made again: reading it from its first record"),
    /** Records were cut off by an unclean change of leaders: on with what stands there now. */
    LogTruncated("the log was truncated: going on where it was cut off"),
    /** Retention has removed the next record: where {@code onOffsetOutOfRange} says. */
    OffsetOutOfRange("the next record is gone: going on where spec.kafka.onOffsetOutOfRange says");

    private final String sentence;

    Reason(String sentence) {
      this.sentence = sentence;
    }

    String sentence() {
      return sentence;
    }
  }
}
