package dev.kafkaapibridge.runtime.target.http;

import dev.kafkaapibridge.runtime.pace.LimitNotice;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an API says of a limit that is reached: {@code Retry-After}, or that nothing is left, as
 * {@link LimitHeaders} reads it. Nonsense counts as no hint. Pure.
 */
final class LimitHint {

  private LimitHint() {}

  /** Whether the answer says that a limit is reached. */
  static boolean isGivenBy(Answer answer, Instant now) {
    Map<String, String> headers = answer.headers();
    return RetryAfter.asks(headers.get("retry-after"), now) || usedUp(headers, now) != null;
  }

  /** How long to wait; null where the answer doesn't say. */
  static @Nullable Duration wait(Answer answer, Instant now) {
    Map<String, String> headers = answer.headers();
    Duration asked = RetryAfter.parse(headers.get("retry-after"), headers.get("date"), now);
    if (asked != null) {
      return asked;
    }
    LimitNotice usedUp = usedUp(headers, now);
    return usedUp == null || Double.isNaN(usedUp.seconds())
        ? null
        : RetryAfter.atMost(Duration.ofMillis((long) Math.ceil(usedUp.seconds() * 1_000)));
  }

  private static @Nullable LimitNotice usedUp(Map<String, String> headers, Instant now) {
    LimitNotice notice = LimitHeaders.read(headers, now);
    return notice != null && notice.remaining() < 1 ? notice : null;
  }
}
