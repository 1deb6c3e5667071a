package dev.kafkaapibridge.runtime.target.http;

import dev.kafkaapibridge.api.expression.Declarations;
import dev.kafkaapibridge.api.v1alpha1.HttpSpec;
import dev.kafkaapibridge.api.v1alpha1.RetrySpec;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The table from an HTTP answer to a verdict; {@link TransportFailures} is the one for calls that
 * got none. Pure. In order:
 *
 * <pre>
 *   responseRules, the first that holds        as it says
 *   successStatusCodes                         Accepted
 *   429; 403, 503 with a limit's hint          RateLimited         a hint: Retry-After, or that nothing is left
 *   retry.httpStatusCodes                      TargetFailed        ServerError
 *   below 200, above 599                       TargetFailed        InvalidAnswer
 *   401, 403, 407                              TargetMisconfigured AuthenticationFailed
 *   405, 501                                   TargetMisconfigured MethodUnimplemented
 *   3xx                                        Again; where it isn't followed TargetMisconfigured UnexpectedRedirect
 *   404 while nothing was ever accepted        TargetMisconfigured NotFound
 *   every other status                         RecordRefused       Refused
 * </pre>
 */
final class HttpVerdicts {

  private final ResponseRules rules;
  private final StatusCodes success;
  private final StatusCodes retry;

  HttpVerdicts(HttpSpec http, RetrySpec retry) {
    this.rules =
        new ResponseRules(
            http.responseRules(), Declarations.ofResponse(), "spec.target.http.responseRules");
    this.success = new StatusCodes(http.successStatusCodes());
    this.retry = new StatusCodes(retry.httpStatusCodes());
  }

  /** Whether {@link Answer#body()} is needed. */
  boolean looksAtBodies() {
    return rules.lookAtBodies();
  }

  /**
   * @param everAccepted whether the target has accepted anything since this process began
   */
  Verdict of(Answer answer, boolean everAccepted, Instant now) {
    ResponseRules.Ruling ruling = rules.decide(new AnswerValues(answer));
    return ruling == null
        ? byStatus(answer, everAccepted, now)
        : ruling.of(Integer.toString(answer.status()), LimitHint.wait(answer, now));
  }

  /** What a status means that an answer holds for one record of a batch: what it says of that. */
  Verdict ofItem(int status, Instant now) {
    Verdict verdict = byStatus(new OfItem(status), true, now);
    return verdict instanceof Verdict.Again(var code, var why)
        ? new Verdict.TargetFailed(
            code, "InvalidAnswer", "the answer redirects one record of a batch")
        : verdict;
  }

  private record OfItem(int status) implements Answer {
    @Override
    public @Nullable String header(String name) {
      return null;
    }

    @Override
    public Map<String, String> headers() {
      return Map.of();
    }

    @Override
    public byte[] body() {
      return new byte[0];
    }
  }

  private Verdict byStatus(Answer answer, boolean everAccepted, Instant now) {
    int status = answer.status();
    String code = Integer.toString(status);
    if (success.contains(status)) {
      return new Verdict.Accepted(code);
    }
    if (status == 429 || (status == 403 || status == 503) && LimitHint.isGivenBy(answer, now)) {
      return new Verdict.RateLimited(code, LimitHint.wait(answer, now));
    }
    if (retry.contains(status)) {
      return new Verdict.TargetFailed(code, "ServerError", "the target answered " + status);
    }
    if (status < 200 || status > 599) {
      return new Verdict.TargetFailed(
          code, "InvalidAnswer", "the target answered " + status + ", which answers no request");
    }
    return switch (status) {
      case 401, 403 ->
          new Verdict.TargetMisconfigured(
              code,
              "AuthenticationFailed",
              "The target answered "
                  + status
                  + ": it refuses our credentials, or their right to this call. Check the credentials that spec.target.http names.");
      case 407 ->
          new Verdict.TargetMisconfigured(
              code,
              "AuthenticationFailed",
              "A proxy answered 407: it wants credentials. Check spec.target.http.proxyURL, or let the bridge through.");
      case 405, 501 ->
          new Verdict.TargetMisconfigured(
              code,
              "MethodUnimplemented",
              "The target answered "
                  + status
                  + ": it doesn't know the method. Check spec.target.http.method and url.");
      case 300, 301, 302, 303, 304, 305, 306, 307, 308 ->
          new Verdict.Again(code, Verdict.Again.Why.Redirected);
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
}
