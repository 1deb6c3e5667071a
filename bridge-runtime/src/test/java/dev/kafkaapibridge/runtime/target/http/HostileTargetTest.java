package dev.kafkaapibridge.runtime.target.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.target.Verdict;
import dev.kafkaapibridge.runtime.target.http.HostileServer.Answering;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What targets do that no specification allows, and the end that each call has all the same: one
 * send, a named verdict, bounded time and memory.
 */
@Timeout(20)
class HostileTargetTest {

  private static final String BOUNDS =
      "requestTimeout: 2s, connectTimeout: 1s, maxResponseBytes: 65536";
  private static final String OK = "HTTP/1.1 200 OK\r\n";
  private static final String EMPTY = "Content-Length: 0\r\n\r\n";
  private static final String NO_LENGTH = "\r\n";

  private static Arguments says(String name, String bytes, String verdict) {
    return does(name, c -> c.say(bytes), verdict);
  }

  private static Arguments does(String name, Answering answering, String verdict) {
    return Arguments.of(name, answering, verdict);
  }

  static Stream<Arguments> answers() {
    String byteByByte = OK + EMPTY;
    return Stream.of(
        // Bodies: the status line has decided.
        does(
            "a body that never ends",
            c -> {
              c.say(OK + NO_LENGTH);
              while (true) {
                c.say("x".repeat(8_192));
              }
            },
            "Accepted 200 Accepted"),
        does(
            "50 MB",
            c -> {
              c.say(OK + "Content-Length: 52428800\r\n\r\n");
              for (int i = 0; i < 6_400; i++) {
                c.say("x".repeat(8_192));
              }
            },
            "Accepted 200 Accepted"),
        does(
            "a body that stops in the middle and the connection stays",
            c -> {
              c.say(OK + "Content-Length: 100\r\n\r\nhalf");
              c.beSilent();
            },
            "Accepted 200 Accepted"),
        does(
            "a reset after the headers",
            c -> {
              c.say(OK + "Content-Length: 100\r\n\r\n");
              c.reset();
            },
            "Accepted 200 Accepted"),
        says(
            "204 with a body",
            "HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\nbody",
            "Accepted 204 Accepted"),
        says(
            "205 with a body",
            "HTTP/1.1 205 Reset Content\r\nContent-Length: 4\r\n\r\nbody",
            "Accepted 205 Accepted"),
        says(
            "204 with a chunked body",
            "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n",
            "Accepted 204 Accepted"),
        says(
            "a chunk without a size",
            OK + "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
            "Accepted 200 Accepted"),
        says(
            "a chunk of a huge size",
            OK + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
            "Accepted 200 Accepted"),
        says("a negative length", OK + "Content-Length: -5\r\n\r\n", "Accepted 200 Accepted"),
        does(
            "a length that is no number",
            c -> {
              c.say(OK + "Content-Length: many\r\n\r\n");
              c.hangUp();
            },
            "Accepted 200 Accepted"),
        says(
            "a huge length",
            OK + "Content-Length: 99999999999999999999\r\n\r\n",
            "Accepted 200 Accepted"),
        says(
            "two lengths",
            OK + "Content-Length: 4\r\nContent-Length: 0\r\n\r\n",
            "Accepted 200 Accepted"),

        // Time.
        does("silence", HostileServer.Conversation::beSilent, "TargetFailed - Timeout"),
        does(
            "one byte in a while",
            c -> {
              for (char one : byteByByte.toCharArray()) {
                c.say(String.valueOf(one));
                Thread.sleep(100);
              }
            },
            "TargetFailed - Timeout"),
        does(
            "early hints without end",
            c -> {
              while (true) {
                c.say("HTTP/1.1 103 Early Hints\r\n\r\n");
                Thread.sleep(1);
              }
            },
            "TargetFailed - Timeout"),

        // Connections.
        does(
            "a reset before the headers",
            HostileServer.Conversation::reset,
            "TargetFailed - ConnectionFailed"),
        does(
            "an end before the headers",
            HostileServer.Conversation::hangUp,
            "TargetFailed - ConnectionFailed"),
        does(
            "half a status line",
            c -> {
              c.say("HTTP/1.1 20");
              c.hangUp();
            },
            "TargetFailed - ConnectionFailed"),
        does(
            "half the headers",
            c -> {
              c.say(OK + "Content-Le");
              c.reset();
            },
            "TargetFailed - ConnectionFailed"),
        does(
            "TLS on a plain port",
            c -> {
              c.say(new byte[] {0x15, 3, 3, 0, 2, 2, 70});
              c.hangUp();
            },
            "TargetMisconfigured - TLSFailed"),

        // Headers.
        says(
            "100 kB of headers",
            OK + ("X-Large: " + "x".repeat(1_000) + "\r\n").repeat(100) + EMPTY,
            "Accepted 200 Accepted"),
        does(
            "headers without end",
            c -> {
              c.say(OK);
              while (true) {
                c.say("X-More: " + "x".repeat(1_000) + "\r\n");
              }
            },
            "TargetFailed - ConnectionFailed"),
        does(
            "one header without end",
            c -> {
              c.say(OK);
              while (true) {
                c.say("x".repeat(8_192));
              }
            },
            "TargetFailed - ConnectionFailed"),
        says("a header without a name", OK + ": empty\r\n" + EMPTY, "Accepted 200 Accepted"),
        says(
            "a header that is binary",
            OK + "X-\u0001: \u00ff\u0000\r\n" + EMPTY,
            "Accepted 200 Accepted"),

        // Status lines.
        says(
            "100 and 103 before the answer",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                + OK
                + EMPTY,
            "Accepted 200 Accepted"),
        says(
            "101 that nobody asked for",
            "HTTP/1.1 101 Switching Protocols\r\n\r\n",
            "TargetFailed 101 InvalidAnswer"),
        says("a status of two digits", "HTTP/1.1 20\r\n" + EMPTY, "TargetFailed - InvalidAnswer"),
        says("a status in words", "HTTP/1.1 Fine\r\n" + EMPTY, "TargetFailed - InvalidAnswer"),
        says("a negative status", "HTTP/1.1 -12 Odd\r\n" + EMPTY, "TargetFailed - InvalidAnswer"),
        says("status 000", "HTTP/1.1 000 Odd\r\n" + EMPTY, "TargetFailed 0 InvalidAnswer"),
        says("status 999", "HTTP/1.1 999 Odd\r\n" + EMPTY, "TargetFailed 999 InvalidAnswer"),
        says("another protocol", "SSH-2.0-OpenSSH_9.7\r\n", "TargetFailed - InvalidAnswer"),
        says("HTTP/0.9", "<html>hello</html>\r\n", "TargetFailed - InvalidAnswer"),
        says("an empty line", "\r\n", "TargetFailed - InvalidAnswer"),

        // What OkHttp would act on by itself.
        says(
            "503 with Retry-After: 0",
            "HTTP/1.1 503 Busy\r\nRetry-After: 0\r\n" + EMPTY,
            "RateLimited 503 RateLimited"),
        says(
            "503 with a huge Retry-After",
            "HTTP/1.1 503 Busy\r\nRetry-After: 99999999999999999999\r\n" + EMPTY,
            "RateLimited 503 RateLimited"),
        says(
            "429 with a negative Retry-After",
            "HTTP/1.1 429 Busy\r\nRetry-After: -1\r\n" + EMPTY,
            "RateLimited 429 RateLimited"),
        says(
            "429 with a textual Retry-After",
            "HTTP/1.1 429 Busy\r\nRetry-After: in a while\r\n" + EMPTY,
            "RateLimited 429 RateLimited"),
        says("408", "HTTP/1.1 408 Slow\r\n" + EMPTY, "TargetFailed 408 ServerError"),
        says("421", "HTTP/1.1 421 Misdirected\r\n" + EMPTY, "RecordRefused 421 Refused"),
        says(
            "401 with a challenge",
            "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"a\"\r\n" + EMPTY,
            "TargetMisconfigured 401 AuthenticationFailed"),
        says(
            "407 without a proxy",
            "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic\r\n" + EMPTY,
            "TargetMisconfigured 407 AuthenticationFailed"),
        says(
            "a redirect to another host",
            "HTTP/1.1 307 Moved\r\nLocation: http://127.0.0.2:1/\r\n" + EMPTY,
            "TargetMisconfigured 307 UnexpectedRedirect"),
        says(
            "a redirect to a metadata address",
            "HTTP/1.1 302 Moved\r\nLocation: http://169.254.169.254/latest\r\n" + EMPTY,
            "TargetMisconfigured 302 UnexpectedRedirect"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("answers")
  void hasANamedEnd(String name, Answering answering, String verdict) throws Exception {
    var under = new TargetUnderTest();
    try (var server = new HostileServer(answering)) {
      assertThat(TargetUnderTest.summary(under.send(server.url(), BOUNDS))).isEqualTo(verdict);
      assertThat(server.requests).as("nothing is repeated").hasValue(1);
      assertThat(under.sent).as("what leaves the process is counted").hasValue(1);
      assertThat(server.written).as("what is read is bounded").hasValueLessThan(16 << 20);
    }
  }

  @Test
  void withoutABodyOfTheRequestNothingIsRepeatedEither() throws Exception {
    var under = new TargetUnderTest();
    try (var server =
            new HostileServer(c -> c.say("HTTP/1.1 503 Busy\r\nRetry-After: 0\r\n" + EMPTY));
        var target = under.at(server.url(), BOUNDS)) {
      var call = TargetUnderTest.call(target);
      assertThat(call.send()).isInstanceOf(Verdict.RateLimited.class);
      assertThat(server.requests).hasValue(1);
    }
  }

  @Test
  void whatIsLeftOfAnAnswerIsNotTheNextOne() throws Exception {
    var under = new TargetUnderTest();
    // A body where none may be, that looks like an answer: the next record must not be accepted
    // for its sake.
    try (var server =
            new HostileServer(c ->
                c.say(
                    "HTTP/1.1 204 No Content\r\nContent-Length: 38\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
        var target = under.at(server.url(), BOUNDS)) {
      var call = TargetUnderTest.call(target);
      for (int i = 0; i < 3; i++) {
        assertThat(TargetUnderTest.summary(call.send())).isEqualTo("Accepted 204 Accepted");
      }
      assertThat(server.requests).hasValue(3);
      assertThat(server.connections).hasValue(3);
    }
  }

  @Test
  void fiftyCallsThatHangLeaveNoThreads() throws Exception {
    var under = new TargetUnderTest();
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    try (var server = new HostileServer(HostileServer.Conversation::beSilent);
        var target = under.at(server.url(), BOUNDS)) {
      List<Thread> lanes = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        lanes.add(Thread.ofVirtual().start(() -> TargetUnderTest.call(target).send()));
      }
      for (Thread lane : lanes) {
        lane.join();
      }
      var added = new HashSet<>(Thread.getAllStackTraces().keySet());
      added.removeAll(before);
      assertThat(added)
          .filteredOn(thread -> thread.getName().startsWith("OkHttp"))
          .as("threads of the library: a few for all calls, which end when idle")
          .hasSizeLessThan(10);
    }
  }
}
