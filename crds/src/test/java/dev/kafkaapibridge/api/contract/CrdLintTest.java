package dev.kafkaapibridge.api.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kafkaapibridge.api.contract.Schema.Place;
import dev.kafkaapibridge.api.validation.BridgeSchema;
import dev.kafkaapibridge.api.validation.ReplaySchema;
import dev.kafkaapibridge.api.validation.YamlText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Habits that the schema must keep, since each lapse is somebody's bad day later. */
class CrdLintTest {

  /**
   * YAML 1.1 reads these as booleans or null, so a field or value of that name can't be written.
   */
  private static final Set<String> YAML_WORDS =
      Set.of("y", "n", "yes", "no", "on", "off", "true", "false", "null", "~");

  /** Standard fields, whose schema is the API server's own; `metadata` takes no description. */
  private static final Set<String> STANDARD = Set.of("apiVersion", "kind", "metadata");

  /** What pods read at their start is what kubectl applies. */
  @Test
  void theJsonIsTheYaml() throws Exception {
    assertSame(BridgeSchema.RESOURCE, BridgeSchema.crd());
    assertSame(ReplaySchema.RESOURCE, ReplaySchema.crd());
  }

  private static void assertSame(String resource, JsonNode crd) throws Exception {
    try (var yaml = BridgeSchema.class.getResourceAsStream(resource)) {
      String text = new String(yaml.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(crd.toString()).isEqualTo(YamlText.documents(text).getFirst().toString());
    }
  }

  @Test
  void everyFieldIsDescribed() {
    assertThat(places(place -> !place.isElement() || place.type().equals("object")))
        .filteredOn(place -> !place.path().equals("metadata"))
        .allSatisfy(
            place -> assertThat(description(place)).as("%s", place).matches("(?s)\\S.*[.]"));
  }

  /** Names of the protocols themselves (gRPC codes, Kafka settings) need no explanation here. */
  @Test
  void everyValueOfAnEnumIsExplained() {
    assertThat(places(place -> place.schema().has("enum")))
        .filteredOn(
            place -> !place.path().matches(".*(grpcStatusCodes\\[]|consumerConfig\\[].name)"))
        .filteredOn(Place::inSpec)
        .allSatisfy(place ->
            assertThat(place.schema().get("enum"))
                .as("%s", place)
                .allSatisfy(
                    value -> assertThat(description(place)).contains("'" + value.asText() + "'")));
  }

  @Test
  void stringsHaveALimit() {
    assertThat(places(place -> place.type().equals("string") && !place.schema().has("enum")))
        .filteredOn(place -> STANDARD.stream().noneMatch(place.path()::startsWith))
        .allSatisfy(place -> assertThat(place.schema().has("maxLength")).as("%s", place).isTrue());
  }

  @Test
  void integersHaveBothLimits() {
    assertThat(places(place -> place.type().equals("integer")))
        .allSatisfy(place -> {
          assertThat(place.schema().has("format")).as("%s format", place).isTrue();
          assertThat(place.schema().has("minimum")).as("%s minimum", place).isTrue();
          if (place.inSpec()) { // what was observed has no upper limit
            assertThat(place.schema().has("maximum")).as("%s maximum", place).isTrue();
          }
        });
  }

  @Test
  void listsHaveALimitAndSayHowTheyMerge() {
    assertThat(places(place -> place.type().equals("array")))
        .isNotEmpty()
        .allSatisfy(place -> {
          assertThat(place.schema().has("maxItems")).as("%s maxItems", place).isTrue();
          String listType = place.schema().path("x-kubernetes-list-type").asText();
          assertThat(listType).as("%s", place).isIn("set", "map", "atomic");
          assertThat(place.schema().has("x-kubernetes-list-map-keys"))
              .as("%s keys", place)
              .isEqualTo(listType.equals("map"));
        });
  }

  @Test
  void mapsHaveALimit() {
    assertThat(places(place -> place.schema().has("additionalProperties")))
        .isNotEmpty()
        .allSatisfy(
            place -> assertThat(place.schema().has("maxProperties")).as("%s", place).isTrue());
  }

  /** A GitOps tool would find a difference between what it applies and what is stored, for ever. */
  @Test
  void nothingInsideAListItemHasADefault() {
    assertThat(places(Place::insideItem))
        .isNotEmpty()
        .noneMatch(place -> place.schema().has("default"));
  }

  /** A boolean can't get a third state later. */
  @Test
  void theSpecHasNoBooleans() {
    assertThat(Schema.everywhere()).extracting(Place::type).doesNotContain("boolean", "number");
  }

  @Test
  void noNameOrValueIsAWordThatYamlReadsOtherwise() {
    Stream<String> names =
        Schema.everywhere().stream().map(place -> place.path().replaceAll(".*[.]", ""));
    Stream<String> values =
        places(place -> place.inSpec() && place.schema().has("enum")).stream()
            .flatMap(place -> place.schema().get("enum").valueStream().map(JsonNode::asText));

    assertThat(Stream.concat(names, values))
        .noneMatch(word -> YAML_WORDS.contains(word.toLowerCase(Locale.ROOT)));
  }

  /** Two writers must not end up with one's Secret and the other's key. */
  @Test
  void referencesAreReplacedAsAWhole() {
    assertThat(places(place -> place.path().matches(".*(ecretRef|KeyRef)")))
        .isNotEmpty()
        .allSatisfy(place ->
            assertThat(place.schema().path("x-kubernetes-map-type").asText())
                .as("%s", place)
                .isEqualTo("atomic"));
  }

  @Test
  void rulesSpeakInSentencesThatFitOneLine() {
    assertThat(Schema.everywhere().stream().flatMap(place -> place.rules().stream()))
        .allSatisfy(
            rule -> assertThat(rule.message()).as("%s", rule).isNotBlank().doesNotContain("\n"));
  }

  @Test
  void printerColumnsAreDescribed() {
    assertThat(List.of(BridgeSchema.crd(), ReplaySchema.crd()))
        .allSatisfy(crd ->
            assertThat(crd.at("/spec/versions/0/additionalPrinterColumns"))
                .isNotEmpty()
                .allSatisfy(
                    column -> assertThat(column.path("description").asText()).isNotBlank()));
  }

  /** Client-side apply keeps a copy of what was applied in an annotation of at most 256 KiB. */
  @Test
  void theWholeIsSmallEnoughForClientSideApply() {
    assertThat(BridgeSchema.crd().toString().length()).isLessThan(200_000);
  }

  private static String description(Place place) {
    return place.schema().path("description").asText();
  }

  private static List<Place> places(Predicate<Place> which) {
    return Schema.everywhere().stream().filter(which).toList();
  }
}
