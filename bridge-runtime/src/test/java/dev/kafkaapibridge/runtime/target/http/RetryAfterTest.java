package dev.kafkaapibridge.runtime.target.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterTest {

  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          3                               | -                              | 3
          0                               | -                              | 0
          2.0                             | -                              | 2
          1.5                             | -                              | 2
          0.001                           | -                              | 1
          0000000005                      | -                              | 5
          999999999                       | -                              | 2592000
          999999999.5                     | -                              | 2592000
          Sun, 22 Nov 2026 12:00:30 GMT   | -                              | 30
          Sun, 22 Nov 2026 12:00:30 GMT   | Sun, 22 Nov 2026 12:00:20 GMT  | 10
          Sun, 22 Nov 2026 12:00:30 GMT   | Sunday, 22-Nov-26 12:00:20 GMT | 10
          Sun, 22 Nov 2026 11:00:00 GMT   | -                              | 0
          Sunday, 22-Nov-26 12:00:30 GMT  | -                              | 30
          Sunday, 06-Nov-94 08:49:37 GMT  | -                              | 0
          Sunday, 22-Nov-76 12:00:00 GMT  | -                              | 2592000
          Tuesday, 22-Nov-77 12:00:00 GMT | -                              | 0
          Sun Nov 22 12:00:30 2026        | -                              | 30
          Sun Nov  6 08:49:37 1994        | -                              | 0
          Sun Nov  1 12:00:30 2026        | Sun Nov  1 12:00:00 2026       | 30
          5, 120                          | -                              | 120
          120,5                           | -                              | 120
          5, soon                         | -                              | 5
          5, Sun, 22 Nov 2026 12:00:30 GMT | -                             | 30
          Sun, 22 Nov 2026 12:00:30 GMT, 5 | -                             | 30
          Sunday, 22-Nov-26 12:00:30 GMT, Sun, 22 Nov 2026 12:00:40 GMT | - | 40
          Sun Nov 22 12:00:30 2026, 40    | -                              | 40
          99999999999999                  | -                              | -
          1795348830                      | -                              | -
          -5                              | -                              | -
          -1.5                            | -                              | -
          1.                              | -                              | -
          .5                              | -                              | -
          1e3                             | -                              | -
          soon                            | -                              | -
          ,                               | -                              | -
          Sunday, 32-Nov-26 12:00:30 GMT  | -                              | -
          """)
  void secondsOrADateTheLongestOfSeveralAndNonsenseIsNoHint(
      String header, String date, Long seconds) {
    assertThat(RetryAfter.parse(header, date, NOW))
        .isEqualTo(seconds == null ? null : Duration.ofSeconds(seconds));
  }

  @Test
  void ofSeveralFieldsTooTheLongestCounts() throws Exception {
    try (var server =
        new HostileServer(conversation -> {
          conversation.say(
              "HTTP/1.1 429 Slow\r\nRetry-After: 120\r\nRetry-After: 5\r\nContent-Length: 0\r\n\r\n");
          conversation.hangUp();
        })) {
      try (var target =
          new TargetUnderTest()
              .of(TargetUnderTest.spec(server.url(), "requestTimeout: 2s", "{}"))) {
        assertThat(TargetUnderTest.call(target).send())
            .isEqualTo(new Verdict.RateLimited("429", Duration.ofSeconds(120)));
      }
    }
  }
}
