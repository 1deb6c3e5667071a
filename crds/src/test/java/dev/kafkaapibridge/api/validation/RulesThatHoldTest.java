package dev.kafkaapibridge.api.validation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is not evaluated would have held. */
class RulesThatHoldTest {

  private record Default(String path, JsonNode schema, JsonNode value) {
    @Override
    public String toString() {
      return path;
    }
  }

  @ParameterizedTest
  @MethodSource("defaults")
  void everyDefaultKeepsTheRulesOfItsPlace(Default place) {
    assertThat(RulesThatHold.ofDefault(place.schema, place.value)).isTrue();
    assertThat(CelRules.checkAll(place.schema, place.value)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("soundTrees")
  void theSameIsSaidOfEachFileAsByAllRules(JsonNode tree) {
    JsonNode schema = BridgeSchema.schema();

    assertThat(CelRules.check(schema, tree, null)).isEqualTo(CelRules.checkAll(schema, tree));
  }

  @Test
  void manyFilesOfTheCorpusGetAsFarAsTheRules() throws IOException {
    assertThat(soundTrees())
        .filteredOn(tree -> CelRules.checkAll(BridgeSchema.schema(), tree).isEmpty())
        .hasSizeGreaterThan(50);
    assertThat(soundTrees())
        .filteredOn(tree -> !CelRules.checkAll(BridgeSchema.schema(), tree).isEmpty())
        .hasSizeGreaterThan(50);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "!has(self.x) || self.x > 1         ; true",
        "!has(self.a.x) || self.a.x > 1     ; true",
        "!has(self.a) || self.a > 1         ; false", // it is there
        "!has(self.n) || self.n > 1         ; false", // null is there
        "!has(self.x.y) || self.x.y > 1     ; false", // has() itself fails
        "!has(self.x) || self.a ? false : true; false", // the condition is the whole '||'
        "!has(self.x) && has(self.a)        ; false",
        "has(self.x) || has(self.a)         ; false"
      })
  void aRuleAboutAFieldThatIsNotThereHolds(String rule, boolean holds) throws IOException {
    JsonNode value = new JsonMapper().readTree("{\"a\": {\"b\": 1}, \"n\": null}");

    assertThat(RulesThatHold.withoutTheField(rule, value)).isEqualTo(holds);
  }

  static List<Default> defaults() {
    var defaults = new ArrayList<Default>();
    collect("", BridgeSchema.schema(), defaults);
    assertThat(defaults).hasSizeGreaterThan(50);
    return defaults;
  }

  private static void collect(String path, JsonNode schema, List<Default> defaults) {
    if (schema.has("default")) {
      JsonNode value = schema.get("default").deepCopy();
      Defaulting.apply(schema, value);
      defaults.add(new Default(path, schema, value));
    }
    schema
        .path("properties")
        .properties()
        .forEach(
            property -> collect(path + "." + property.getKey(), property.getValue(), defaults));
    for (String below : List.of("items", "additionalProperties")) {
      if (schema.path(below).isObject()) {
        collect(path + "[]", schema.get(below), defaults);
      }
    }
  }

  /** Of the whole corpus: what the schema lets through, with its defaults. */
  static List<JsonNode> soundTrees() throws IOException {
    JsonNode schema = BridgeSchema.schema();
    var trees = new ArrayList<JsonNode>();
    for (Path file : files()) {
      List<JsonNode> documents;
      try {
        documents = YamlText.documents(Files.readString(file));
      } catch (YamlText.Unreadable e) {
        continue;
      }
      for (JsonNode tree : documents) {
        Defaulting.apply(schema, tree);
        if (StructuralCheck.of(schema, tree).isEmpty()) {
          trees.add(tree);
        }
      }
    }
    return trees;
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> files =
        Files.walk(Path.of(RulesThatHoldTest.class.getResource("/corpus").toURI()))) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
