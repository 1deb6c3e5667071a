package dev.kafkaapibridge.runtime.schema;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code schemas/generate.py} has made with the libraries of another language. {@code
 * -Dkab.foreign=DIRECTORY} reads more of it than is kept here.
 */
final class Foreign {

  static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private Foreign() {}

  static String text(String name) {
    try {
      String more = System.getProperty("kab.foreign");
      if (more != null) {
        return Files.readString(Path.of(more, name));
      }
      try (var in = Foreign.class.getResourceAsStream("/schemas/" + name)) {
        return new String(in.readAllBytes(), UTF_8);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static List<JsonNode> lines(String name) {
    var lines = new ArrayList<JsonNode>();
    text(name).lines().forEach(line -> lines.add(tree(line.getBytes(UTF_8))));
    return lines;
  }

  static JsonNode tree(byte[] json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new AssertionError(new String(json, UTF_8), e);
    }
  }

  static void assertSame(JsonNode actual, JsonNode expected, String where) {
    if (expected.has("$decimal")) {
      assertThat(actual.decimalValue().toPlainString())
          .as(where)
          .isEqualTo(expected.get("$decimal").asText());
    } else if (expected.isObject()) {
      assertThat(actual.isObject()).as(where).isTrue();
      var names = new ArrayList<String>();
      expected.fieldNames().forEachRemaining(names::add);
      var others = new ArrayList<String>();
      actual.fieldNames().forEachRemaining(others::add);
      assertThat(others).as(where).containsExactlyInAnyOrderElementsOf(names);
      names.forEach(name -> assertSame(actual.get(name), expected.get(name), where + "/" + name));
    } else if (expected.isArray()) {
      assertThat(actual.size()).as(where).isEqualTo(expected.size());
      for (int i = 0; i < expected.size(); i++) {
        assertSame(actual.get(i), expected.get(i), where + "/" + i);
      }
    } else if (expected.isNumber() && !expected.isIntegralNumber()) {
      assertThat(actual.isNumber()).as(where).isTrue();
      double a = actual.doubleValue();
      double b = expected.doubleValue();
      assertThat(a == b || (float) a == (float) b).as(where + ": " + a + ", " + b).isTrue();
    } else {
      assertThat(actual).as(where).isEqualTo(expected);
    }
  }
}
