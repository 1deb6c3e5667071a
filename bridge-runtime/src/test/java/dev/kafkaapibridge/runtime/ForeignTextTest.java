package dev.kafkaapibridge.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.expression.Declarations;
import dev.kafkaapibridge.api.expression.Declarations.Type;
import dev.kafkaapibridge.api.expression.Expression;
import dev.kafkaapibridge.api.expression.JsonTemplate;
import dev.kafkaapibridge.api.expression.PlainJson;
import dev.kafkaapibridge.api.expression.Template;
import dev.kafkaapibridge.api.expression.UrlTemplate;
import dev.kafkaapibridge.runtime.consume.CommitMetadata;
import dev.kafkaapibridge.runtime.consume.OffsetRanges;
import dev.kafkaapibridge.runtime.quota.ShareState;
import dev.kafkaapibridge.runtime.transform.TraceContext;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each parser of what others write, fed with damaged texts: it says what it says of a text that it
 * can't read, and what it does read keeps its promise. Answers of targets have a test of their own.
 */
@Timeout(120)
class ForeignTextTest {

  /** Reads one text; throws where it must not, or where a promise is broken. */
  interface Parser {
    void read(String text, RandomGenerator random) throws Exception;
  }

  private static final Declarations DECLARED =
      new Declarations(Map.of("key", Type.Text, "value", Type.Any, "headers", Type.TextMap));

  private static final List<String> JSON =
      List.of(
          "{\"order\": \"a-1\", \"pieces\": [1, 2.50, -3e7], \"gift\": null, \"paid\": true}",
          "[[[{}]], \"\\u00e9\\n\\ud83d\\ude00\", \"\\ud800\", 123456789012345678901234567890]",
          "\"text\"",
          "{\"a\": {\"a\": {\"a\": 0.1}}, \"a\": 2}");

  private static Arguments parser(String name, int trials, List<String> good, Parser parser) {
    return Arguments.of(name, trials, good, parser);
  }

  static Stream<Arguments> parsers() {
    return Stream.of(
        parser(
            "commit metadata",
            20_000,
            List.of(
                "kab1;t=AAAAAAAAAAEAAAAAAAAAAg;e=7;f=AQEDyAE",
                "kab1;t=AAAAAAAAAAEAAAAAAAAAAg;e=-1",
                "kab1;t=AAAAAAAAAAEAAAAAAAAAAg;r=12.5;q=Awz_BQ;e=7;f=__________8B"),
            ForeignTextTest::commitMetadata),
        parser(
            "share of a rate limit",
            20_000,
            List.of("AAw", "AQw", "AgyAgICA8Nq1AogN", "AwyAgICA8Nq1AgMAAQUC"),
            (text, random) -> {
              ShareState.Read read = ShareState.decode(text);
              assertThat(read == null || read.partitions() >= 0).isTrue();
            }),
        parser(
            "traceparent and tracestate",
            20_000,
            List.of(
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-comes-later",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01"),
            ForeignTextTest::traceContext),
        parser("JSON of records", 20_000, JSON, ForeignTextTest::json),
        parser(
            "CEL",
            500,
            List.of(
                "value.items.exists(i, i.price > 10.0) && headers['x'] == \"a\\n\"",
                "key.startsWith('a') ? [1, 2u, 3.0, b'x'][0] : {'a': null}.a",
                "size(value) / (size(key) - 1) in [1, 2] || has(value.a) || -9223372036854775808 < 0"),
            ForeignTextTest::expression),
        parser(
            "templates",
            500,
            List.of(
                "order {{key}} of {{value.customer}}, {{'}}' + \"{{\"}}",
                "{{headers['content-type']}}{{value}}"),
            ForeignTextTest::template),
        parser(
            "JSON templates",
            500,
            List.of(
                "{\"id\": {{key}}, \"text\": \"of {{value.order}} \\\" and {{key}}\", \"all\": [{{value}}]}",
                "[{{headers}}, \"{{headers['x']}}\"]"),
            ForeignTextTest::jsonTemplate),
        parser(
            "URLs",
            500,
            List.of(
                "https://api.example.com/v1/orders/{key}/lines?of={value.order}&x=%2F#top",
                "https://a/{key}{value.order}.json", "https://a/.{key}./%2e{key}?q={key}"),
            ForeignTextTest::url));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("parsers")
  void isReadOrRefusedAndNothingElse(String name, int trials, List<String> good, Parser parser) {
    Seeds.each(
        trials,
        random -> {
          String text = Damage.of(good, random);
          try {
            parser.read(text, random);
          } catch (Throwable e) { // a stack that overflows is one of the ways to fail
            throw new AssertionError("of '" + text + "': " + e, e);
          }
        });
  }

  private static void commitMetadata(String text, RandomGenerator random) {
    long committed = random.nextLong(1L << random.nextInt(1, 63));
    CommitMetadata read = CommitMetadata.decode(committed, text);
    if (read == null) {
      return;
    }
    OffsetRanges ended = read.ended();
    long at = committed;
    for (int i = 0; i < ended.bounds().length; i++) {
      assertThat(ended.bounds()[i])
          .as("beyond what is committed, ascending")
          .isGreaterThanOrEqualTo(at);
      at = ended.bounds()[i];
    }
    assertThat(CommitMetadata.decode(committed, read.encode(committed).text())).isEqualTo(read);
  }

  private static void traceContext(String text, RandomGenerator random) {
    byte[] bytes = text.getBytes(UTF_8);
    String sent = new String(bytes, UTF_8); // half a character is a question mark here
    if (TraceContext.isParent(bytes)) {
      assertThat(sent).matches("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(-[ -~]*)?");
    }
    if (TraceContext.isState(bytes)) {
      assertThat(sent).matches("[ -~]{1,512}");
    }
  }

  private static void json(String text, RandomGenerator random) throws Exception {
    byte[] bytes = text.getBytes(UTF_8);
    Object value;
    try {
      value = PlainJson.parse(bytes);
    } catch (PlainJson.Malformed e) {
      assertThat(isJson(bytes) && !e.getMessage().contains("exponent"))
          .as("what can't be read is no JSON")
          .isFalse();
      return;
    }
    assertThat(isJson(bytes)).isTrue();
    try {
      byte[] written = PlainJson.write(value, 100_000);
      assertThat(PlainJson.write(PlainJson.parse(written), 100_000)).isEqualTo(written);
    } catch (PlainJson.Unwritable e) {
      assertThat(e).hasMessage("it has half a character");
    }
  }

  private static boolean isJson(byte[] bytes) {
    try {
      PlainJson.check(bytes);
      return true;
    } catch (PlainJson.Malformed e) {
      return false;
    }
  }

  private static void expression(String text, RandomGenerator random) {
    try {
      Expression.condition(text, DECLARED).test(values(random));
    } catch (Expression.Unsound | Expression.Failed e) {
      assertThat(e.getMessage()).isNotBlank();
    }
    try {
      Expression.compile(text, DECLARED).json(values(random), 100_000);
    } catch (Expression.Unsound | Expression.Failed e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  private static void template(String text, RandomGenerator random) {
    try {
      assertThat(Template.compile(text, DECLARED).render(values(random), 10_000).length())
          .isLessThanOrEqualTo(10_000);
    } catch (Expression.Unsound | Expression.Failed e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  private static void jsonTemplate(String text, RandomGenerator random) {
    try {
      String made = JsonTemplate.compile(text, true, DECLARED).render(values(random), 10_000);
      assertThat(isJson(made.getBytes(UTF_8))).as(made).isTrue();
    } catch (Expression.Unsound | Expression.Failed e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  private static final Pattern QUERY = Pattern.compile("[?].*", Pattern.DOTALL);
  private static final Pattern SLASHES = Pattern.compile("[^/]");

  private static void url(String text, RandomGenerator random) {
    try {
      UrlTemplate template = UrlTemplate.compile(text, DECLARED);
      String sample = template.sample();
      String made = template.render(values(random));
      int path = sample.indexOf('/', sample.indexOf("://") + 3);
      assertThat(made).as("the origin").startsWith(path < 0 ? sample : sample.substring(0, path));
      assertThat(slashes(made)).as("segments of %s", made).isEqualTo(slashes(sample));
    } catch (Expression.Unsound | Expression.Failed e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  private static String slashes(String url) {
    return SLASHES.matcher(QUERY.matcher(url).replaceFirst("")).replaceAll("");
  }

  /** A record whose key and value are hostile as well. */
  private static Expression.Values values(RandomGenerator random) {
    String key = new String(Damage.of(List.of("a-1", "..", "/"), random).getBytes(UTF_8), UTF_8);
    Object value;
    try {
      value = PlainJson.parse(Damage.of(JSON, random).getBytes(UTF_8));
    } catch (PlainJson.Malformed e) {
      value = key;
    }
    Object read = value;
    return name ->
        switch (name) {
          case "key" -> key;
          case "value" -> read;
          default -> Map.of("x", key, "content-type", "text/plain");
        };
  }
}
