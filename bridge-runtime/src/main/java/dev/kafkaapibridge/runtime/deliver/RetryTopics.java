package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.runtime.deliver.DeadLetters.Result;
import dev.kafkaapibridge.runtime.record.SourceRecord;

/**
 * Takes records that aren't going to be delivered now, to be tried again later: their attempts in
 * place are over, the circuit is open, or they come behind such ones.
 */
public interface RetryTopics {

  /** {@code retry.mode: InPlace}. */
  RetryTopics NONE =
      new RetryTopics() {
        @Override
        public boolean isOneLeftFor(SourceRecord record) {
          return false;
        }

        @Override
        public Result write(SourceRecord record, Failure failure) {
          throw new IllegalStateException("no retry topic is left for this record");
        }
      };

  /** Whether it has not been through all of them. */
  boolean isOneLeftFor(SourceRecord record);

  /**
   * Writes into the first that it has not been through, and returns only when the broker has
   * answered. Never throws for what the broker does.
   */
  Result write(SourceRecord record, Failure failure) throws InterruptedException;
}
