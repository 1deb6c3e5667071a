package dev.kafkaapibridge.operator.bridge.observe;

import java.time.Duration;
import java.time.Instant;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A word that changes only once another one has been said for 30 s without a break; else the status
 * would flap with every window of figures. Pure.
 *
 * @param said what to report
 * @param other what is said instead, since a moment
 * @param since when that began
 */
public record Settled<T>(T said, @Nullable T other, Instant since) {

  static final Duration AGREEMENT = Duration.ofSeconds(30);

  /** Said at once. */
  public static <T> Settled<T> on(T word) {
    return new Settled<>(word, null, Instant.EPOCH);
  }

  /**
   * What holds after {@code word} was said; {@code same} tells words that differ in figures alone.
   */
  public Settled<T> hear(T word, BiPredicate<T, T> same, Instant now) {
    if (same.test(word, said)) {
      return on(word);
    }
    if (other == null || !same.test(word, other)) {
      return new Settled<>(said, word, now);
    }
    return now.isBefore(since.plus(AGREEMENT)) ? this : on(word);
  }
}
