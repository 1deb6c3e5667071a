package dev.kafkaapibridge.api.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Structural defaulting as the API server does it: a null counts as absent, then the schema's
 * defaults fill in, outermost first.
 */
final class Defaulting {

  private Defaulting() {}

  /** Changes {@code node} in place. */
  static void apply(JsonNode schema, JsonNode node) {
    if (node instanceof ObjectNode object) {
      for (var property : schema.path("properties").properties()) {
        String name = property.getKey();
        JsonNode fieldSchema = property.getValue();
        JsonNode value = object.get(name);
        if (value != null && value.isNull()) {
          object.remove(name);
          value = null;
        }
        if (value == null && fieldSchema.has("default")) {
          value = fieldSchema.get("default").deepCopy();
          object.set(name, value);
        }
        if (value != null) {
          apply(fieldSchema, value);
        }
      }
      JsonNode others = schema.path("additionalProperties");
      if (others.isObject()) {
        object.forEach(value -> apply(others, value));
      }
    } else if (node instanceof ArrayNode array) {
      array.forEach(item -> apply(schema.path("items"), item));
    }
  }
}
