package dev.kafkaapibridge.api.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.kafkaapibridge.api.expression.Declarations.Type;
import dev.kafkaapibridge.api.expression.Expression.Failed;
import dev.kafkaapibridge.api.expression.Expression.Reason;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No expression takes more memory or time than its bound, whatever a record holds. */
@Timeout(60)
class ExpressionBoundsTest {

  private static final long MOST_MEMORY = 400L << 20;
  private static final Duration MOST_TIME = Duration.ofSeconds(20);

  private static final Declarations DECLARED = declared();
  private static final Map<String, Object> VALUES = values();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          mega.replace('a', mega)                                          | TooLarge
          mega.replace('', mega)                                           | TooLarge
          mega.replace('', 'twenty characters more')                       | TooLarge
          mega.split('')                                                   | TooLarge
          many.join(mega)                                                  | TooLarge
          many.map(x, mega).join()                                         | ExpressionTooCostly
          many.map(x, mega + '!')                                          | TooLarge
          many.map(x, mega.upperAscii())                                   | TooLarge
          many.map(x, mega.substring(1))                                   | TooLarge
          many.map(x, strings.quote(mega))                                 | TooLarge
          many.map(x, bytes(mega))                                         | TooLarge
          many.map(x, base64.encode(bytes(mega)))                          | TooLarge
          many.map(x, many + many + many + many).size() > 0                | TooLarge
          many.exists(x, mega.matches('b'))                                | ExpressionTooCostly
          mega.matches('(a{1,50}){1,50}b')                                 | ExpressionTooCostly
          mega.matches('((a{1,999}){1,999}){1,999}')                       | ExpressionTooCostly
          'a'.matches(pattern)                                             | ExpressionTooCostly
          'a'.matches(r'\\Q[\\E' + pattern)                            | ExpressionTooCostly
          'a'.matches('[](]' + pattern)                                    | ExpressionTooCostly
          many.exists(x, ''.matches('(a{100}){99}'))                       | ExpressionTooCostly
          many.exists(x, many in {'a': 1})                                 | ExpressionTooCostly
          mega.contains(needle)                                            | ExpressionTooCostly
          mega.indexOf(needle) > 0                                         | ExpressionTooCostly
          mega.lastIndexOf(needle) > 0                                     | ExpressionTooCostly
          mega.replace(needle, '')                                         | ExpressionTooCostly
          many.exists(x, mega.charAt(7) == 'b')                            | ExpressionTooCostly
          many.exists(x, mega != copy + '')                                | TooLarge
          many.exists(x, mega != copy)                                     | ExpressionTooCostly
          many.exists(x, mega < copy)                                      | ExpressionTooCostly
          many.exists(x, size(mega) == 3)                                  | ExpressionTooCostly
          many.exists(x, mega in copies)                                   | ExpressionTooCostly
          many.exists(x, x == 'x9998' ? true : mega.contains('b'))         | ExpressionTooCostly
          """)
  void whatWouldTakeMoreIsRefusedBeforeItDoes(String text, Reason reason) throws Exception {
    Expression expression = Expression.compile(text, DECLARED);
    long before = allocated();
    var began = Instant.now();
    assertThatThrownBy(() -> expression.evaluate(VALUES::get))
        .isInstanceOfSatisfying(Failed.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining(text)
        .hasMessageContaining("more than");
    assertThat(allocated() - before).isLessThan(MOST_MEMORY);
    assertThat(Duration.between(began, Instant.now())).isLessThan(MOST_TIME);
  }

  @Test
  void doublingEndsWhateverIsDoubled() throws Exception {
    for (String step : List.of(".map(x, x + x)", ".map(x, [x, x])", ".map(x, {'a': x, 'b': x})")) {
      Expression expression = Expression.compile("['a']" + step.repeat(60), DECLARED);
      assertThatThrownBy(() -> expression.evaluate(VALUES::get))
          .isInstanceOfSatisfying(
              Failed.class, e -> assertThat(e.reason()).isEqualTo(Reason.TooLarge));
    }
  }

  @Test
  void growingStepByStepEndsWithoutALoop() throws Exception {
    for (String step : List.of("strings.quote(%s)", "base64.encode(bytes(%s))")) {
      String text = "control";
      for (int i = 0; i < 12; i++) {
        text = step.formatted(text);
      }
      Expression expression = Expression.compile(text, DECLARED);
      assertThatThrownBy(() -> expression.evaluate(VALUES::get))
          .isInstanceOfSatisfying(
              Failed.class, e -> assertThat(e.reason()).isEqualTo(Reason.TooLarge));
    }
  }

  @Test
  void whatIsWrittenIsBoundedWhileItIsWritten() throws Exception {
    var template = JsonTemplate.compile("{{copies.map(x, copies)}}", true, DECLARED);
    assertThatThrownBy(() -> template.render(VALUES::get, 8 << 20))
        .isInstanceOfSatisfying(
            Failed.class, e -> assertThat(e.reason()).isEqualTo(Reason.TooLarge));
    var text = JsonTemplate.compile("{\"x\": \"{{control}}\"}", true, DECLARED);
    assertThatThrownBy(() -> text.render(VALUES::get, 3 << 20))
        .as("each character becomes six")
        .isInstanceOfSatisfying(
            Failed.class, e -> assertThat(e.reason()).isEqualTo(Reason.TooLarge));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          mega.replace('a', 'bb').size()                       | 2097152
          mega.replace('a', mega, 2).size()                    | 3145726
          (mega + mega).size()                                 | 2097152
          mega.split('b').size()                               | 1
          base64.encode(bytes(mega)).size()                    | 1398104
          mega.matches('^a+$')                                 | true
          mega.matches('[a-z]{3,20}b')                         | false
          'a…'.matches(r'a\\x{2026}\\x{2026}?\\x{2026}?\\x{2026}?\\x{2026}?')  | true
          mega.contains('aaaaaaaab')                           | false
          mega == copy                                         | true
          many.filter(x, x.endsWith('99')).join(',').size()    | 582
          many.exists(x, x.matches('^x[0-9]{3}9$'))            | true
          many.map(x, {'id': x, 'twice': x + x}).size()        | 9999
          copies.map(x, x.replace('aa', 'b')).size()           | 4
          many.map(x, x + '!')[0]                              | x0!
          """)
  void whatPeopleMeanFits(String text, String result) throws Exception {
    assertThat(PlainText.of(Expression.compile(text, DECLARED).evaluate(VALUES::get)))
        .isEqualTo(result);
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }

  private static Declarations declared() {
    var names = new LinkedHashMap<String, Type>();
    for (String text : List.of("mega", "copy", "needle", "pattern", "control")) {
      names.put(text, Type.Text);
    }
    names.put("many", Type.Any);
    names.put("copies", Type.Any);
    return new Declarations(names);
  }

  private static Map<String, Object> values() {
    String mega = "a".repeat(1 << 20);
    var values = new HashMap<String, Object>();
    values.put("mega", mega);
    values.put("copy", new String(mega.toCharArray()));
    values.put("needle", "a".repeat(400_000) + "b");
    values.put("pattern", "((a{1000}){1000}){1000}");
    values.put("control", "\u0001".repeat(1 << 20));
    values.put("many", IntStream.range(0, 9_999).mapToObj(i -> "x" + i).toList());
    values.put(
        "copies",
        IntStream.range(0, 4).mapToObj(i -> (Object) ("a".repeat((1 << 20) - 1) + i)).toList());
    return values;
  }
}
