package dev.kafkaapibridge.runtime.target.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResponseRulesTest {

  private static final Map<String, String> JSON = Map.of("Content-Type", "application/json");

  /** One rule, RecordRefused with reason R; what doesn't match it is judged by its status. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          response.status == 200                       | 200 | {}                   | RecordRefused 200 R
          response.status == 201                       | 200 | {}                   | Accepted 200 Accepted
          response.body.ok == false                    | 200 | {"ok": false}        | RecordRefused 200 R
          response.body.ok == false                    | 200 | {"ok": true}         | Accepted 200 Accepted
          response.body.ok == false                    | 200 | {}                   | Accepted 200 Accepted
          response.body.ok == false                    | 200 | []                   | Accepted 200 Accepted
          response.body.ok == false                    | 200 | {"ok": fal           | Accepted 200 Accepted
          response.body.ok == false                    | 200 | ok = false           | Accepted 200 Accepted
          response.body.contains('overloaded')         | 200 | We are overloaded.   | RecordRefused 200 R
          response.body == ''                          | 200 |                      | RecordRefused 200 R
          response.body.errors.exists(e, e.code == 7)  | 200 | {"errors": [{"code": 1}, {"code": 7}]} | RecordRefused 200 R
          response.body.errors[0].code == 7            | 200 | {"errors": []}       | Accepted 200 Accepted
          response.body == null                        | 200 | null                 | RecordRefused 200 R
          response.headers['x-state'] == 'busy'        | 500 | {}                   | RecordRefused 500 R
          response.headers['x-none'] == 'busy'         | 500 | {}                   | TargetFailed 500 ServerError
          'x-state' in response.headers                | 401 | {}                   | RecordRefused 401 R
          """)
  void aRuleHolds(String when, int status, String body, String verdict) {
    var verdicts = verdicts("[{when: \"" + when + "\", verdict: RecordRefused, reason: R}]");
    var headers = Map.of("Content-Type", "application/json", "X-State", "busy");
    assertThat(
            TargetUnderTest.summary(
                of(verdicts, new Answered(status, headers, body == null ? "" : body))))
        .isEqualTo(verdict);
  }

  @Test
  void theFirstRuleThatHoldsDecidesBeforeTheStatusDoes() {
    var verdicts =
        verdicts(
            "[{when: response.body.code == 1, verdict: TargetFailed, reason: One}, {when: response.body.code < 3, verdict: RecordRefused}, {when: response.status == 403, verdict: RateLimited, reason: Slow}, {when: response.status == 409, verdict: Accepted, reason: Known}, {when: response.status == 418, verdict: TargetMisconfigured, reason: no tea}]");

    assertThat(TargetUnderTest.summary(of(verdicts, new Answered(200, JSON, "{\"code\": 1}"))))
        .isEqualTo("TargetFailed 200 One");
    assertThat(TargetUnderTest.summary(of(verdicts, new Answered(200, JSON, "{\"code\": 2}"))))
        .as("its position where it has no name")
        .isEqualTo("RecordRefused 200 1");
    assertThat(of(verdicts, new Answered(403, Map.of("Retry-After", "7"), "")))
        .isEqualTo(new Verdict.RateLimited("403", Duration.ofSeconds(7), "Slow"));
    assertThat(of(verdicts, new Answered(409, Map.of(), "")))
        .isEqualTo(new Verdict.Accepted("409", "Known"));
    assertThat(of(verdicts, new Answered(418, Map.of(), "")))
        .as("a condition's reason is one word")
        .isEqualTo(
            new Verdict.TargetMisconfigured(
                "418",
                "ResponseRule",
                "spec.target.http.responseRules[4] (no tea) holds for an answer with status 418."));
    assertThat(TargetUnderTest.summary(of(verdicts, new Answered(422, JSON, "{\"code\": 3}"))))
        .isEqualTo("RecordRefused 422 Refused");
  }

  @Test
  void bodiesAreReadOnlyForRulesThatLookAtThem() {
    assertThat(verdicts("[]").looksAtBodies()).isFalse();
    assertThat(verdicts("[{when: response.status == 403, verdict: RateLimited}]").looksAtBodies())
        .isFalse();
    assertThat(verdicts("[{when: response.body.ok, verdict: Accepted}]").looksAtBodies()).isTrue();
  }

  private static Verdict of(HttpVerdicts verdicts, Answer answer) {
    return verdicts.of(answer, true, Instant.EPOCH);
  }

  private static HttpVerdicts verdicts(String rules) {
    var spec = TargetUnderTest.spec("http://a", "responseRules: " + rules, "{}");
    return new HttpVerdicts(spec.target().http(), spec.delivery().retry());
  }
}
