package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.runtime.deliver.DeadLetters.Result;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.time.Duration;

/**
 * Writes to a topic of the bridge's own for as long as it takes. Meanwhile the record is held, by
 * name: losing it silently is the one unforgivable thing. Safe for all lanes.
 */
final class UntilWritten {

  /** Between two tries: it goes on by itself soon after the topic was mended. */
  static final Duration AGAIN_AFTER = Duration.ofSeconds(5);

  /** One try; returns only when the broker has answered. */
  interface Write {
    Result once() throws InterruptedException;
  }

  /** Is told what stood in the way of a try. */
  interface Failed {
    void tell(SourceRecord record, String reason, String message);
  }

  private final HeldRecords held;
  private final HeldRecords.Why why;
  private final Failed failed;
  private final Duration againAfter;

  UntilWritten(HeldRecords held, HeldRecords.Why why, Failed failed, Duration againAfter) {
    this.held = held;
    this.why = why;
    this.failed = failed;
    this.againAfter = againAfter;
  }

  /** At least once; false: it isn't there, and the assignment has ended. */
  boolean isThere(SourceRecord record, Write write) throws InterruptedException {
    do {
      switch (write.once()) {
        case Result.Written ignored -> {
          return true;
        }
        case Result.Failed(var reason, var message) -> {
          held.hold(record, why, reason);
          failed.tell(record, reason, message);
        }
      }
    } while (record.assignment().await(againAfter));
    return false;
  }
}
