package dev.kafkaapibridge.runtime.target.grpc;

import dev.kafkaapibridge.api.expression.Declarations;
import dev.kafkaapibridge.api.v1alpha1.GrpcSpec;
import dev.kafkaapibridge.api.v1alpha1.ResponseRuleSpec;
import dev.kafkaapibridge.api.v1alpha1.RetrySpec;
import dev.kafkaapibridge.runtime.target.Verdict;
import dev.kafkaapibridge.runtime.target.http.ResponseRules;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The table from a status to a verdict. Pure. In order:
 *
 * <pre>
 *   responseRules, the first that holds              as it says
 *   OK                                               Accepted
 *   RESOURCE_EXHAUSTED for a message's size          RecordRefused       TooLarge
 *   RESOURCE_EXHAUSTED; UNAVAILABLE with a wait      RateLimited         a wait: pushback, or RetryInfo
 *   retry.grpcStatusCodes                            TargetFailed        ServerError
 *   UNAUTHENTICATED, PERMISSION_DENIED               TargetMisconfigured AuthenticationFailed
 *   UNIMPLEMENTED                                    TargetMisconfigured MethodUnimplemented
 *   UNKNOWN, INTERNAL, CANCELLED                     TargetFailed        ServerError
 *   every other                                      RecordRefused       Refused
 * </pre>
 *
 * UNKNOWN and INTERNAL are what libraries make of an exception that a server didn't expect, and
 * CANCELLED, since it wasn't us, of one before it: they say nothing of the record.
 */
final class GrpcVerdicts {

  /** What OK means where no rule says otherwise. */
  static final Verdict ACCEPTED = new Verdict.Accepted(Code.OK.name());

  private final ResponseRules rules;
  private final Set<Code> retry = EnumSet.noneOf(Code.class);
  private final String method;

  GrpcVerdicts(GrpcSpec grpc, RetrySpec retry) {
    this(grpc, grpc.responseRules(), retry);
  }

  /** Of a call that the rules don't know. */
  static GrpcVerdicts withoutRules(GrpcSpec grpc, RetrySpec retry) {
    return new GrpcVerdicts(grpc, List.of(), retry);
  }

  private GrpcVerdicts(GrpcSpec grpc, List<ResponseRuleSpec> ruling, RetrySpec retry) {
    this.rules =
        new ResponseRules(ruling, Declarations.ofGrpcResponse(), "spec.target.grpc.responseRules");
    for (RetrySpec.GrpcStatusCode code : retry.grpcStatusCodes()) {
      this.retry.add(Code.valueOf(code.name()));
    }
    this.method = grpc.service() + "/" + grpc.method();
  }

  /** Whether no rule looks at an answer. */
  boolean areByStatusAlone() {
    return rules.areNone();
  }

  /** Whether {@link CallAnswer#message} is needed. */
  boolean looksAtMessages() {
    return rules.lookAtBodies();
  }

  Verdict of(CallAnswer answer) {
    CallStatus status = answer.status();
    ResponseRules.Ruling ruling = rules.decide(answer);
    return ruling == null ? byStatus(status) : ruling.of(status.code().name(), status.askedWait());
  }

  Verdict byStatus(CallStatus status) {
    Code code = status.code();
    if (code == Code.OK) {
      return ACCEPTED;
    }
    String name = code.name();
    String answered = "the server answered " + status.text();
    if (code == Code.RESOURCE_EXHAUSTED && status.isTooLarge()) {
      return new Verdict.RecordRefused(name, "TooLarge", answered);
    }
    if (code == Code.RESOURCE_EXHAUSTED || code == Code.UNAVAILABLE && status.askedWait() != null) {
      return new Verdict.RateLimited(name, status.askedWait());
    }
    if (retry.contains(code)) {
      return new Verdict.TargetFailed(name, "ServerError", answered);
    }
    return switch (code) {
      case UNAUTHENTICATED, PERMISSION_DENIED ->
          new Verdict.TargetMisconfigured(
              name,
              "AuthenticationFailed",
              "The server answered "
                  + status.text()
                  + ". It refuses our credentials, or their right to this call. Check the credentials in spec.target.grpc.metadata.");
      case UNIMPLEMENTED ->
          new Verdict.TargetMisconfigured(
              name,
              "MethodUnimplemented",
              "The server answered "
                  + status.text()
                  + ". It has no "
                  + method
                  + ", or doesn't read the compression. Check spec.target.grpc.address, service, method and compression.");
      case UNKNOWN, INTERNAL, CANCELLED -> new Verdict.TargetFailed(name, "ServerError", answered);
      default -> new Verdict.RecordRefused(name, "Refused", answered);
    };
  }
}
