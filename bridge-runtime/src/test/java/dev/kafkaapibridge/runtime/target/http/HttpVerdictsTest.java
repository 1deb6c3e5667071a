package dev.kafkaapibridge.runtime.target.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.api.validation.BridgeFile;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class HttpVerdictsTest {

  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final KafkaApiBridgeSpec SPEC =
      ((BridgeFile.Reading.Sound)
              BridgeFile.read(
                  "{apiVersion: kafka-api-bridge.dev/v1alpha1, kind: KafkaApiBridge, metadata: {name: a}, spec: {kafka: {bootstrapServers: 'k:9', topics: [a]}, target: {http: {url: 'http://a', successStatusCodes: ['200-299', '409']}}}}"))
          .bridge()
          .spec();
  private static final HttpVerdicts VERDICTS =
      new HttpVerdicts(SPEC.target().http(), SPEC.delivery().retry());

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          200, true,  Accepted
          204, true,  Accepted
          409, true,  Accepted
          429, true,  RateLimited
          408, true,  TargetFailed
          425, true,  TargetFailed
          500, true,  TargetFailed
          502, true,  TargetFailed
          503, true,  TargetFailed
          504, true,  TargetFailed
          401, true,  TargetMisconfigured
          403, true,  TargetMisconfigured
          405, true,  TargetMisconfigured
          407, true,  TargetMisconfigured
          501, true,  TargetMisconfigured
          301, true,  TargetMisconfigured
          308, true,  TargetMisconfigured
          404, false, TargetMisconfigured
          404, true,  RecordRefused
          400, true,  RecordRefused
          410, true,  RecordRefused
          413, true,  RecordRefused
          415, true,  RecordRefused
          422, true,  RecordRefused
          505, true,  RecordRefused
          """)
  void aStatusIsOneVerdict(int status, boolean everAccepted, String verdict) {
    assertThat(of(status, Map.of(), everAccepted).getClass().getSimpleName()).isEqualTo(verdict);
  }

  @Test
  void aHintAtALimitMakesItOne() {
    assertThat(of(403, Map.of("Retry-After", "7"), true))
        .isEqualTo(new Verdict.RateLimited("403", Duration.ofSeconds(7)));
    assertThat(of(403, Map.of("X-RateLimit-Remaining", "0"), true))
        .isEqualTo(new Verdict.RateLimited("403", null));
    assertThat(of(503, Map.of("Retry-After", "7"), true))
        .isEqualTo(new Verdict.RateLimited("503", Duration.ofSeconds(7)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          3                               | -                             | 3
          0                               | -                             | 0
          Sun, 22 Nov 2026 12:00:30 GMT   | -                             | 30
          Sun, 22 Nov 2026 12:00:30 GMT   | Sun, 22 Nov 2026 12:00:20 GMT | 10
          Sun, 22 Nov 2026 11:00:00 GMT   | -                             | 0
          99999999999999                  | -                             | -
          999999999                       | -                             | 2592000
          -5                              | -                             | -
          soon                            | -                             | -
          1.5                             | -                             | -
          """)
  void retryAfterIsSecondsOrADateAndNonsenseIsNoHint(String header, String date, Long seconds) {
    assertThat(RetryAfter.parse(header, date, NOW))
        .isEqualTo(seconds == null ? null : Duration.ofSeconds(seconds));
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new UnknownHostException("a"), "TargetMisconfigured NameNotResolved"),
        Arguments.of(new SSLHandshakeException("no trust"), "TargetMisconfigured TLSFailed"),
        Arguments.of(new AddressDenied("169.254.169.254"), "TargetMisconfigured AddressDenied"),
        Arguments.of(new ConnectException("refused"), "TargetFailed ConnectionFailed"),
        Arguments.of(new SocketTimeoutException("timeout"), "TargetFailed Timeout"),
        Arguments.of(new IOException("unexpected end of stream"), "TargetFailed ConnectionFailed"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aFailureOfTheTransportIsOneVerdict(IOException failure, String verdict) {
    assertThat(
            switch (VERDICTS.ofFailure(failure)) {
              case Verdict.TargetMisconfigured m -> "TargetMisconfigured " + m.reason();
              case Verdict.TargetFailed f -> "TargetFailed " + f.reason();
              default -> "";
            })
        .isEqualTo(verdict);
  }

  private static Verdict of(int status, Map<String, String> headers, boolean everAccepted) {
    return VERDICTS.ofStatus(status, headers::get, everAccepted, NOW);
  }
}
