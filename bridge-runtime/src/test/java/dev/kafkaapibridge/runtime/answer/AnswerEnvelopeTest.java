package dev.kafkaapibridge.runtime.answer;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.target.KeptAnswer;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.nio.ByteBuffer;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerEnvelopeTest {

  /** Numbers and spaces stay as they were written. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          application/json         | {"a": 1.0e400}  | {"a": 1.0e400}
          application/problem+JSON | null            | null
          application/json         | {"a": 1         | "{\\"a\\": 1"
          application/json         | 1 2             | "1 2"
          application/json         | `` | ""
          text/plain               | {"a": 1}        | "{\\"a\\": 1}"
          """)
  void aBodyIsJsonWhereItSaysSoAndIs(String type, String body, String there) {
    assertThat(of(new Verdict.Accepted("200").with(answer(type, body.getBytes(UTF_8), false))))
        .isEqualTo(
            "{\"status\":200,\"reason\":\"Accepted\",\"headers\":{},\"body\":" + there + "}");
  }

  @Test
  void whatIsNoTextIsBase64AndACutBodySaysSo() {
    var bytes = new byte[] {(byte) 0xC3, 0};
    assertThat(of(new Verdict.Accepted("OK").with(answer(null, bytes, true))))
        .isEqualTo(
            "{\"status\":\"OK\",\"reason\":\"Accepted\",\"headers\":{},\"bodyBase64\":\"wwA=\",\"truncated\":true}");
  }

  @Test
  void aCharacterThatWasCutDoesNotMakeTheRestUnreadable() {
    for (int bytes = 1; bytes < 4; bytes++) {
      var cut = ByteBuffer.allocate(3 + bytes).put("Zo ".getBytes(UTF_8));
      cut.put("\uD83D\uDE00".getBytes(UTF_8), 0, bytes);
      assertThat(of(new Verdict.Accepted("200").with(answer(null, cut.array(), true))))
          .contains("\"body\":\"Zo \",\"truncated\":true");
    }
  }

  @Test
  void aMarkOfByteOrderAndTwoBytesACharacterDoNotBreakTheEnvelope() {
    var marked = "\uFEFF{\"a\": 1}".getBytes(UTF_8);
    assertThat(of(new Verdict.Accepted("200").with(answer("application/json", marked, false))))
        .endsWith("\"body\":{\"a\": 1}}");
    var wide = "{\"a\":1}".getBytes(UTF_16BE);
    assertThat(of(new Verdict.Accepted("200").with(answer("application/json", wide, false))))
        .contains("\"body\":\"\\u0000{");
  }

  @Test
  void headersAreSortedAndCookiesAreTheBridgesOwn() {
    var answer =
        new KeptAnswer(
            null, Map.of("x-b", "2", "set-cookie", "session=1", "x-a", "1"), new byte[0], false);
    assertThat(of(new Verdict.Accepted("204").with(answer)))
        .contains("\"headers\":{\"x-a\":\"1\",\"x-b\":\"2\"},\"body\":\"\"")
        .doesNotContain("session");
  }

  @Test
  void withoutAnAnswerStatusAndBodyAreNull() {
    assertThat(of(new Verdict.TargetFailed("-", "Timeout", "no answer in time")))
        .isEqualTo("{\"status\":null,\"reason\":\"Timeout\",\"body\":null}");
    assertThat(AnswerBody.of(new Verdict.TargetFailed("-", "Timeout", "no answer in time")))
        .as("no tombstone")
        .isEmpty();
  }

  private static KeptAnswer answer(String type, byte[] body, boolean truncated) {
    return new KeptAnswer(type, Map.of(), body, truncated);
  }

  private static String of(Verdict last) {
    return new String(AnswerEnvelope.of(last), UTF_8);
  }
}
