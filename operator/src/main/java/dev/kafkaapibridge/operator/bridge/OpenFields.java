package dev.kafkaapibridge.operator.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kafkaapibridge.api.validation.Violation;
import java.util.ArrayList;
import java.util.List;

/**
 * The fields of a spec that the CRD only passes on to a Pod, and for which it sets no bound. The
 * operator holds all bridges in memory, and a megabyte of empty objects fills thirty there; so what
 * is larger than anybody needs is a sentence instead, and its bridge is refused with it. Pure.
 */
final class OpenFields {

  /** Each of a field's texts, numbers, lists and objects is one. */
  static final int MOST_VALUES = 4_000;

  /** Of a field's texts and names together. */
  static final int MOST_CHARACTERS = 64 * 1024;

  private static final List<String> NAMES =
      List.of("affinity", "tolerations", "topologySpreadConstraints");

  /** The API server stores no text in these fields, so it is nobody's. */
  private static final String TOO_LARGE =
      "holds more than %d values, or more than %d characters"
          .formatted(MOST_VALUES, MOST_CHARACTERS);

  private OpenFields() {}

  /** Leaves a sentence where a field of {@code spec} is too large. */
  static void bound(JsonNode spec) {
    if (spec.path("workload") instanceof ObjectNode workload) {
      for (String name : NAMES) {
        if (new Size().isTooLarge(workload.path(name))) {
          workload.put(name, TOO_LARGE);
        }
      }
    }
  }

  /** What was found too large, in the tree of a bridge. */
  static List<Violation> violations(JsonNode file) {
    var violations = new ArrayList<Violation>();
    for (String name : NAMES) {
      if (file.at("/spec/workload/" + name).asText().equals(TOO_LARGE)) {
        violations.add(new Violation("spec.workload." + name, TOO_LARGE, "shorten it"));
      }
    }
    return violations;
  }

  /** Counts one field, and no further than it may go. */
  private static final class Size {
    private int values;
    private int characters;

    boolean isTooLarge(JsonNode node) {
      values++;
      characters += node.isTextual() ? node.textValue().length() : 0;
      for (var field : node.properties()) {
        characters += field.getKey().length();
      }
      if (values > MOST_VALUES || characters > MOST_CHARACTERS) {
        return true;
      }
      for (JsonNode child : node) {
        if (isTooLarge(child)) {
          return true;
        }
      }
      return false;
    }
  }
}
