package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.runtime.record.Past;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Instant;

/**
 * Why a record wasn't delivered, for its dead letter.
 *
 * @param cause what decided it
 * @param last the verdict of the last call, or of the attempt to make one
 * @param attempts calls that were sent for it, also before it was put aside
 * @param firstAttempt when work on it began first
 * @param failedAt when it was given up
 */
public record Failure(
    Cause cause, Verdict last, int attempts, Instant firstAttempt, Instant failedAt) {

  /** With what the record had been through before. */
  Failure after(Past past) {
    return new Failure(
        cause,
        last,
        past.attempts() + attempts,
        past.firstAttempt().orElse(firstAttempt),
        failedAt);
  }

  public enum Cause {
    /** The target refused this record, or it can't be made into a request. */
    Refused,
    /** Its attempts are spent: others were accepted meanwhile. */
    AttemptsExhausted,
    /** It is older than {@code maxRecordAge}. */
    TooOld,
    /** The circuit was open, and {@code onOpen} diverts records then. */
    CircuitOpen,
    /** Others of its key, which come before it, are in a retry topic. */
    Behind
  }
}
