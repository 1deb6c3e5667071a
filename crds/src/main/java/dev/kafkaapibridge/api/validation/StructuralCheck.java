package dev.kafkaapibridge.api.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Holds a tree to the CRD's structural schema, with the API server's words. Written here rather
 * than left to a JSON Schema library because the dialect is Kubernetes' own (int-or-string, list
 * types, unknown fields refused as kubectl does) and the words must be the same.
 */
final class StructuralCheck {

  private final List<Violation> violations = new ArrayList<>();

  private StructuralCheck() {}

  static List<Violation> of(JsonNode schema, JsonNode tree) {
    var check = new StructuralCheck();
    check.node("", schema, tree);
    return check.violations;
  }

  private void node(String path, JsonNode schema, JsonNode value) {
    if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
      if (!value.isIntegralNumber() && !value.isTextual()) {
        wrongType(path, "integer,string", value);
      } else {
        text(path, schema, value.asText());
      }
      return;
    }
    switch (schema.path("type").asText()) {
      case "object" -> {
        if (value.isObject() && path.equals("metadata")) {
          violations.addAll(ObjectMetaCheck.of(value));
        } else if (value.isObject()) {
          object(path, schema, value);
        } else {
          wrongType(path, "object", value);
        }
      }
      case "array" -> {
        if (value.isArray()) {
          array(path, schema, value);
        } else {
          wrongType(path, "array", value);
        }
      }
      case "integer" -> {
        if (value.isIntegralNumber()) {
          number(path, schema, value);
        } else {
          wrongType(path, "integer", value);
        }
      }
      case "string" -> {
        if (value.isTextual()) {
          text(path, schema, value.textValue());
        } else {
          wrongType(path, "string", value);
        }
      }
      default ->
          throw new IllegalStateException(
              "the CRD has a type that is not checked here: " + schema.path("type"));
    }
  }

  private void object(String path, JsonNode schema, JsonNode value) {
    for (JsonNode required : schema.path("required")) {
      if (!value.has(required.asText())) {
        String field = join(path, required.asText());
        add(field, "Required value", meaning(schema.path("properties").path(required.asText())));
      }
    }
    JsonNode properties = schema.path("properties");
    JsonNode others = schema.path("additionalProperties");
    boolean open = schema.path("x-kubernetes-preserve-unknown-fields").asBoolean();
    for (var entry : value.properties()) {
      String field = join(path, entry.getKey());
      if (properties.has(entry.getKey())) {
        node(field, properties.get(entry.getKey()), entry.getValue());
      } else if (others.isObject()) {
        node(field, others, entry.getValue());
      } else if (!open) {
        add(
            field,
            "unknown field \"" + field + "\"",
            Spelling.suggestion(
                entry.getKey(), properties.properties().stream().map(e -> e.getKey()).toList()));
      }
    }
    if (schema.has("maxProperties") && value.size() > schema.get("maxProperties").asInt()) {
      add(
          path,
          "Too many: %d: must have at most %d items"
              .formatted(value.size(), schema.get("maxProperties").asInt()),
          "");
    }
  }

  private void array(String path, JsonNode schema, JsonNode value) {
    if (schema.has("maxItems") && value.size() > schema.get("maxItems").asInt()) {
      add(
          path,
          "Too many: %d: must have at most %d items"
              .formatted(value.size(), schema.get("maxItems").asInt()),
          "");
    }
    if (schema.has("minItems") && value.size() < schema.get("minItems").asInt()) {
      String message = "Invalid value: %d: %s in body should have at least %d items";
      add(path, message.formatted(value.size(), path, schema.get("minItems").asInt()), "");
    }
    for (int i = 0; i < value.size(); i++) {
      node(path + "[" + i + "]", schema.path("items"), value.get(i));
    }
    String listType = schema.path("x-kubernetes-list-type").asText();
    var seen = new HashSet<String>();
    for (int i = 0; i < value.size() && (listType.equals("set") || listType.equals("map")); i++) {
      JsonNode item = value.get(i);
      String key =
          listType.equals("set")
              ? item.toString()
              : schema
                  .path("x-kubernetes-list-map-keys")
                  .valueStream()
                  .map(k -> "\"" + k.asText() + "\":" + item.path(k.asText()))
                  .collect(Collectors.joining(",", "{", "}"));
      if (!seen.add(key)) {
        add(path + "[" + i + "]", "Duplicate value: " + key, "leave one of them out");
      }
    }
  }

  private void number(String path, JsonNode schema, JsonNode value) {
    if (schema.has("minimum")
        && value.decimalValue().compareTo(schema.get("minimum").decimalValue()) < 0) {
      add(
          path,
          "Invalid value: %s: %s in body should be greater than or equal to %s"
              .formatted(value, path, schema.get("minimum")),
          "");
    }
    if (schema.has("maximum")
        && value.decimalValue().compareTo(schema.get("maximum").decimalValue()) > 0) {
      add(
          path,
          "Invalid value: %s: %s in body should be less than or equal to %s"
              .formatted(value, path, schema.get("maximum")),
          "");
    }
  }

  private void text(String path, JsonNode schema, String value) {
    int length = value.codePointCount(0, value.length());
    String shown =
        "\""
            + (length > 80 ? value.substring(0, value.offsetByCodePoints(0, 77)) + "..." : value)
            + "\"";
    if (schema.has("maxLength") && length > schema.get("maxLength").asInt()) {
      add(
          path,
          "Too long: may not be more than %d bytes".formatted(schema.get("maxLength").asInt()),
          "");
    }
    if (schema.has("minLength") && length < schema.get("minLength").asInt()) {
      add(
          path,
          "Invalid value: %s: %s in body should be at least %d chars long"
              .formatted(shown, path, schema.get("minLength").asInt()),
          "");
    }
    if (schema.has("pattern")
        && !Pattern.compile(schema.get("pattern").asText()).matcher(value).find()) {
      add(
          path,
          "Invalid value: %s: %s in body should match '%s'"
              .formatted(shown, path, schema.get("pattern").asText()),
          meaning(schema));
    }
    if (schema.has("enum")
        && schema.get("enum").valueStream().noneMatch(v -> v.asText().equals(value))) {
      List<String> supported = schema.get("enum").valueStream().map(JsonNode::asText).toList();
      String list = supported.stream().map(v -> "\"" + v + "\"").collect(Collectors.joining(", "));
      add(
          path,
          "Unsupported value: %s: supported values: %s".formatted(shown, list),
          Spelling.suggestion(value, supported));
    }
    if (schema.path("format").asText().equals("date-time") && !Instants.isDateTime(value)) {
      add(
          path,
          "Invalid value: %s: %s in body must be of type date-time: %s"
              .formatted(shown, path, shown),
          "write it as 2026-11-01T00:00:00Z");
    }
  }

  private void wrongType(String path, String expected, JsonNode value) {
    String actual =
        value.isTextual()
            ? "string"
            : value.isObject()
                ? "object"
                : value.isArray()
                    ? "array"
                    : value.isBoolean()
                        ? "boolean"
                        : value.isNull() ? "null" : value.isIntegralNumber() ? "integer" : "number";
    String fix =
        expected.equals("string") && value.isValueNode()
            ? "quote it: \"" + value.asText() + "\""
            : "";
    add(
        path,
        "Invalid value: \"%s\": %s in body must be of type %s: \"%s\""
            .formatted(actual, path.isEmpty() ? "the object" : path, expected, actual),
        fix);
  }

  private void add(String path, String message, String fix) {
    violations.add(new Violation(path.isEmpty() ? "<root>" : path, message, fix));
  }

  private static String meaning(JsonNode schema) {
    return schema.path("description").asText().strip().replaceAll("\\s+", " ");
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
