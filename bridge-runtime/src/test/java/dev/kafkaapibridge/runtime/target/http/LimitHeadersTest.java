package dev.kafkaapibridge.runtime.target.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kafkaapibridge.runtime.pace.LimitNotice;
import java.time.Instant;
import okhttp3.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LimitHeadersTest {

  private static final Instant NOW = Instant.ofEpochSecond(1_795_860_000);

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          RateLimit-Policy: "default";q=100;w=60                                      | 1.667 | NaN  | NaN | NaN
          ratelimit-policy: "burst";q=100;w=1, "day";q=86400;w=86400                  | 100   | NaN  | NaN | NaN
          RateLimit-Policy: "a";q=100;w=60;qu="requests";pk=:cHsdsRa894==:            | 1.667 | NaN  | NaN | NaN
          RateLimit-Policy: "a";q=10;w=1;qu="concurrent-requests", "b";q=50;w=1       | 50    | NaN  | NaN | NaN
          RateLimit-Policy: 100;w=10                                                  | 10    | NaN  | NaN | NaN
          RateLimit-Policy: "default";q=100;w=60 & RateLimit: "default";r=50;t=30     | 1.667 | 0.5  | 50  | 30
          RateLimit-Policy: "a";q=100;w=60, "b";q=10;w=1 & RateLimit: "a";r=90;t=30, "b";r=1;t=1 | 1.667 | 0.1 | 1 | 1
          RateLimit: limit=100, remaining=20, reset=30                                | NaN   | 0.2  | 20  | 30
          RateLimit-Limit: 100 & RateLimit-Remaining: 0 & RateLimit-Reset: 7          | NaN   | 0    | 0   | 7
          RateLimit-Limit: 100, 100;w=60 & RateLimit-Remaining: 5 & RateLimit-Reset: 7 | 1.667 | 0.05 | 5 | 7
          X-RateLimit-Limit: 5000 & X-RateLimit-Remaining: 50 & X-RateLimit-Reset: 1795860100 | NaN | 0.01 | 50 | 100
          x-rate-limit-limit: 15 & x-rate-limit-remaining: 3 & x-rate-limit-reset: 1795860100000 | NaN | 0.2 | 3 | 100
          X-RateLimit-Limit-Minute: 120 & X-RateLimit-Remaining-Minute: 7             | 2     | NaN  | NaN | NaN
          X-RateLimit-Limit: 50 & X-RateLimit-Remaining: 5 & X-RateLimit-Reset: 1795860100 & Date: Sat, 28 Nov 2026 10:00:50 GMT | NaN | 0.1 | 5 | 50
          RateLimit-Limit: 100 & RateLimit-Remaining: 50 & RateLimit-Reset: 1 & X-RateLimit-Limit: 40 & X-RateLimit-Remaining: 4 & X-RateLimit-Reset: 600 | NaN | 0.1 | 4 | 600
          RateLimit: "a";r=0                                                          | NaN   | NaN  | 0   | NaN
          """)
  void whatIsTold(String headers, double perSecond, double left, double remaining, double seconds) {
    LimitNotice notice = read(headers);
    assertClose(notice.perSecond(), perSecond);
    assertClose(notice.left(), left);
    assertClose(notice.remaining(), remaining);
    assertClose(notice.seconds(), seconds);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Type: text/plain",
        "Retry-After: 7",
        "RateLimit-Policy: \"default;q=100;w=60",
        "RateLimit-Policy: \"default\";q=100;w=60,",
        "RateLimit-Policy: \"default\";q=;w=60",
        "RateLimit-Policy: \"default\";q=-1;w=60",
        "RateLimit-Policy: \"default\";q=1e9;w=60",
        "RateLimit-Policy: \"default\";q=9999999999999999;w=60",
        "RateLimit-Policy: \"default\";q=100;w=0",
        "RateLimit-Policy: \"default\";q=100",
        "RateLimit-Policy: \"default\";q=100;w=86400",
        "RateLimit: \"default\";r=-5;t=30",
        "RateLimit: \"default\" r=5 t=30",
        "X-RateLimit-Remaining: many",
        "X-RateLimit-Limit: 100",
        "RateLimit:  "
      })
  void whatTellsNothing(String headers) {
    assertThat(read(headers)).isNull();
  }

  @Test
  void anythingMayStandInAField() {
    dev.kafkaapibridge.runtime.Seeds.each(
        20_000,
        random -> {
          var text = new StringBuilder();
          for (int i = random.nextInt(30); i > 0; i--) {
            text.append("\"abq=1;:?,. -\\wrt".charAt(random.nextInt(17)));
          }
          FieldList.parse(text.toString()); // comes to an end, and throws nothing
        });
  }

  private static LimitNotice read(String headers) {
    var built = new Headers.Builder();
    for (String header : headers.split(" & ")) {
      int colon = header.indexOf(':');
      built.add(header.substring(0, colon).strip(), header.substring(colon + 1).strip());
    }
    return LimitHeaders.read(built.build(), NOW);
  }

  private static void assertClose(double actual, double expected) {
    if (Double.isNaN(expected)) {
      assertThat(actual).isNaN();
    } else {
      assertThat(actual).isCloseTo(expected, within(0.001));
    }
  }
}
