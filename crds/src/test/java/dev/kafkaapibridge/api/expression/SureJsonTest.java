package dev.kafkaapibridge.api.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.kafkaapibridge.api.expression.SureJson.Look;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SureJsonTest {

  private static final List<String> PIECES =
      List.of(
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          "\"",
          "\"a\"",
          "\"ab\\n\\u00e9\"",
          "\\",
          "true",
          "false",
          "null",
          "tru",
          "0",
          "-0",
          "01",
          "1.5",
          "1.",
          "-",
          "+1",
          ".5",
          "1e5",
          "1e",
          "1E+10",
          "1e9999",
          " ",
          "\n",
          "\r",
          "\t",
          "\u0000",
          "\u000b",
          "é",
          "€",
          "😀",
          "/",
          "\"\\/\"",
          "\"\\x\"",
          "\"a long text of plain letters and more\"",
          "\"name\":1",
          "\uFEFF");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "\"\"",
        "0",
        "-0.5e-3",
        "true",
        " null ",
        "[1,2,3]",
        "{\"a\":{\"b\":[{}]}}",
        "{\"name\":\"Zoë €5 😀\",\"quote\":\"\\\"\",\"slash\":\"\\\\\\/\",\"u\":\"\\u00e9\"}",
        "[\"exactly8\",\"exactly 16 bytes\",\"sixteen and then \\t some\"]",
        "[ 1 , { \"a\" : [ ] } ]"
      })
  void ordinaryJsonIsToldAtAGlance(String json) {
    assertThat(look(json)).isEqualTo(Look.ONE_LINE);
    assertThat(look("\n" + json)).isEqualTo(Look.LINES);
    assertThat(look(json + "\r\n")).isEqualTo(Look.LINES);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[1,]",
        "[,1]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "'a'",
        "\"a",
        "\"a\nb\"",
        "\"a\u0001 is a control character\"",
        "\"\\x\"",
        "\"\\u12g4\"",
        "\"\\u12",
        "01",
        "1.",
        ".5",
        "+1",
        "1e",
        "--1",
        "tru",
        "truee",
        "nul",
        "1 2",
        "{} {}",
        "]",
        "}",
        "[1}",
        "{\"a\":1]",
        "NaN",
        "\uFEFF1",
        "[1 2]",
        "{\"a\" 1}",
        "{1:2}"
      })
  void whatIsNoneIsNot(String text) {
    assertThat(look(text)).isEqualTo(Look.UNSURE);
  }

  @Test
  void bytesThatAreNoTextAreNone() {
    for (int[] bytes :
        new int[][] {
          {0xFF},
          {0x80},
          {0xC0, 0x80},
          {0xC1, 0xBF},
          {0xC3},
          {0xE0, 0x80, 0x80},
          {0xED, 0xA0, 0x80},
          {0xE2, 0x82},
          {0xF0, 0x80, 0x80, 0x80},
          {0xF4, 0x90, 0x80, 0x80},
          {0xF5, 0x80, 0x80, 0x80}
        }) {
      var text = new byte[bytes.length + 2];
      text[0] = text[text.length - 1] = '"';
      for (int i = 0; i < bytes.length; i++) {
        text[i + 1] = (byte) bytes[i];
      }
      assertThat(SureJson.look(text)).as(Arrays.toString(bytes)).isEqualTo(Look.UNSURE);
    }
  }

  @Test
  void whatIsDeepOrLongIsLeftToTheParser() {
    String deepest = "[".repeat(SureJson.MOST_DEPTH) + "]".repeat(SureJson.MOST_DEPTH);
    assertThat(look(deepest)).isEqualTo(Look.ONE_LINE);
    assertThat(look("[" + deepest + "]")).isEqualTo(Look.UNSURE);
    assertThat(look("1".repeat(2_000))).isEqualTo(Look.UNSURE);
    assertThat(look("1e99999999999")).isEqualTo(Look.UNSURE);
  }

  /** Texts that are nearly JSON, of pieces put together and of bytes changed in such. */
  @Test
  void whatItIsSureOfTheParserTakesToo() {
    int sure = 0;
    for (long seed = 0; seed < 200_000; seed++) {
      var random = new Random(seed);
      byte[] text = random.nextBoolean() ? pieces(random) : changed(value(random, 4), random);
      if (SureJson.look(text) != Look.UNSURE) {
        sure++;
        assertThatCode(() -> PlainJson.parseThrough(text))
            .as("seed %d: %s", seed, new String(text, StandardCharsets.UTF_8))
            .doesNotThrowAnyException();
      }
    }
    assertThat(sure).isBetween(20_000, 180_000);
  }

  private static byte[] pieces(Random random) {
    var text = new StringBuilder();
    for (int i = random.nextInt(8); i >= 0; i--) {
      text.append(PIECES.get(random.nextInt(PIECES.size())));
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] changed(String json, Random random) {
    byte[] text = json.getBytes(StandardCharsets.UTF_8);
    if (random.nextBoolean()) {
      text[random.nextInt(text.length)] = (byte) random.nextInt(256);
    }
    return random.nextInt(4) > 0 ? text : Arrays.copyOf(text, random.nextInt(text.length + 1));
  }

  private static String value(Random random, int depth) {
    return switch (random.nextInt(depth > 0 ? 7 : 5)) {
      case 0 -> "\"" + "x".repeat(random.nextInt(20)) + "é\\n\"";
      case 1 -> Long.toString(random.nextLong());
      case 2 -> Double.toString(random.nextGaussian() * Math.pow(10, random.nextInt(40)));
      case 3 -> random.nextBoolean() ? "true" : "null";
      case 4 -> " \"" + (char) (0x20 + random.nextInt(0x500)) + "\" ";
      case 5 -> "[" + value(random, depth - 1) + ", " + value(random, depth - 1) + "]";
      default -> "{\"a\": " + value(random, depth - 1) + ",\"b\":" + value(random, depth - 1) + "}";
    };
  }

  private static Look look(String text) {
    return SureJson.look(text.getBytes(StandardCharsets.UTF_8));
  }
}
