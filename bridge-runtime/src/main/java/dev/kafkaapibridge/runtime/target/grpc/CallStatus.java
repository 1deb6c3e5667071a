package dev.kafkaapibridge.runtime.target.grpc;

import dev.kafkaapibridge.runtime.record.CleanText;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a call has ended, as the server says it. Pure.
 *
 * @param message decoded, as it came
 * @param pushback of {@code grpc-retry-pushback-ms}, or of a proxy's {@code Retry-After}; null
 *     where there is none, or it asks not to send again at all
 */
record CallStatus(Code code, String message, StatusDetails details, @Nullable Duration pushback) {

  /** Of an answer that goes on. */
  static final CallStatus OK = new CallStatus(Code.OK, "", StatusDetails.NONE, null);

  /** Longer than this is nobody's intention. */
  private static final Duration LONGEST = Duration.ofDays(30);

  private static final int MAX_TEXT = 400;

  /**
   * What libraries say of a message that is larger than they take. By the status alone, such a
   * record could not be told from a limit of the rate, and would be sent for ever.
   */
  private static final Pattern TOO_LARGE =
      Pattern.compile("message .*(larger than max|exceeds (the )?(configured )?maximum)");

  /**
   * @param trailers by names in lower case
   */
  static CallStatus of(String grpcStatus, Map<String, String> trailers) {
    return new CallStatus(
        Code.of(grpcStatus),
        PercentText.decode(trailers.getOrDefault("grpc-message", "")),
        StatusDetails.read(trailers.get("grpc-status-details-bin")),
        pushback(trailers.get("grpc-retry-pushback-ms")));
  }

  /** A negative number asks not to send again: how long to wait is left to the bridge then. */
  private static @Nullable Duration pushback(@Nullable String millis) {
    if (millis == null
        || millis.isEmpty()
        || millis.length() > 12
        || !millis.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return null;
    }
    return Duration.ofMillis(Long.parseLong(millis));
  }

  /** How long the server asks to wait; null where it doesn't say. */
  @Nullable Duration askedWait() {
    Duration asked = pushback == null ? details.retryDelay() : pushback;
    return asked == null || asked.compareTo(LONGEST) <= 0 ? asked : LONGEST;
  }

  /** Whether it is this message's size that the server doesn't take. */
  boolean isTooLarge() {
    return TOO_LARGE.matcher(message.toLowerCase(Locale.ROOT)).find();
  }

  /** For people, bounded and clean: the code, the message, what the details say. */
  String text() {
    var text = new StringBuilder(code.name());
    if (!message.isEmpty()) {
      text.append(": ").append(message);
    }
    if (!details.texts().isEmpty()) {
      text.append(" [").append(String.join("; ", details.texts())).append(']');
    }
    return CleanText.of(text.toString(), MAX_TEXT);
  }
}
