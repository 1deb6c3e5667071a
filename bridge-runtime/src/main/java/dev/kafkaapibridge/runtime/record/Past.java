package dev.kafkaapibridge.runtime.record;

import java.time.Instant;
import java.util.Optional;

/**
 * What a record has been through before it was read here: it was put aside, or it was a dead letter
 * that is replayed.
 *
 * @param attempts calls that were sent for it
 * @param firstAttempt when work on it began first
 * @param generation how often it was replayed
 * @param retryTopic position of the retry topic that it was read from, from 1; 0: none
 */
public record Past(int attempts, Optional<Instant> firstAttempt, int generation, int retryTopic) {

  /** Of a record that was read where it was written first. */
  public static final Past NONE = new Past(0, Optional.empty(), 0, 0);

  public boolean isRetry() {
    return retryTopic > 0;
  }
}
