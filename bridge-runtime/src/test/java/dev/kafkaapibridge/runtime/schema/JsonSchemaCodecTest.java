package dev.kafkaapibridge.runtime.schema;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonSchemaCodecTest {

  private static final String DRAFT_07 = "http://json-schema.org/draft-07/schema#";
  private static final String DRAFT_2020 = "https://json-schema.org/draft/2020-12/schema";

  private static final String ORDER =
      """
      {"$schema": "DRAFT", "type": "object", "required": ["id"],
       "properties": {
         "id": {"type": "integer"},
         "a/b": {"type": "string", "pattern": "^[a-z]+$"},
         "lines": {"type": "array", "items": {"$ref": "#/definitions/line"}}},
       "additionalProperties": false,
       "definitions": {"line": {"type": "object", "properties": {"price": {"type": "number", "minimum": 0}}}}}
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"id": 1, "lines": [{"price": 0}]}                 | fits     | ``
          {"id": 18446744073709551616}                       | fits     | ``
          {"id": "secret"}                                   | type     | /id
          {}                                                 | required | ``
          {"id": 1, "a/b": "SECRET"}                         | pattern  | /a~1b
          {"id": 1, "lines": [{"price": 0}, {"price": -1}]}  | minimum  | /lines/1/price
          {"id": 1, "secret": 2}                             | additionalProperties | ``
          "secret"                                           | type     | ``
          """)
  void theFieldThatFailsIsPointedAt(String json, String keyword, String pointer) throws Exception {
    for (String draft : new String[] {DRAFT_07, DRAFT_2020}) {
      Codec codec =
          JsonSchemaCodec.of(new SchemaText(ORDER.replace("DRAFT", draft), Map.of(), null));
      if (keyword.equals("fits")) {
        assertThat(new String(codec.json(framed(json)), UTF_8)).isEqualTo(json);
      } else {
        assertThatThrownBy(() -> codec.json(framed(json)))
            .isInstanceOfSatisfying(
                Undecodable.class,
                e -> {
                  assertThat(e.reason()).isEqualTo("SchemaViolated");
                  assertThat(e.pointer()).isEqualTo(pointer);
                  assertThat(e).hasMessageContaining("'" + keyword + "'");
                  assertThat(e.getMessage()).doesNotContainIgnoringCase("secret");
                });
      }
    }
  }

  @Test
  void whatTheLibraryHasOtherwiseIsMended() throws Exception {
    for (String draft : new String[] {DRAFT_07, DRAFT_2020}) {
      Codec even =
          JsonSchemaCodec.of(
              new SchemaText(
                  "{\"$schema\": \"%s\", \"multipleOf\": 2}".formatted(draft), Map.of(), null));
      assertThat(pointerToWhatFails(even, "9007199254740992")).isNull();
      assertThat(pointerToWhatFails(even, "9007199254740993")).isEmpty();
      assertThat(pointerToWhatFails(even, "123456789012345678901234567891")).isEmpty();
      Codec unique =
          JsonSchemaCodec.of(
              new SchemaText(
                  "{\"$schema\": \"%s\", \"uniqueItems\": true}".formatted(draft), Map.of(), null));
      assertThat(pointerToWhatFails(unique, "{\"a\": 1, \"b\": 1}")).isNull();
      assertThat(pointerToWhatFails(unique, "[1, 1]")).isEmpty();
    }
  }

  @Test
  void whatAnotherLanguagesLibrarySaysOfADocumentIsSaidHereToo() throws Exception {
    List<JsonNode> lines = Foreign.lines("json-schema.jsonl");
    assertThat(lines).hasSizeGreaterThanOrEqualTo(100);
    var differences = new ArrayList<String>();
    for (JsonNode line : lines) {
      String schema = line.get("schema").asText();
      String json = line.get("json").asText();
      String pointer =
          pointerToWhatFails(JsonSchemaCodec.of(new SchemaText(schema, Map.of(), null)), json);
      var pointers = new ArrayList<String>();
      line.get("pointers").forEach(place -> pointers.add(place.asText()));
      if (pointer == null ? !line.get("valid").asBoolean() : !pointers.contains(pointer)) {
        differences.add("%s of %s: %s, not %s".formatted(schema, json, pointer, pointers));
      }
    }
    assertThat(differences).isEmpty();
  }

  /** Null where the document holds. */
  private static @Nullable String pointerToWhatFails(Codec codec, String json) throws Exception {
    try {
      codec.json(framed(json));
      return null;
    } catch (Undecodable e) {
      assertThat(e.reason()).as(json).isEqualTo("SchemaViolated");
      return e.pointer();
    }
  }

  @Test
  void aTreeIsHeldToItsSchemaAsDeepAsItIs() throws Exception {
    Codec tree =
        JsonSchemaCodec.of(
            new SchemaText(
                "{\"type\": \"object\", \"required\": [\"n\"], \"properties\": {\"n\": {\"type\": \"integer\"}, \"under\": {\"type\": \"array\", \"items\": {\"$ref\": \"#\"}}}}",
                Map.of(),
                null));
    String fits = "{\"n\": 1, \"under\": [{\"n\": 2}, {\"n\": 3, \"under\": [{\"n\": 4}]}]}";
    assertThat(new String(tree.json(framed(fits)), UTF_8)).isEqualTo(fits);
    assertThatThrownBy(() -> tree.json(framed(fits.replace("4", "\"4\""))))
        .isInstanceOfSatisfying(
            Undecodable.class, e -> assertThat(e.pointer()).isEqualTo("/under/1/under/0/n"));
  }

  @Test
  void draftsDifferByWhatTheSchemaNames() throws Exception {
    String tuple = "{\"$schema\": \"%s\", \"items\": [{\"type\": \"integer\"}]}";
    Codec seven = JsonSchemaCodec.of(new SchemaText(tuple.formatted(DRAFT_07), Map.of(), null));
    assertThatThrownBy(() -> seven.json(framed("[\"a\"]"))).isInstanceOf(Undecodable.class);
    String date = "{\"$schema\": \"%s\", \"format\": \"date\"}";
    Codec asserts = JsonSchemaCodec.of(new SchemaText(date.formatted(DRAFT_07), Map.of(), null));
    assertThatThrownBy(() -> asserts.json(framed("\"a\""))).isInstanceOf(Undecodable.class);
    Codec notes = JsonSchemaCodec.of(new SchemaText(date.formatted(DRAFT_2020), Map.of(), null));
    assertThat(notes.json(framed("\"a\""))).isNotEmpty();
    String prefix = "{\"prefixItems\": [{\"type\": \"integer\"}]}";
    Codec newest = JsonSchemaCodec.of(new SchemaText(prefix, Map.of(), null));
    assertThatThrownBy(() -> newest.json(framed("[\"a\"]"))).isInstanceOf(Undecodable.class);
  }

  @Test
  void aSchemaMayReferToOthersAndToNothingElse() throws Exception {
    String line = "{\"type\": \"object\", \"required\": [\"sku\"]}";
    String named = "{\"items\": {\"$ref\": \"line.json\"}}";
    String withId =
        "{\"$id\": \"https://shop.example/order.json\", \"items\": {\"$ref\": \"line.json\"}}";
    String whole = "{\"items\": {\"$ref\": \"https://shop.example/line.json\"}}";
    for (String schema : new String[] {named, withId}) {
      Codec codec = JsonSchemaCodec.of(new SchemaText(schema, Map.of("line.json", line), null));
      assertThat(codec.json(framed("[{\"sku\": 1}]"))).isNotEmpty();
      assertThatThrownBy(() -> codec.json(framed("[{}]"))).isInstanceOf(Undecodable.class);
    }
    Codec codec =
        JsonSchemaCodec.of(
            new SchemaText(whole, Map.of("https://shop.example/line.json", line), null));
    assertThatThrownBy(() -> codec.json(framed("[{}]"))).isInstanceOf(Undecodable.class);
    assertThatThrownBy(() -> JsonSchemaCodec.of(new SchemaText(named, Map.of(), null)))
        .isInstanceOf(UnusableSchema.class);
  }

  @Test
  void whatIsNoJsonIsRefused() throws Exception {
    Codec codec = JsonSchemaCodec.of(new SchemaText("{}", Map.of(), null));
    for (String text : new String[] {"", "{", "{} {}", "[".repeat(2_000)}) {
      assertThatThrownBy(() -> codec.json(framed(text)))
          .isInstanceOfSatisfying(
              Undecodable.class, e -> assertThat(e.reason()).isEqualTo("InvalidJSON"));
    }
    assertThatThrownBy(() -> JsonSchemaCodec.of(new SchemaText("{", Map.of(), null)))
        .isInstanceOf(UnusableSchema.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ^[a-z]+$              | abc        | true
          ^[a-z]+$              | `abc\\n`   | false
          b                     | abc        | true
          ^\\\\u0041\\\\/\\\\d{2}$ | A/12       | true
          ^\\\\p{L}+$           | Ärger      | true
          ^(?!x)[a-z]+$         | abc        | true
          ^(?!x)[a-z]+$         | xbc        | false
          ^(?!x)[a-z]+$         | `abc\\n`   | false
          (.)\\\\1              | hello      | true
          ^.{2000}$             | short      | false
          """)
  void patternsMeanWhatEcmaScriptSays(String pattern, String text, boolean holds) throws Exception {
    Codec codec =
        JsonSchemaCodec.of(
            new SchemaText("{\"pattern\": \"%s\"}".formatted(pattern), Map.of(), null));
    var value = framed("\"" + text + "\"");
    if (holds) {
      assertThat(codec.json(value)).isNotEmpty();
    } else {
      assertThatThrownBy(() -> codec.json(value))
          .isInstanceOfSatisfying(
              Undecodable.class, e -> assertThat(e.reason()).isEqualTo("SchemaViolated"));
    }
  }

  /** Nested repetitions, for which a backtracking engine takes longer than anybody waits. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          ^(a+)+$          ; SchemaViolated
          ^(a|aa)*b?$      ; SchemaViolated
          ^(?!x)(a+)+$     ; SchemaTooCostly
          ^(?=a)(a|a)*$    ; SchemaTooCostly
          """)
  @Timeout(20)
  void noPatternTakesLongerThanItsTextIsWorth(String pattern, String reason) throws Exception {
    String schema = "{\"patternProperties\": {\"^x\": {\"pattern\": \"%s\"}}}".formatted(pattern);
    Codec codec = JsonSchemaCodec.of(new SchemaText(schema, Map.of(), null));
    assertThatThrownBy(() -> codec.json(framed("{\"x\": \"" + "a".repeat(100_000) + "!\"}")))
        .isInstanceOfSatisfying(Undecodable.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  /** A few characters that are a number of as many digits as the process has bytes. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"enum\": [1]}",
        "{\"const\": 1}",
        "{\"multipleOf\": 0.01}",
        "{\"type\": \"integer\"}",
        "{\"maximum\": 5}"
      })
  @Timeout(20)
  void noNumberTakesMoreMemoryThanItsTextIsWorth(String rule) throws Exception {
    Codec codec =
        JsonSchemaCodec.of(
            new SchemaText("{\"additionalProperties\": " + rule + "}", Map.of(), null));
    for (String number : List.of("1e200000000", "1e-200000000", "-1e401")) {
      assertThatThrownBy(() -> codec.json(framed("{\"n\": " + number + "}")))
          .isInstanceOfSatisfying(
              Undecodable.class, e -> assertThat(e.reason()).isEqualTo("TooLarge"));
    }
  }

  /** Written out, it is a pattern of a billion characters. */
  @Test
  @Timeout(20)
  void aPatternOfRepeatsOfRepeatsIsNotWrittenOut() throws Exception {
    String schema =
        "{\"patternProperties\": {\"^x\": {\"pattern\": \"^(((a{1000}){1000}){1000})$\"}}}";
    Codec codec = JsonSchemaCodec.of(new SchemaText(schema, Map.of(), null));
    assertThatThrownBy(() -> codec.json(framed("{\"x\": \"aaa\"}")))
        .isInstanceOfSatisfying(
            Undecodable.class, e -> assertThat(e.reason()).isEqualTo("SchemaViolated"));
  }

  @Test
  void aSchemaThatIsTooDeepIsUnusable() {
    String deep = "{\"not\": ".repeat(5_000) + "{}" + "}".repeat(5_000);
    assertThatThrownBy(() -> JsonSchemaCodec.of(new SchemaText(deep, Map.of(), null)))
        .isInstanceOf(UnusableSchema.class);
  }

  @Test
  void whatIsNoPatternMakesTheSchemaUnusable() {
    assertThatThrownBy(
            () -> JsonSchemaCodec.of(new SchemaText("{\"pattern\": \"(\"}", Map.of(), null)))
        .isInstanceOf(UnusableSchema.class);
  }

  private static Framed framed(String json) {
    byte[] bytes = ("\0\0\0\0\1" + json).getBytes(UTF_8);
    return new Framed(new SchemaKey(SchemaKey.Kind.Id, "1"), bytes, 5, null, null);
  }
}
