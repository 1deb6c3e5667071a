package dev.kafkaapibridge.api.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaapibridge.api.expression.Declarations.Type;
import dev.kafkaapibridge.api.expression.Expression.Failed;
import dev.kafkaapibridge.api.expression.Expression.Reason;
import dev.kafkaapibridge.api.expression.Expression.Unsound;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpressionTest {

  private static final Declarations DECLARED = declared();
  private final Map<String, Object> values = values();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          record.key                                   | k-1
          record.key + '!'                             | k-1!
          record.key == null ? 'none' : record.key     | k-1
          record.value.customer.id                     | 7
          record.value.total > 100                     | true
          record.value.total                           | 100.5
          record.value.huge                            | 123456789012345678901234567890
          has(record.value.absent)                     | false
          record.value.lines.exists(l, l.n == 2)       | true
          record.headers['tenant']                     | shop
          record.headers.tenant.upperAscii()           | SHOP
          record.partition + 1                         | 4
          record.timestamp                             | 2026-11-01T00:00:00Z
          base64.encode(record.raw)                    | aGk=
          record.raw                                   | hi
          duration('90s')                              | 90s
          record.value.nothing == null                 | true
          """)
  void isEvaluated(String text, String result) throws Exception {
    assertThat(PlainText.of(Expression.compile(text, DECLARED).evaluate(values::get)))
        .isEqualTo(result);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          record.topc                            | character 1: undeclared reference to 'record'; there are record.key, record.raw
          record.key + 1                         | character 12: found no matching overload for '_+_' applied to '(wrapper(string), int)'
          record.key ==                          | no CEL expression here: character
          record.partition.foo                   | character 17
          """)
  void aMistakeIsSaidWithItsPlace(String text, String says) {
    assertThatThrownBy(() -> Expression.compile(text, DECLARED))
        .isInstanceOf(Unsound.class)
        .hasMessageContaining(says)
        .hasMessageContaining(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          record.value.absent                                  | MissingField
          record.value.nothing.deeper                          | MissingField
          record.headers['absent']                             | MissingField
          record.value.lines[7]                                | MissingField
          record.value.customer + 1                            | ExpressionFailed
          record.value.huge + 1                                | ExpressionFailed
          1 / (record.partition - 3)                           | ExpressionFailed
          record.value.lines.all(a, [1,2,3,4,5,6,7,8,9,10].all(b, [1,2,3,4,5,6,7,8,9,10].all(c, [1,2,3,4,5,6,7,8,9,10].all(d, [1,2,3,4,5,6,7,8,9,10].all(e, true))))) | ExpressionTooCostly
          """)
  void whatCannotBeEvaluatedHasAReason(String text, Reason reason) throws Exception {
    Expression expression = Expression.compile(text, DECLARED);
    assertThatThrownBy(() -> expression.evaluate(values::get))
        .isInstanceOfSatisfying(Failed.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining(text);
  }

  @Test
  void aConditionIsTrueOrFalse() throws Exception {
    assertThat(Expression.condition("record.value.customer.id == 7", DECLARED).test(values::get))
        .isTrue();
    assertThatThrownBy(() -> Expression.condition("record.partition", DECLARED))
        .hasMessage("'record.partition' is a int, and must be true or false");
    Expression unsure = Expression.condition("record.value.customer.id", DECLARED);
    assertThatThrownBy(() -> unsure.test(values::get)).isInstanceOf(Failed.class);
  }

  @Test
  void saysWhichNamesItNeeds() throws Exception {
    Expression expression =
        Expression.compile(
            "record.value.a == record.headers['x'] || has(record.value.b)", DECLARED);
    assertThat(expression.uses()).containsExactlyInAnyOrder("record.value", "record.headers");
  }

  private static Declarations declared() {
    var names = new LinkedHashMap<String, Type>();
    names.put("record.key", Type.Text);
    names.put("record.raw", Type.Bytes);
    names.put("record.value", Type.Any);
    names.put("record.headers", Type.TextMap);
    names.put("record.partition", Type.Integer);
    names.put("record.timestamp", Type.Time);
    return new Declarations(names);
  }

  private static Map<String, Object> values() {
    var values = new HashMap<String, Object>();
    values.put("record.key", "k-1");
    values.put("record.raw", "hi".getBytes(StandardCharsets.UTF_8));
    values.put("record.headers", Map.of("tenant", "shop"));
    values.put("record.partition", 3L);
    values.put("record.timestamp", Instant.parse("2026-11-01T00:00:00Z"));
    try {
      values.put(
          "record.value",
          PlainJson.parse(
              """
              {"customer": {"id": 7}, "total": 100.5, "huge": 123456789012345678901234567890,
               "lines": [{"n": 1}, {"n": 2}], "nothing": null}
              """
                  .getBytes(StandardCharsets.UTF_8)));
    } catch (PlainJson.Malformed e) {
      throw new AssertionError(e);
    }
    return values;
  }
}
