package dev.kafkaapibridge.runtime.target.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.api.validation.BridgeFile;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
          300, true,  Again
          301, true,  Again
          304, true,  Again
          308, true,  Again
          101, true,  TargetFailed
          0,   true,  TargetFailed
          600, true,  TargetFailed
          999, true,  TargetFailed
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
          429 | RateLimit-Remaining=0;RateLimit-Reset=30                                       | 30
          429 | X-RateLimit-Remaining=0;X-RateLimit-Reset=30                                   | 30
          403 | X-RateLimit-Remaining=0;X-RateLimit-Reset=1795348830                           | 30
          403 | X-RateLimit-Remaining=0;X-RateLimit-Reset=1795348830000                        | 30
          429 | X-RateLimit-Remaining=0;X-RateLimit-Reset=1795348800                           | 0
          429 | X-RateLimit-Remaining=0;X-RateLimit-Reset=1795348000                           | 0
          429 | X-RateLimit-Remaining=0;X-RateLimit-Reset=1795348830;Date=Sun, 22 Nov 2026 12:00:20 GMT | 10
          429 | X-RateLimit-Remaining=0;X-RateLimit-Reset=Sun, 22 Nov 2026 12:00:30 GMT        | 30
          429 | X-RateLimit-Remaining=7;X-RateLimit-Reset=30                                   | -
          429 | X-RateLimit-Remaining=0;X-RateLimit-Reset=soon                                 | -
          429 | X-RateLimit-Remaining=0;X-RateLimit-Reset=-7                                   | -
          429 | X-RateLimit-Remaining=0;X-RateLimit-Reset=999999999999999                      | 2592000
          429 | X-RateLimit-Remaining=0;X-RateLimit-Reset=9999999999999999999                  | -
          429 | Retry-After=5;X-RateLimit-Remaining=0;X-RateLimit-Reset=30                     | 5
          429 | Retry-After=soon;X-RateLimit-Remaining=0;X-RateLimit-Reset=30                  | 30
          """)
  void whereRetryAfterIsMissingTheTimeOfTheNextQuotaIsTheHint(
      int status, String headers, Long seconds) {
    assertThat(of(status, headers(headers), true))
        .isEqualTo(
            new Verdict.RateLimited(
                Integer.toString(status), seconds == null ? null : Duration.ofSeconds(seconds)));
  }

  @Test
  void everyStatusHasAVerdict() {
    for (int status = -9; status < 1_000; status++) {
      assertThat(of(status, Map.of(), true)).as("%d", status).isNotNull();
    }
  }

  private static Map<String, String> headers(String text) {
    return Arrays.stream(text.split(";"))
        .map(header -> header.split("=", 2))
        .collect(Collectors.toMap(header -> header[0], header -> header[1]));
  }

  static Verdict of(int status, Map<String, String> headers, boolean everAccepted) {
    return VERDICTS.of(new Answered(status, headers, ""), everAccepted, NOW);
  }
}
