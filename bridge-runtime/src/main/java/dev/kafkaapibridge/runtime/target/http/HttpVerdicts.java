package dev.kafkaapibridge.runtime.target.http;

import dev.kafkaapibridge.api.v1alpha1.HttpSpec;
import dev.kafkaapibridge.api.v1alpha1.RetrySpec;
import dev.kafkaapibridge.runtime.record.CleanText;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.function.Function;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * The table from an HTTP answer, or the lack of one, to a verdict. Pure. In order:
 *
 * <pre>
 *   successStatusCodes                         Accepted
 *   429; 403, 503 with a limit's hint          RateLimited         a hint: Retry-After, or a remaining quota of 0
 *   retry.httpStatusCodes                      TargetFailed
 *   401, 403, 407                              TargetMisconfigured AuthenticationFailed
 *   405, 501                                   TargetMisconfigured MethodUnimplemented
 *   3xx                                        TargetMisconfigured UnexpectedRedirect
 *   404 while nothing was ever accepted        TargetMisconfigured NotFound
 *   every other status                         RecordRefused
 *   unknown host, TLS, address denied          TargetMisconfigured
 *   every other failure of the transport       TargetFailed
 * </pre>
 */
final class HttpVerdicts {

  private final StatusCodes success;
  private final StatusCodes retry;

  HttpVerdicts(HttpSpec http, RetrySpec retry) {
    this.success = new StatusCodes(http.successStatusCodes());
    this.retry = new StatusCodes(retry.httpStatusCodes());
  }

  /**
   * @param header looks up a header of the answer, ignoring case; null where there is none
   * @param everAccepted whether the target has accepted anything since this process began
   */
  Verdict ofStatus(
      int status, Function<String, @Nullable String> header, boolean everAccepted, Instant now) {
    String code = Integer.toString(status);
    if (success.contains(status)) {
      return new Verdict.Accepted(code);
    }
    if (status == 429 || (status == 403 || status == 503) && hintsAtLimit(header)) {
      return new Verdict.RateLimited(
          code, RetryAfter.parse(header.apply("Retry-After"), header.apply("Date"), now));
    }
    if (retry.contains(status)) {
      return new Verdict.TargetFailed(code, "ServerError", "the target answered " + status);
    }
    return switch (status) {
      case 401, 403, 407 ->
          new Verdict.TargetMisconfigured(
              code,
              "AuthenticationFailed",
              "The target answered "
                  + status
                  + ": it refuses our credentials, or their right to this call. Check the credentials that spec.target.http names.");
      case 405, 501 ->
          new Verdict.TargetMisconfigured(
              code,
              "MethodUnimplemented",
              "The target answered "
                  + status
                  + ": it doesn't know the method. Check spec.target.http.method and url.");
      case 300, 301, 302, 303, 304, 305, 306, 307, 308 ->
          new Verdict.TargetMisconfigured(
              code,
              "UnexpectedRedirect",
              "The target answered "
                  + status
                  + ", a redirect, which is not followed. Write the final address into spec.target.http.url.");
      case 404 ->
          everAccepted
              ? new Verdict.RecordRefused(code, "Refused", "the target answered 404")
              : new Verdict.TargetMisconfigured(
                  code,
                  "NotFound",
                  "The target answered 404, and has accepted nothing yet. Check spec.target.http.url.");
      default -> new Verdict.RecordRefused(code, "Refused", "the target answered " + status);
    };
  }

  private static boolean hintsAtLimit(Function<String, @Nullable String> header) {
    return header.apply("Retry-After") != null
        || "0".equals(header.apply("X-RateLimit-Remaining"))
        || "0".equals(header.apply("RateLimit-Remaining"));
  }
}
