package dev.kafkaapibridge.api.derived;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretTextTest {

  @ParameterizedTest
  @CsvSource(
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "secret,secret",
        "secret|,secret",
        "secret~|,secret",
        "secret||,secret|",
        "secret ,secret ",
        " secret,' secret'",
        "secret~,secret~",
        "clé|,clé"
      })
  void oneLineEndIsNoPartOfIt(String content, String text) {
    assertThat(SecretText.of(lines(content).getBytes(UTF_8))).contains(lines(text));
  }

  private static String lines(String text) {
    return text.replace('|', '\n').replace('~', '\r');
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", " ", " \r\n"})
  void whiteSpaceSaysNothing(String content) {
    assertThat(SecretText.of(content)).isEmpty();
  }

  @Test
  void whatIsNoUtf8IsNoText() {
    assertThat(SecretText.of("clé".getBytes(ISO_8859_1))).isEmpty();
  }
}
