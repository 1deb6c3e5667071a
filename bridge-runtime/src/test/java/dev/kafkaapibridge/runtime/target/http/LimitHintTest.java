package dev.kafkaapibridge.runtime.target.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which answers say that a limit is reached, and how long to wait then. */
class LimitHintTest {

  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Retry-After: 30",
        "RateLimit: \"default\";r=0;t=30",
        "RateLimit: \"day\";r=700;t=40000, \"second\";r=0;t=30",
        "RateLimit: limit=100, remaining=0, reset=30",
        "RateLimit-Remaining: 0 & RateLimit-Reset: 30",
        "X-RateLimit-Remaining: 0 & X-RateLimit-Reset: 30",
        "X-RateLimit-Remaining: 0 & X-RateLimit-Reset: 1795348830",
        "X-Rate-Limit-Remaining: 0 & X-Rate-Limit-Reset: 1795348830000"
      })
  void thatNothingIsLeftIsALimitWhateverTheHeaders(String headers) {
    for (int status : new int[] {403, 429, 503}) {
      assertThat(HttpVerdictsTest.of(status, headers(headers), true))
          .isEqualTo(new Verdict.RateLimited(Integer.toString(status), Duration.ofSeconds(30)));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          RateLimit: "default";r=0                                                             | -
          RateLimit: limit=100, remaining=0                                                    | -
          X-Rate-Limit-Remaining: 0                                                            | -
          RateLimit: "a";r=0;t=5, "b";r=0;t=70                                                 | 70
          RateLimit: "a";r=0, "b";r=0;t=70                                                     | 70
          X-RateLimit-Remaining: 0 & X-RateLimit-Reset: 600 & RateLimit-Reset: 1               | 600
          X-RateLimit-Remaining: 0 & X-RateLimit-Reset: 600 & RateLimit-Remaining: 5 & RateLimit-Reset: 1 | 600
          X-RateLimit-Limit: 9 & X-RateLimit-Remaining: 0 & X-RateLimit-Reset: 600 & RateLimit: "a";r=3;t=1 | 600
          X-RateLimit-Remaining: 0 & X-RateLimit-Reset: 5 & RateLimit-Remaining: 0 & RateLimit-Reset: 70 | 70
          Retry-After: 1795348830                                                              | -
          Retry-After: 99999999999999999999                                                    | -
          Retry-After: soon, Sunday, 22-Nov-26 12:00:30 GMT                                    | 30
          Retry-After: soon & X-RateLimit-Remaining: 0 & X-RateLimit-Reset: 5                  | 5
          """)
  void theWaitIsUntilThereIsMoreOfWhatIsUsedUp(String headers, Long seconds) {
    var answer = new Answered(403, headers(headers), "");
    assertThat(LimitHint.wait(answer, NOW))
        .isEqualTo(seconds == null ? null : Duration.ofSeconds(seconds));
    assertThat(HttpVerdictsTest.of(403, headers(headers), true))
        .isInstanceOf(Verdict.RateLimited.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Retry-After: nonsense",
        "Retry-After: -1",
        "RateLimit: \"default\";r=1;t=30",
        "RateLimit: \"default\";r=-1;t=30",
        "RateLimit: limit=100, remaining=1, reset=30",
        "X-RateLimit-Remaining: 1 & X-RateLimit-Reset: 30",
        "X-RateLimit-Remaining: none & X-RateLimit-Reset: 30",
        "X-Rate-Limit-Limit: 0 & X-Rate-Limit-Reset: 30"
      })
  void whatTellsOfNoLimitHidesNoWrongCredentials(String headers) {
    assertThat(HttpVerdictsTest.of(403, headers(headers), true))
        .isInstanceOf(Verdict.TargetMisconfigured.class);
    assertThat(HttpVerdictsTest.of(503, headers(headers), true))
        .isInstanceOf(Verdict.TargetFailed.class);
    assertThat(HttpVerdictsTest.of(429, headers(headers), true))
        .isEqualTo(new Verdict.RateLimited("429", null));
  }

  @Test
  void aTimeIsReadAgainstTheAnswersOwn() {
    Map<String, String> headers =
        headers(
            "X-RateLimit-Remaining: 0 & X-RateLimit-Reset: 1795348830 & Date: Sun, 22 Nov 2026 11:58:30 GMT");
    assertThat(LimitHint.wait(new Answered(429, headers, ""), NOW))
        .isEqualTo(Duration.ofSeconds(120));
  }

  private static Map<String, String> headers(String text) {
    var headers = new HashMap<String, String>();
    for (String header : text.split(" & ")) {
      String[] parts = header.split(": ", 2);
      headers.put(parts[0], parts[1]);
    }
    return headers;
  }
}
