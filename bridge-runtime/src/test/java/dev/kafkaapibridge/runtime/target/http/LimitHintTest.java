package dev.kafkaapibridge.runtime.target.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.target.Verdict;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which answers say that a limit is reached, and how long to wait then. */
class LimitHintTest {

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

  private static Map<String, String> headers(String text) {
    var headers = new HashMap<String, String>();
    for (String header : text.split(" & ")) {
      String[] parts = header.split(": ", 2);
      headers.put(parts[0], parts[1]);
    }
    return headers;
  }
}
