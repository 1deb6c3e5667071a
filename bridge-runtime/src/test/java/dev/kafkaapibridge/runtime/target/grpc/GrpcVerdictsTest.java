package dev.kafkaapibridge.runtime.target.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrpcVerdictsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0  | Accepted OK Accepted
          1  | TargetFailed CANCELLED ServerError
          2  | TargetFailed UNKNOWN ServerError
          3  | RecordRefused INVALID_ARGUMENT Refused
          4  | TargetFailed DEADLINE_EXCEEDED ServerError
          5  | RecordRefused NOT_FOUND Refused
          6  | RecordRefused ALREADY_EXISTS Refused
          7  | TargetMisconfigured PERMISSION_DENIED AuthenticationFailed
          8  | RateLimited RESOURCE_EXHAUSTED RateLimited
          9  | RecordRefused FAILED_PRECONDITION Refused
          10 | TargetFailed ABORTED ServerError
          11 | RecordRefused OUT_OF_RANGE Refused
          12 | TargetMisconfigured UNIMPLEMENTED MethodUnimplemented
          13 | TargetFailed INTERNAL ServerError
          14 | TargetFailed UNAVAILABLE ServerError
          15 | RecordRefused DATA_LOSS Refused
          16 | TargetMisconfigured UNAUTHENTICATED AuthenticationFailed
          17 | TargetFailed UNKNOWN ServerError
          -1 | TargetFailed UNKNOWN ServerError
          ok | TargetFailed UNKNOWN ServerError
          """)
  void byStatus(String status, String verdict) {
    assertThat(GrpcUnderTest.summary(of("", "{}", status, Map.of()))).isEqualTo(verdict);
  }

  @Test
  void theUsersListAndRulesComeBeforeTheTable() {
    String list = "{retry: {grpcStatusCodes: [DATA_LOSS, NOT_FOUND]}}";
    assertThat(GrpcUnderTest.summary(of("", list, "5", Map.of())))
        .isEqualTo("TargetFailed NOT_FOUND ServerError");
    assertThat(GrpcUnderTest.summary(of("", list, "14", Map.of())))
        .isEqualTo("RecordRefused UNAVAILABLE Refused");
    String rules =
        "responseRules: [{when: \"response.code == 'ALREADY_EXISTS'\", verdict: Accepted, reason: Known}, {when: \"response.message.contains('tenant')\", verdict: TargetMisconfigured, reason: NoTenant}, {when: \"response.trailers['x-state'] == 'busy'\", verdict: RateLimited}, {when: \"response.status == 'OK' && response.body.ok == false\", verdict: RecordRefused}]";
    assertThat(GrpcUnderTest.summary(of(rules, "{}", "6", Map.of())))
        .isEqualTo("Accepted ALREADY_EXISTS Known");
    assertThat(GrpcUnderTest.summary(of(rules, "{}", "3", Map.of("grpc-message", "no tenant"))))
        .isEqualTo("TargetMisconfigured INVALID_ARGUMENT NoTenant");
    assertThat(GrpcUnderTest.summary(of(rules, "{}", "14", Map.of("x-state", "busy"))))
        .isEqualTo("RateLimited UNAVAILABLE 2");
    assertThat(GrpcUnderTest.summary(of(rules, "{}", "0", Map.of())))
        .as("a rule whose field isn't there doesn't hold")
        .isEqualTo("Accepted OK Accepted");
  }

  @Test
  void aWaitIsReadFromPushbackOrRetryInfo() {
    assertThat(of("", "{}", "8", details(Details.retryInfo(2, 500_000_000))))
        .isEqualTo(new Verdict.RateLimited("RESOURCE_EXHAUSTED", Duration.ofMillis(2_500)));
    assertThat(of("", "{}", "14", details(Details.retryInfo(3, 0))))
        .as("an outage that says when it ends")
        .isEqualTo(new Verdict.RateLimited("UNAVAILABLE", Duration.ofSeconds(3)));
    assertThat(of("", "{}", "14", Map.of("grpc-retry-pushback-ms", "700")))
        .isEqualTo(new Verdict.RateLimited("UNAVAILABLE", Duration.ofMillis(700)));
    assertThat(GrpcUnderTest.summary(of("", "{}", "14", Map.of("grpc-retry-pushback-ms", "-1"))))
        .isEqualTo("TargetFailed UNAVAILABLE ServerError");
    assertThat(of("", "{}", "8", details(Details.retryInfo(-1, 0))))
        .isEqualTo(new Verdict.RateLimited("RESOURCE_EXHAUSTED", null));
    assertThat(of("", "{}", "8", details(Details.retryInfo(Long.MAX_VALUE, 999_999_999))))
        .isEqualTo(new Verdict.RateLimited("RESOURCE_EXHAUSTED", Duration.ofDays(30)));
    assertThat(of("", "{}", "8", Map.of("grpc-status-details-bin", "no base64!")))
        .isEqualTo(new Verdict.RateLimited("RESOURCE_EXHAUSTED", null));
  }

  @Test
  void whatTheServerSaysReachesTheDeadLetterBoundedAndClean() {
    var trailers =
        new HashMap<>(
            details(
                Details.badRequest("order.total", "must be positive"),
                Details.quotaFailure("tenant:7", "too many"),
                Details.errorInfo("INVALID", "shop.example.com"),
                Details.any("Help", ByteString.copyFromUtf8("\u0001"))));
    trailers.put("grpc-message", "not%20an order%0Aat all%21 100%");
    assertThat(((Verdict.RecordRefused) of("", "{}", "3", trailers)).detail())
        .isEqualTo(
            "the server answered INVALID_ARGUMENT: not an order at all! 100% [order.total: must be positive; tenant:7: too many; INVALID of shop.example.com]");
    trailers.put("grpc-message", "x".repeat(10_000));
    assertThat(((Verdict.RecordRefused) of("", "{}", "3", trailers)).detail()).hasSizeLessThan(450);
  }

  @ParameterizedTest
  @CsvSource({
    "gRPC message exceeds maximum size 4194304: 5000000", // grpc-java
    "grpc: received message larger than max (5000000 vs. 4194304)", // grpc-go
    "Received message larger than max (5000000 vs. 4194304)", // C-core
    "Received message exceeds the maximum configured message size.", // .NET
  })
  void aMessageThatIsTooLargeIsTheRecordsFaultAndNoLimitOfTheRate(String said) {
    assertThat(GrpcUnderTest.summary(of("", "{}", "8", Map.of("grpc-message", said))))
        .isEqualTo("RecordRefused RESOURCE_EXHAUSTED TooLarge");
  }

  private static Map<String, String> details(ByteString... details) {
    return Map.of(
        "grpc-status-details-bin",
        Base64.getEncoder().withoutPadding().encodeToString(Details.status(details)));
  }

  private static Verdict of(
      String fields, String delivery, String status, Map<String, String> trailers) {
    var spec = GrpcUnderTest.spec("a:1", fields, "{}", delivery);
    var verdicts = new GrpcVerdicts(spec.target().grpc(), spec.delivery().retry());
    return verdicts.of(
        new CallAnswer(
            CallStatus.of(status, trailers), Map.of(), trailers, new byte[0], bytes -> bytes));
  }
}
