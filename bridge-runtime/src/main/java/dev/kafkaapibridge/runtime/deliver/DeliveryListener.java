package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Duration;
import java.util.List;

/** Every event a record can have, named once. Called from lanes; must be quick and not throw. */
public interface DeliveryListener {

  /** A call had to wait for leave, so long; {@code by} what held it back at the end. */
  void heldBack(SourceRecord record, Hold by, Duration waited);

  /**
   * A call came to a verdict.
   *
   * @param lanesAlone what it says holds for the record's lane and not for the target
   */
  void answered(SourceRecord record, Verdict verdict, Duration took, boolean lanesAlone);

  /** Its dead letter couldn't be written; it is tried again. */
  void deadLetterFailed(SourceRecord record, String reason, String message);

  /** Its dead letter is in the topic. */
  void deadLettered(SourceRecord record, Failure failure);

  /** It couldn't be written to its retry topic; it is tried again. */
  void retryTopicFailed(SourceRecord record, String reason, String message);

  /** It is in a retry topic. */
  void putAside(SourceRecord record, Failure failure);

  /**
   * Most records end in the dead-letter topic: nothing but a probe now and then is sent any more;
   * or, with false, that is over.
   */
  void flood(boolean begins);

  /** It is dropped, as the spec asks. */
  void discarded(SourceRecord record, Failure failure);

  /** A record with {@code Block} holds its lane. */
  void blocked(SourceRecord record, Failure failure);

  /** The record has ended; nothing more comes of it. */
  void ended(SourceRecord record, Outcome outcome);

  /** The same of several, which have come to the same end. */
  default void ended(List<SourceRecord> records, Outcome outcome) {
    records.forEach(record -> ended(record, outcome));
  }

  /** What the target answered couldn't be written; it is tried again. */
  default void answerFailed(SourceRecord record, String reason, String message) {}

  /** What the target answered is in its topic. */
  default void answerWritten(SourceRecord record) {}

  /** A batch of so many records was answered; its body had so many bytes before compression. */
  default void batchAnswered(int records, int bytes) {}

  /** A batch goes on in halves. */
  default void batchSplit() {}
}
