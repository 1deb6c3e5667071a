package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.runtime.record.SourceRecord;

/** Takes records that are given up. */
public interface DeadLetters {

  sealed interface Result {
    /** All in-sync replicas have it. */
    record Written() implements Result {}

    /**
     * @param reason a reason of DeadLetterReady: {@code TopicNotFound}, {@code
     *     TopicCreationFailed}, {@code WriteFailed}
     * @param message what failed, and the command that mends it
     */
    record Failed(String reason, String message) implements Result {}
  }

  /**
   * Writes, and returns only when the broker has answered. Never throws for what the broker does.
   */
  Result write(SourceRecord record, Failure failure) throws InterruptedException;
}
