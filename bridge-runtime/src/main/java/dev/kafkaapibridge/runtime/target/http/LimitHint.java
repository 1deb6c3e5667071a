package dev.kafkaapibridge.runtime.target.http;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an API says of its limit: {@code Retry-After}, or a remaining quota of 0 with the time at
 * which it is filled again. Pure.
 */
final class LimitHint {

  /** A number of seconds from here on is a time since 1970, as GitHub gives it. */
  private static final long EPOCH_SECONDS = 1_000_000_000L;

  private static final long EPOCH_MILLIS = 1_000_000_000_000L;

  private LimitHint() {}

  /** Whether the answer says that a limit is reached. */
  static boolean isGivenBy(Answer answer, Instant now) {
    return RetryAfter.asks(answer.headers().get("retry-after"), now) || nothingRemains(answer);
  }

  /** How long to wait; null where the answer doesn't say, or says nonsense. */
  static @Nullable Duration wait(Answer answer, Instant now) {
    String date = answer.header("Date");
    Duration asked = RetryAfter.parse(answer.headers().get("retry-after"), date, now);
    if (asked != null) {
      return asked;
    }
    if (!nothingRemains(answer)) {
      return null;
    }
    String reset = answer.header("RateLimit-Reset");
    if (reset == null) {
      reset = answer.header("X-RateLimit-Reset");
    }
    return reset == null ? null : untilReset(reset.strip(), date, now);
  }

  private static boolean nothingRemains(Answer answer) {
    return isZero(answer.header("RateLimit-Remaining"))
        || isZero(answer.header("X-RateLimit-Remaining"));
  }

  private static boolean isZero(@Nullable String value) {
    return value != null && value.strip().equals("0");
  }

  private static @Nullable Duration untilReset(String text, @Nullable String date, Instant now) {
    if (text.isEmpty() || text.length() > 15 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return RetryAfter.parse(text, date, now);
    }
    long number = Long.parseLong(text);
    if (number < EPOCH_SECONDS) {
      return RetryAfter.parse(text, date, now);
    }
    Instant until =
        number < EPOCH_MILLIS ? Instant.ofEpochSecond(number) : Instant.ofEpochMilli(number);
    return RetryAfter.until(until, date, now);
  }
}
