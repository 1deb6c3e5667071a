package dev.kafkaapibridge.api.contract;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kafkaapibridge.api.validation.BridgeSchema;
import dev.kafkaapibridge.api.validation.ReplaySchema;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The CRD's schema as a flat list of its places, for rules that hold at each of them. */
final class Schema {

  /**
   * One place: {@code spec.kafka.topics} or, for a list's items and a map's values, with a {@code
   * []} at the end.
   *
   * @param insideItem whether a list is anywhere above
   */
  record Place(String path, JsonNode schema, boolean insideItem) {

    String type() {
      return schema.path("type").asText();
    }

    boolean isElement() {
      return path.endsWith("[]");
    }

    boolean inSpec() {
      return path.startsWith("spec.");
    }

    List<Rule> rules() {
      return schema
          .path("x-kubernetes-validations")
          .valueStream()
          .map(rule -> new Rule(path, rule))
          .toList();
    }

    @Override
    public String toString() {
      return path.isEmpty() ? "<root>" : path;
    }
  }

  /** A CEL rule and the place it stands at. */
  record Rule(String path, JsonNode rule) {

    String message() {
      return rule.path("message").asText();
    }

    /** The field that a violation names, with {@code []} for any position in a list. */
    String field() {
      String field = path + rule.path("fieldPath").asText();
      return field.startsWith(".") ? field.substring(1) : field;
    }

    boolean isTransition() {
      return rule.path("rule").asText().contains("oldSelf");
    }

    @Override
    public String toString() {
      return field() + ": " + message();
    }
  }

  private Schema() {}

  static List<Place> places() {
    return places(BridgeSchema.schema());
  }

  static List<Place> places(JsonNode schema) {
    var places = new ArrayList<Place>();
    walk("", schema, false, places);
    return places;
  }

  /** Of all kinds. */
  static List<Place> everywhere() {
    return Stream.of(BridgeSchema.schema(), ReplaySchema.schema())
        .flatMap(schema -> places(schema).stream())
        .toList();
  }

  static List<Rule> rules(JsonNode schema) {
    return places(schema).stream().flatMap(place -> place.rules().stream()).toList();
  }

  static List<Rule> rules() {
    return places().stream().flatMap(place -> place.rules().stream()).toList();
  }

  private static void walk(String path, JsonNode schema, boolean insideItem, List<Place> places) {
    places.add(new Place(path, schema, insideItem));
    for (var property : schema.path("properties").properties()) {
      String name = property.getKey();
      walk(path.isEmpty() ? name : path + "." + name, property.getValue(), insideItem, places);
    }
    if (schema.has("items")) {
      walk(path + "[]", schema.get("items"), true, places);
    }
    if (schema.has("additionalProperties")) {
      walk(path + "[]", schema.get("additionalProperties"), insideItem, places);
    }
  }
}
