package dev.kafkaapibridge.runtime.target.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A date of RFC 9110, section 5.6.7. Nobody may write but the first form any more, and whoever
 * reads has to know all. Pure.
 *
 * <pre>
 *   Sun, 06 Nov 1994 08:49:37 GMT
 *   Sunday, 06-Nov-94 08:49:37 GMT
 *   Sun Nov  6 08:49:37 1994
 * </pre>
 */
final class HttpDate {

  /** After the weekday, which says nothing of which century is meant. */
  private static final DateTimeFormatter RFC_850 =
      DateTimeFormatter.ofPattern("dd-MMM-yy HH:mm:ss 'GMT'", Locale.ENGLISH);

  private static final DateTimeFormatter ASCTIME =
      DateTimeFormatter.ofPattern("EEE MMM d HH:mm:ss yyyy", Locale.ENGLISH);

  private static final int SHORT_WEEKDAY = 3;

  private HttpDate() {}

  /** Null for what is none. */
  static @Nullable Instant parse(String text, Instant now) {
    int comma = text.indexOf(',');
    try {
      if (comma > SHORT_WEEKDAY) {
        return rfc850(text.substring(comma + 1).strip(), now);
      }
      return comma < 0 && !text.isEmpty() && Character.isLetter(text.charAt(0))
          ? LocalDateTime.parse(text.replaceAll(" +", " "), ASCTIME).toInstant(ZoneOffset.UTC)
          : ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    } catch (DateTimeException e) {
      return null;
    }
  }

  /** What seems more than fifty years ahead is of the century before. */
  private static Instant rfc850(String text, Instant now) {
    LocalDateTime time = LocalDateTime.parse(text, RFC_850); // of this century
    boolean isOfTheLast = time.isAfter(LocalDateTime.ofInstant(now, ZoneOffset.UTC).plusYears(50));
    return (isOfTheLast ? time.minusYears(100) : time).toInstant(ZoneOffset.UTC);
  }
}
