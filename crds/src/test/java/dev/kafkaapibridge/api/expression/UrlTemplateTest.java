package dev.kafkaapibridge.api.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaapibridge.api.expression.Declarations.Type;
import dev.kafkaapibridge.api.expression.Expression.Failed;
import dev.kafkaapibridge.api.expression.Expression.Unsound;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UrlTemplateTest {

  private static final Declarations DECLARED =
      new Declarations(Map.of("key", Type.Text, "headers", Type.TextMap, "value", Type.Any));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          https://a/v1/{key}              | k-1       | https://a/v1/k-1
          https://a/v1/{key}              | a/b       | https://a/v1/a%2Fb
          https://a/v1/{key}              | a?b#c%d   | https://a/v1/a%3Fb%23c%25d
          https://a/v1/{key}              | Zoë 日      | https://a/v1/Zo%C3%AB%20%E6%97%A5
          https://a/v1/{key}              | a&b=c+d;e | https://a/v1/a%26b%3Dc%2Bd%3Be
          https://a/v1/{key}              | \\..      | https://a/v1/%5C..
          https://a/v1/{key}              | ...       | https://a/v1/...
          https://a/v1/{key}.json         | x         | https://a/v1/x.json
          https://a/v1/{headers['}/']}/z  | x         | https://a/v1/brace/z
          https://a/?q={key}&r={key}      | a&b?/     | https://a/?q=a%26b%3F%2F&r=a%26b%3F%2F
          https://a/?q={key}              | ..        | https://a/?q=..
          https://a/x?q={{'a':key}['a']}  | y         | https://a/x?q=y
          https://a                       | x         | https://a
          """)
  void valuesAreEncodedForTheirPlace(String template, String key, String url) throws Exception {
    assertThat(render(template, key)).isEqualTo(url);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      textBlock =
          """
          https://a/v1/{key}           | ..       | UnsafePath
          https://a/v1/{key}           | .        | UnsafePath
          https://a/v1/{key}           | ''       | UnsafePath
          https://a/v1/{key}/x         | %2e%2E   | UnsafePath
          https://a/v1/{key}?q=1       | %2e      | UnsafePath
          https://a/v1/{key}{key}      | .        | UnsafePath
          https://a/v1/.{key}          | .        | UnsafePath
          https://a/v1/{key}./x        | .        | UnsafePath
          https://a/v1/%2e{key}?a      | .        | UnsafePath
          https://a/v1/{key}e          | %2       | UnsafePath
          https://a/v1/.{key}e/x       | %2       | UnsafePath
          https://a/v1/{key}           | null     | NullValue
          https://a/?q={key}           | null     | NullValue
          https://a/?q={value}         | x        | NotText
          https://a/?q={value.absent}  | x        | MissingField
          https://a/?q={headers['no']} | x        | MissingField
          """)
  void whatWouldBeAnotherPathFails(String template, String key, String reason) {
    assertThatThrownBy(() -> render(template, key))
        .isInstanceOfSatisfying(Failed.class, e -> assertThat(e.reason().name()).isEqualTo(reason));
  }

  @Test
  void whatIsTooLongFails() {
    assertThatThrownBy(() -> render("https://a/{key}", "x".repeat(20_000)))
        .hasMessage("more than 16384 characters");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          https://{key}.example.com/     | placeholders may stand in path and query only
          https://a:{key}/               | placeholders may stand in path and query only
          https://a/{key                 | "'{' at character 11 has no '}'"
          https://a/key}                 | "a '}' has no '{'"
          https://a/%{key}               | a '%' stands without two hex digits
          https://a/%2{key}              | a '%' stands without two hex digits
          https://a/{key}?q=100%         | a '%' stands without two hex digits
          https://a/{}                   | no CEL expression here
          https://a/{record.key}         | undeclared reference to 'record'; there are
          """)
  void aMistakeIsSaid(String template, String says) {
    assertThatThrownBy(() -> UrlTemplate.compile(template, DECLARED))
        .isInstanceOf(Unsound.class)
        .hasMessageContaining(says);
  }

  private static String render(String template, String key) throws Exception {
    var values = new HashMap<String, Object>();
    values.put("key", key);
    values.put("headers", Map.of("}/", "brace"));
    values.put("value", Map.of());
    return UrlTemplate.compile(template, DECLARED).render(values::get);
  }
}
