package dev.kafkaapibridge.api.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaapibridge.api.expression.Declarations.Type;
import dev.kafkaapibridge.api.expression.Expression.Failed;
import dev.kafkaapibridge.api.expression.Expression.Unsound;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTemplateTest {

  private static final Declarations DECLARED =
      new Declarations(
          Map.of("record.key", Type.Text, "record.value", Type.Any, "record.raw", Type.Bytes));

  private static final String VALUE =
      "{\"s\":\"a\\\"b\",\"n\":1.50,\"big\":123456789012345678901234567890,\"o\":{\"x\":[1,null]}}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"id": {{record.key}}}                   | {"id": "a\\"},b"}
          {"id": "{{record.key}}"}                 | {"id": "a\\"},b"}
          {"id": "<{{record.key}}>"}               | {"id": "<a\\"},b>"}
          {"{{record.key}}": 1}                    | {"a\\"},b": 1}
          [{{record.value.o}}]                     | [{"x":[1,null]}]
          [{{record.value.o.x[1]}}]                | [null]
          [{{record.value.big}}, {{record.value.n}}] | [123456789012345678901234567890, 1.5]
          {"a":{"b":{{record.value.s}}}}           | {"a":{"b":"a\\"b"}}
          {"n": "{{record.value.n}} {{1 + 1}}"}    | {"n": "1.5 2"}
          {{ {'key': record.key, 'list': [1, 2]} }} | {"key":"a\\"},b","list":[1,2]}
          {{record.raw}}                           | "raw"
          "\\"{{record.key}}\\\\"                  | "\\"a\\"},b\\\\"
          """)
  void eachResultIsWrittenForItsPlace(String template, String body) throws Exception {
    String rendered = render(template, true, "a\"},b");
    assertThat(rendered).isEqualTo(body);
    PlainJson.check(rendered.getBytes(StandardCharsets.UTF_8));
  }

  /** Each of these leaves a place in which some value would change what is around it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\": 1{{record.key}}}",
        "{\"a\": {{record.key}}{{record.key}}}",
        "{\"a\": -{{record.value}}}",
        "{ {{record.key}}: 1}",
        "{\"a\": \"\\{{record.key}}\"}",
        "{\"a\": \"\\u00{{record.key}}41\"}",
        "{\"a\": \"{{record.key}}}",
        "{\"a\": {{record.key}}} x",
        "{\"a\": tr{{record.key}}}"
      })
  void aTemplateThatIsNoJsonIsRefused(String template) {
    assertThatThrownBy(() -> JsonTemplate.compile(template, true, DECLARED))
        .isInstanceOf(Unsound.class)
        .hasMessageContaining("with null in the place of each expression");
  }

  @Test
  void aTemplateOfAnotherTypeIsFree() throws Exception {
    assertThat(render("key={{record.key}};{{record.value.n}}", false, "k"))
        .isEqualTo("key=\"k\";1.5");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"a": {{record.value.absent}}}   | MissingField
          {"a": "{{record.value.o}}"}      | NotText
          {"a": "{{record.value.o.x[1]}}"} | NullValue
          {"a": {{1.0 / 0.0}}}             | NotText
          """)
  void whatCannotStandInItsPlaceFails(String template, String reason) {
    assertThatThrownBy(() -> render(template, true, "k"))
        .isInstanceOfSatisfying(Failed.class, e -> assertThat(e.reason().name()).isEqualTo(reason));
  }

  @Test
  void halfACharacterIsNotSentAsAQuestionMark() {
    assertThatThrownBy(() -> render("[{{record.key}}]", true, "a\ud800"))
        .isInstanceOf(Failed.class);
    assertThatThrownBy(() -> render("[\"{{record.key}}\"]", true, "\ude00b"))
        .isInstanceOf(Failed.class);
  }

  private static String render(String template, boolean json, String key) throws Exception {
    var values = new HashMap<String, Object>();
    values.put("record.key", key);
    values.put("record.raw", "raw".getBytes(StandardCharsets.UTF_8));
    values.put("record.value", PlainJson.parse(VALUE.getBytes(StandardCharsets.UTF_8)));
    return JsonTemplate.compile(template, json, DECLARED).render(values::get, 10_000);
  }
}
