package dev.kafkaapibridge.runtime.target.http;

import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The {@code Retry-After} of RFC 9110, section 10.2.3: seconds, or a date. A date is read against
 * the answer's own {@code Date}, so that a clock that is wrong on either side doesn't matter. Where
 * a gateway adds one to the API's own, the longest counts. Nonsense counts as no hint. Pure.
 */
public final class RetryAfter {

  /** Longer than this is nobody's intention. */
  private static final Duration LONGEST = Duration.ofDays(30);

  private static final int LONGEST_TEXT = 1_000;

  /** Between two values; a date has a comma of its own. */
  private static final Pattern COMMA =
      Pattern.compile("(?<!mon|tue|wed|thu|fri|sat|sun|day),", Pattern.CASE_INSENSITIVE);

  private static final Pattern NUMBER = Pattern.compile("\\d+(?:\\.\\d+)?");

  /** More digits may be a time, and say nothing of how long. */
  private static final Pattern SECONDS = Pattern.compile("0*(\\d{1,9})(?:\\.(\\d+))?");

  private RetryAfter() {}

  /**
   * @param header the header's value, several joined by commas, null where there is none
   * @param date the answer's {@code Date}, null where there is none
   * @param now this machine's idea of the time, for answers without a date
   * @return how long to wait, or null for no hint
   */
  public static @Nullable Duration parse(
      @Nullable String header, @Nullable String date, Instant now) {
    if (header == null || header.length() > LONGEST_TEXT) {
      return null;
    }
    Duration longest = null;
    for (String value : COMMA.split(header)) {
      Duration wait = one(value.strip(), date, now);
      if (wait != null && (longest == null || wait.compareTo(longest) > 0)) {
        longest = wait;
      }
    }
    return longest;
  }

  /** Whether it asks to wait at all, if only for a number that says nothing of how long. */
  static boolean asks(@Nullable String header, Instant now) {
    return header != null
        && header.length() <= LONGEST_TEXT
        && COMMA
            .splitAsStream(header)
            .map(String::strip)
            .anyMatch(
                value -> NUMBER.matcher(value).matches() || HttpDate.parse(value, now) != null);
  }

  private static @Nullable Duration one(String value, @Nullable String date, Instant now) {
    Matcher seconds = SECONDS.matcher(value);
    if (seconds.matches()) {
      String fraction = seconds.group(2);
      boolean more = fraction != null && fraction.chars().anyMatch(c -> c != '0');
      return atMost(Duration.ofSeconds(Long.parseLong(seconds.group(1)) + (more ? 1 : 0)));
    }
    Instant until = HttpDate.parse(value, now);
    return until == null ? null : until(until, date, now);
  }

  /**
   * @param date the answer's {@code Date}, null where there is none
   */
  static Duration until(Instant until, @Nullable String date, Instant now) {
    Instant from = date == null ? null : HttpDate.parse(date.strip(), now);
    Duration wait = Duration.between(from == null ? now : from, until);
    return wait.isNegative() ? Duration.ZERO : atMost(wait);
  }

  static Duration atMost(Duration wait) {
    return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
  }
}
