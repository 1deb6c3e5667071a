package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Verdict;

/** Takes what the target answered to records, where {@code spec.response} asks for it. */
public interface Answers {

  /**
   * Writes, and returns only when the broker has answered. Never throws for what the broker does.
   *
   * @param last the verdict that ended the record, with its answer if there was one
   * @param outcome what became of the record
   */
  DeadLetters.Result write(SourceRecord record, Verdict last, Outcome outcome)
      throws InterruptedException;
}
