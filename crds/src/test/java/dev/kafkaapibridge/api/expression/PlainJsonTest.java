package dev.kafkaapibridge.api.expression;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaapibridge.api.expression.PlainJson.Malformed;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlainJsonTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "true",
        "-7",
        "0.1",
        "123456789012345678901234567890",
        "0.1000000000000000055511151231257827",
        "\"Zoë \\\" \\\\ \\u0007\"",
        "[]",
        "[1,[2,{\"a\":null}]]",
        "{\"b\":1,\"a\":{\"\":[false]}}"
      })
  void readAndWrittenIsTheSame(String text) throws Exception {
    PlainJson.check(text.getBytes(UTF_8));
    assertThat(new String(PlainJson.write(PlainJson.parse(text.getBytes(UTF_8)), 100_000), UTF_8))
        .isEqualTo(text);
  }

  @Test
  void anExponentThatNothingHoldsIsSaid() throws Exception {
    byte[] number = "[1e12345678901]".getBytes(UTF_8);
    PlainJson.check(number);
    assertThatThrownBy(() -> PlainJson.parse(number))
        .isInstanceOf(Malformed.class)
        .hasMessage("the exponent of a number is too large");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"a": 1         | it is no JSON at line 1
          {"a": secret}   | it is no JSON at line 1, column
          {"a": 1} {}     | something follows the JSON value at line 1, column 10
          'x'             | it is no JSON at line 1, column
          "cut            | it is no JSON at line 1, column
          [1,]            | it is no JSON at line 1, column
          NaN             | it is no JSON
          ''              | nothing is there
          """,
      quoteCharacter = '~')
  void whatIsNoJsonIsSaidWithItsPlaceAndNothingOfIt(String text, String says) {
    byte[] bytes = (text.equals("''") ? "" : text).getBytes(UTF_8);
    assertThatThrownBy(() -> PlainJson.check(bytes))
        .isInstanceOf(Malformed.class)
        .hasMessageContaining(says)
        .message()
        .doesNotContain("secret");
    assertThatThrownBy(() -> PlainJson.parse(bytes)).isInstanceOf(Malformed.class);
  }

  @Test
  void onlyUtf8IsJson() {
    assertThatThrownBy(() -> PlainJson.check("{}".getBytes(UTF_16BE)))
        .isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> PlainJson.check(new byte[] {'"', (byte) 0xff, '"'}))
        .isInstanceOf(Malformed.class);
  }

  @Test
  void whatIsLookedIntoIsBoundedInItsValuesAndWhatIsPassedOnIsNot() throws Exception {
    byte[] most = ("[" + "1,".repeat(PlainJson.MAX_VALUES - 2) + "1]").getBytes(UTF_8);
    byte[] more = ("[" + "1,".repeat(PlainJson.MAX_VALUES - 1) + "1]").getBytes(UTF_8);
    assertThat((List<?>) PlainJson.parse(most)).hasSize(PlainJson.MAX_VALUES - 1);
    assertThatThrownBy(() -> PlainJson.parse(more))
        .isInstanceOfSatisfying(
            PlainJson.Malformed.class, e -> assertThat(e.isTooLarge()).isTrue());
    PlainJson.check(more);
  }

  @Test
  void depthIsBounded() {
    byte[] deep = "[".repeat(100_000).getBytes(UTF_8);
    assertThatThrownBy(() -> PlainJson.check(deep)).isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> PlainJson.parse(deep)).isInstanceOf(Malformed.class);
  }
}
