package dev.kafkaapibridge.runtime.target.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.v1alpha1.HttpSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.runtime.Damage;
import dev.kafkaapibridge.runtime.Seeds;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Answers that are damaged anywhere, from the status line to the last byte of the body. */
@Timeout(120)
class ForeignAnswerTest {

  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final Duration MONTH = Duration.ofDays(30);

  private static final List<String> TIMES =
      List.of(
          "7",
          "0",
          "Sun, 22 Nov 2026 12:00:30 GMT",
          "Sun, 06 Nov 1994 08:49:37 GMT",
          "Sunday, 06-Nov-94 08:49:37 GMT",
          "1795348830",
          "1795348830000",
          "1.5");

  @Test
  void aHintIsBetweenNothingAndAMonthOrNone() {
    Seeds.each(
        20_000,
        random -> {
          var answer =
              new Answered(
                  429,
                  random.nextBoolean()
                      ? Map.of(
                          "Retry-After", Damage.of(TIMES, random), "Date", Damage.of(TIMES, random))
                      : Map.of(
                          "X-RateLimit-Remaining",
                          "0",
                          "X-RateLimit-Reset",
                          Damage.of(TIMES, random),
                          "Date",
                          Damage.of(TIMES, random)),
                  "");
          Duration wait = LimitHint.wait(answer, NOW);
          assertThat(wait == null || !wait.isNegative() && wait.compareTo(MONTH) <= 0)
              .as("%s: %s", answer.given(), wait)
              .isTrue();
        });
  }

  @Test
  void noLocationLeadsToAnotherOrigin() {
    HttpUrl from = HttpUrl.get("https://api.example.com/v1/orders");
    var redirects = new Redirects(HttpSpec.Redirects.FollowSameOrigin);
    Seeds.each(
        20_000,
        random -> {
          String location =
              Damage.of(
                  List.of(
                      "https://api.example.com/v2",
                      "/v2/orders?a=b",
                      "//api.example.com:443/x",
                      "https://user:pass@api.example.com/"),
                  random);
          if (redirects.next("POST", from, 307, location, 0) instanceof Redirects.Next.To(var to)) {
            assertThat(to.scheme() + "://" + to.host() + ":" + to.port())
                .as(location)
                .isEqualTo("https://api.example.com:443");
            assertThat(to.username() + to.password()).isEmpty();
          }
        });
  }

  private static final List<String> ANSWERS =
      List.of(
          "HTTP/1.1 200 OK\r\nContent-Length: 12\r\nContent-Type: application/json\r\n\r\n{\"ok\": true}",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/plain; charset=\"utf-7\"\r\n\r\n5\r\nhello\r\n3;x=y\r\nyou\r\n0\r\nTrailer: x\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Type: application/json\r\n\r\n"
              + gzip("{\"ok\": false}"),
          "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
          "HTTP/1.1 429 Slow\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n",
          "HTTP/1.0 503 Busy\r\nConnection: close\r\n\r\nback soon",
          "HTTP/1.1 307 Moved\r\nLocation: /v2/orders\r\nContent-Length: 0\r\n\r\n",
          "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"a\"\r\nContent-Length: 0\r\n\r\n");

  private static final String FIELDS =
      "requestTimeout: 2s, connectTimeout: 1s, maxResponseBytes: 1024, redirects: FollowSameOrigin, responseRules: [{when: response.body.ok == false, verdict: RecordRefused, reason: NotOk}]";
  private static final String DELIVERY = "{deadLetter: {responseBody: Truncated}}";

  /** The least that an answer must have in it to be an acceptance. */
  private static final Pattern SAYS_YES = Pattern.compile("(HTTP/1[.][01]|ICY) 2\\d\\d");

  @Test
  void everyAnswerIsAVerdictOfOneSendAndNoneIsAcceptedThatDoesNotSaySo() throws Exception {
    var answer = new AtomicReference<>("");
    var under = new TargetUnderTest();
    try (var server =
        new HostileServer(conversation -> {
          conversation.say(answer.get());
          conversation.hangUp();
        })) {
      KafkaApiBridgeSpec spec = TargetUnderTest.spec(server.url(), FIELDS, DELIVERY);
      Seeds.each(
          500,
          random -> {
            answer.set(Damage.of(ANSWERS, random));
            int before = server.requests.get();
            // One of its own each time, or it would find the last one's connection hung up.
            try (var target = under.of(spec)) {
              Verdict verdict = TargetUnderTest.call(target).send();
              assertThat(verdict).isNotInstanceOf(Verdict.Cut.class);
              assertThat(server.requests.get() - before).as(answer.get()).isEqualTo(1);
              if (verdict instanceof Verdict.Accepted) {
                assertThat(answer.get()).containsPattern(SAYS_YES);
              }
            }
          });
      assertThat(under.sent).hasValue(server.requests.get());
    }
  }

  private static String gzip(String text) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(UTF_8));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.toString(ISO_8859_1);
  }
}
