package dev.kafkaapibridge.runtime.target.http;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * The {@code Retry-After} of RFC 9110, section 10.2.3: seconds, or a date. A date is read against
 * the answer's own {@code Date}, so that a clock that is wrong on either side doesn't matter.
 * Nonsense counts as no hint. Pure.
 */
public final class RetryAfter {

  /** Longer than this is nobody's intention. */
  private static final Duration LONGEST = Duration.ofDays(30);

  private RetryAfter() {}

  /**
   * @param header the header's value, null where there is none
   * @param date the answer's {@code Date}, null where there is none
   * @param now this machine's idea of the time, for answers without a date
   * @return how long to wait, or null for no hint
   */
  public static @Nullable Duration parse(
      @Nullable String header, @Nullable String date, Instant now) {
    if (header == null) {
      return null;
    }
    String text = header.strip();
    if (!text.isEmpty() && text.length() <= 9 && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      Duration wait = Duration.ofSeconds(Long.parseLong(text));
      return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
    }
    Instant until = httpDate(text);
    if (until == null) {
      return null;
    }
    return until(until, date, now);
  }

  /**
   * @param date the answer's {@code Date}, null where there is none
   */
  static Duration until(Instant until, @Nullable String date, Instant now) {
    Instant from = date == null ? null : httpDate(date.strip());
    Duration wait = Duration.between(from == null ? now : from, until);
    if (wait.isNegative()) {
      return Duration.ZERO;
    }
    return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
  }

  private static @Nullable Instant httpDate(String text) {
    try {
      return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    } catch (DateTimeException e) {
      return null;
    }
  }
}
