package dev.kafkaapibridge.runtime.record;

import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;

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

  /** Of how often a record was replayed, in its own topic too. */
  public static final String GENERATION = "kab-generation";

  /** What a record of a source topic says: it may have been written back there by a replay. */
  public static Past of(Headers headers) {
    int generation = generation(headers);
    return generation == 0 ? NONE : new Past(0, Optional.empty(), generation, 0);
  }

  /** 0 where it says nothing, or nothing of sense. */
  public static int generation(Headers headers) {
    try {
      return HeaderValue.text(headers, GENERATION)
          .map(said -> Math.clamp(Integer.parseInt(said), 0, 1_000_000))
          .orElse(0);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  public boolean isReplay() {
    return generation > 0;
  }

  /** Whether it comes for another time, from a retry topic or by a replay. */
  public boolean comesAgain() {
    return isRetry() || isReplay();
  }

  public boolean isRetry() {
    return retryTopic > 0;
  }
}
