package dev.kafkaapibridge.runtime.schema;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaapibridge.api.expression.Declarations;
import dev.kafkaapibridge.api.expression.Declarations.Type;
import dev.kafkaapibridge.api.expression.Expression;
import dev.kafkaapibridge.api.expression.Expression.Failed;
import dev.kafkaapibridge.api.expression.Expression.Reason;
import dev.kafkaapibridge.api.expression.JsonTemplate;
import dev.kafkaapibridge.api.expression.PlainJson;
import dev.kafkaapibridge.api.expression.Template;
import dev.kafkaapibridge.api.expression.UrlTemplate;
import java.math.BigDecimal;
import java.net.URI;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a record's number, text or tree is in the URL, in a header and in the body that a template
 * makes of it, whichever format it came in: the same, or the record is refused.
 */
@Timeout(60)
class HostileNumbersTest {

  private static final Declarations RECORD =
      new Declarations(Map.of("record.value", Type.Any, "value", Type.Any));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        "-9223372036854775809",
        "9007199254740993",
        "9007199254740993.0",
        "0.1000000000000000055511151231257827",
        "1e400",
        "-1E+400",
        "1e-400",
        "1e401",
        "4.9e-324",
        "1.7976931348623157e308",
        "123456789012345678901234567890.123456789012345678901234567890",
        "1e2147483647",
      })
  void aNumberInJsonStaysThatNumber(String number) throws Exception {
    var sent = sent(("{\"n\": " + number + "}").getBytes(UTF_8));
    var exact = new BigDecimal(number);
    assertThat(new BigDecimal(sent.url())).isEqualByComparingTo(exact);
    assertThat(new BigDecimal(sent.header())).isEqualByComparingTo(exact);
    assertThat(sent.body()).startsWith("{\"n\": ").contains(", \"s\": \"");
    assertThat(new BigDecimal(sent.body().replaceAll(".*\"n\": |,.*", "")))
        .isEqualByComparingTo(exact);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"NaN", "Infinity", "-Infinity", "+1", "01", "1.", ".5", "0x10", "1e99999999999"})
  void whatIsNoNumberOfJsonIsRefused(String number) {
    assertThatThrownBy(() -> PlainJson.parse(("{\"n\": " + number + "}").getBytes(UTF_8)))
        .isInstanceOf(PlainJson.Malformed.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "long"                                 | ffffffffffffffffff01 | -9223372036854775808
          "long"                                 | feffffffffffffffff01 | 9223372036854775807
          "double"                               | 000000000000f87f     | NaN
          "double"                               | 000000000000f0ff     | -Infinity
          "double"                               | ffffffffffffef7f     | 17976931348623157E292
          "float"                                | 0000c07f             | NaN
          {"type": "bytes", "logicalType": "decimal", "precision": 40, "scale": 2} | 12008000000000000000 | 92233720368547758.08
          {"type": "bytes", "logicalType": "decimal", "precision": 40, "scale": 0} | 12ff7fffffffffffffff | -9223372036854775809
          """)
  void aNumberInAvroStaysThatNumber(String type, String hex, String number) throws Exception {
    String schema =
        "{\"type\": \"record\", \"name\": \"R\", \"fields\": [{\"name\": \"n\", \"type\": %s}]}";
    Codec codec = AvroCodec.of(new SchemaText(schema.formatted(type), Map.of(), null));
    assertSent(codec.json(framed(hex, null)), number);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          double  | 09000000000000f87f        | NaN
          double  | 09000000000000f07f        | Infinity
          uint64  | 08ffffffffffffffffff01    | 18446744073709551615
          int64   | 0880808080808080808001    | -9223372036854775808
          fixed64 | 090000000000000080        | 9223372036854775808
          """)
  void aNumberInProtobufStaysThatNumber(String type, String hex, String number) throws Exception {
    String schema = "syntax = \"proto3\"; message R { %s n = 1; }".formatted(type);
    Codec codec = ProtobufCodec.of(new SchemaText(schema, Map.of(), null));
    assertSent(codec.json(framed(hex, List.of(0))), number);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          value.n == value.m                | 9223372036854775808  | true
          value.n == value.m                | -9223372036854775809 | true
          value.n == value.m                | 1e400                | true
          value.n != value.m                | 1e400                | false
          [value.n] == [value.m]            | 9223372036854775808  | true
          {'a': value.n} == {'a': value.m}  | 9223372036854775808  | true
          value.n in [1, value.m]           | 9223372036854775808  | true
          value.n == 9223372036854775807    | 9223372036854775808  | false
          value.n == 9223372036854775808.0  | 9223372036854775808  | true
          value.n == 1.0 / 0.0              | 1e400                | false
          [value].all(v, v.n == v.m)        | 1e400                | true
          """)
  void aNumberBeyondIsComparedAsWhatItIs(String filter, String number, boolean holds)
      throws Exception {
    var values = values("{\"n\": %s, \"m\": %s}".formatted(number, number).getBytes(UTF_8));
    assertThat(Expression.condition(filter, RECORD).test(values::get)).isEqualTo(holds);
  }

  @ParameterizedTest
  @ValueSource(strings = {"value.n + 1", "value.n > 1", "double(value.n)", "int(value.n)"})
  void whatCannotCountWithANumberBeyondRefusesIt(String expression) throws Exception {
    for (String number : List.of("9223372036854775808", "1e400")) {
      var values = values("{\"n\": %s}".formatted(number).getBytes(UTF_8));
      assertThatThrownBy(() -> Expression.compile(expression, RECORD).evaluate(values::get))
          .isInstanceOfSatisfying(
              Failed.class, e -> assertThat(e.reason()).isEqualTo(Reason.ExpressionFailed));
    }
  }

  @Test
  void aLongTextIsSentWholeOrRefused() throws Exception {
    String mega = "\"\\\\/{}é😀\\u0001".repeat(100_000);
    var values = new HashMap<String, Object>(Map.of("record.value", mega, "value", mega));
    String body =
        JsonTemplate.compile("{\"t\": \"{{record.value}}\", \"v\": {{record.value}}}", true, RECORD)
            .render(values::get, 64 << 20);
    var read = Foreign.tree(body.getBytes(UTF_8));
    assertThat(read.get("t").asText()).isEqualTo(mega);
    assertThat(read.get("v").asText()).isEqualTo(mega);
    assertThatThrownBy(() -> UrlTemplate.compile("https://a/{value}", RECORD).render(values::get))
        .isInstanceOfSatisfying(
            Failed.class, e -> assertThat(e.reason()).isEqualTo(Reason.TooLarge));
  }

  @Test
  void aTreeIsSentAsDeepAsItMayBeAndRefusedBeyond() throws Exception {
    byte[] deepest = ("[".repeat(999) + "{\"n\":1}" + "]".repeat(999)).getBytes(UTF_8);
    var values = values(deepest);
    assertThat(
            JsonTemplate.compile("{\"v\": {{record.value}}}", true, RECORD)
                .render(values::get, 10_000))
        .isEqualTo("{\"v\": " + new String(deepest, UTF_8) + "}");
    assertThatThrownBy(() ->
            JsonTemplate.compile("{{ [[record.value]] }}", true, RECORD)
                .render(values::get, 10_000))
        .isInstanceOf(Failed.class)
        .hasMessageContaining("nested too deeply");
    byte[] deeper = ("[".repeat(1_001) + "]".repeat(1_001)).getBytes(UTF_8);
    assertThatThrownBy(() -> PlainJson.parse(deeper))
        .isInstanceOf(PlainJson.Malformed.class)
        .hasMessageContaining("nested too deeply");
  }

  private record Sent(String url, String header, String body) {}

  private static void assertSent(byte[] json, String number) throws Exception {
    Sent sent = sent(json);
    if (Character.isLetter(number.charAt(number.length() - 1))) { // text, as the guide says
      assertThat(sent.url()).isEqualTo(number);
      assertThat(sent.header()).isEqualTo(number);
      assertThat(sent.body()).contains("{\"n\": \"" + number + "\", ");
    } else {
      assertThat(new BigDecimal(sent.url())).isEqualByComparingTo(number);
      assertThat(new BigDecimal(sent.header())).isEqualByComparingTo(number);
      assertThat(new BigDecimal(sent.body().replaceAll(".*\"n\": \"?|\"?,.*", "")))
          .isEqualByComparingTo(number);
    }
  }

  private static Sent sent(byte[] json) throws Exception {
    var values = values(json);
    String url = UrlTemplate.compile("https://a/x/{value.n}", RECORD).render(values::get);
    return new Sent(
        URI.create(url).getPath().substring("/x/".length()),
        Template.compile("{{record.value.n}}", RECORD).render(values::get, 16_384),
        JsonTemplate.compile(
                "{\"n\": {{record.value.n}}, \"s\": \"{{record.value.n}}\"}", true, RECORD)
            .render(values::get, 64 << 20));
  }

  private static Map<String, Object> values(byte[] json) throws Exception {
    Object value = PlainJson.parse(json);
    return Map.of("record.value", value, "value", value);
  }

  private static Framed framed(String hex, List<Integer> indexes) {
    byte[] bytes = HexFormat.of().parseHex("0000000001" + hex);
    return new Framed(new SchemaKey(SchemaKey.Kind.Id, "1"), bytes, 5, indexes, null);
  }
}
