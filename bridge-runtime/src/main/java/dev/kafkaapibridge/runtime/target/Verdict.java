package dev.kafkaapibridge.runtime.target;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What an answer, or the lack of one, says. Whose fault it is decides everything after: the
 * record's (refuse it), the target's (wait, spend nothing on evidence), the configuration's (hold,
 * say the fix), or nobody's (slow down).
 */
public sealed interface Verdict {

  /** HTTP status or gRPC code, as text; "-" where there was no answer. */
  String code();

  record Accepted(String code) implements Verdict {}

  /**
   * @param retryAfter what the target asks to wait; null where it gave no hint
   */
  record RateLimited(String code, @Nullable Duration retryAfter) implements Verdict {}

  /**
   * @param reason {@code ServerError}, {@code Timeout}, {@code ConnectionFailed}
   * @param detail short and clean, never a body or a header
   */
  record TargetFailed(String code, String reason, String detail) implements Verdict {}

  /**
   * @param reason a reason of TargetHealthy: {@code AuthenticationFailed}, {@code TLSFailed},
   *     {@code NameNotResolved}, {@code AddressDenied}, {@code MethodUnimplemented}, {@code
   *     UnexpectedRedirect}, {@code NotFound}
   * @param detail what was seen, and the fix
   */
  record TargetMisconfigured(String code, String reason, String detail) implements Verdict {}

  /**
   * @param reason {@code Refused}, or what made the request impossible, for example {@code
   *     InvalidHeader}
   * @param detail short and clean
   */
  record RecordRefused(String code, String reason, String detail) implements Verdict {}

  /** The call was cut because its partition was taken away: nothing is known. */
  record Cut(String code) implements Verdict {}
}
