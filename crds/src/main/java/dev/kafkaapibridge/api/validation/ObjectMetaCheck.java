package dev.kafkaapibridge.api.validation;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What the API server holds {@code metadata} to, which no CRD says: its fields, their types, and
 * the form of labels and of the keys of annotations.
 */
final class ObjectMetaCheck {

  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("annotations", "object"),
          Map.entry("creationTimestamp", "string"),
          Map.entry("deletionGracePeriodSeconds", "integer"),
          Map.entry("deletionTimestamp", "string"),
          Map.entry("finalizers", "array"),
          Map.entry("generateName", "string"),
          Map.entry("generation", "integer"),
          Map.entry("labels", "object"),
          Map.entry("managedFields", "array"),
          Map.entry("name", "string"),
          Map.entry("namespace", "string"),
          Map.entry("ownerReferences", "array"),
          Map.entry("resourceVersion", "string"),
          Map.entry("selfLink", "string"),
          Map.entry("uid", "string"));

  private static final Pattern LABEL_NAME =
      Pattern.compile("([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]");
  private static final Pattern DNS_SUBDOMAIN =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  private static final String FORM =
      " must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an"
          + " alphanumeric character";

  private final List<Violation> violations = new ArrayList<>();

  private ObjectMetaCheck() {}

  static List<Violation> of(JsonNode metadata) {
    var check = new ObjectMetaCheck();
    metadata.properties().forEach(field -> check.field(field.getKey(), field.getValue()));
    return check.violations;
  }

  private void field(String name, JsonNode value) {
    String path = "metadata." + name;
    String type = TYPES.get(name);
    if (type == null) {
      String fix = Spelling.suggestion(name, TYPES.keySet().stream().sorted().toList());
      violations.add(new Violation(path, "unknown field \"" + path + "\"", fix));
    } else if (!value.isNull() && !typeOf(value).equals(type)) {
      wrongType(path, type, value);
    } else if (type.equals("object")) {
      value
          .properties()
          .forEach(entry -> pair(path, name.equals("labels"), entry.getKey(), entry.getValue()));
    }
  }

  private void pair(String path, boolean label, String key, JsonNode value) {
    int slash = key.indexOf('/');
    String name = key.substring(slash + 1);
    if (slash >= 0 && !DNS_SUBDOMAIN.matcher(key.substring(0, slash)).matches()) {
      invalid(path, key, "prefix part must be a lowercase RFC 1123 subdomain");
    }
    if (!LABEL_NAME.matcher(name).matches()) {
      invalid(path, key, "name part" + FORM);
    } else if (name.length() > 63) {
      invalid(path, key, "name part must be no more than 63 characters");
    }
    if (!value.isTextual()) {
      wrongType(path, "string", value);
    } else if (label && value.textValue().length() > 63) {
      invalid(path, value.textValue(), "must be no more than 63 characters");
    } else if (label && !value.textValue().isEmpty()) {
      if (!LABEL_NAME.matcher(value.textValue()).matches()) {
        invalid(path, value.textValue(), "a valid label" + FORM);
      }
    }
  }

  private void invalid(String path, String value, String message) {
    violations.add(new Violation(path, "Invalid value: \"%s\": %s".formatted(value, message)));
  }

  private void wrongType(String path, String type, JsonNode value) {
    violations.add(
        new Violation(
            path,
            "Invalid value: \"%1$s\": must be of type %2$s: \"%1$s\""
                .formatted(typeOf(value), type),
            type.equals("string") && value.isValueNode()
                ? "quote it: \"" + value.asText() + "\""
                : ""));
  }

  private static String typeOf(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> "string";
      case NUMBER -> value.isIntegralNumber() ? "integer" : "number";
      case OBJECT, POJO -> "object";
      case ARRAY -> "array";
      case BOOLEAN -> "boolean";
      case NULL, MISSING, BINARY -> "null";
    };
  }
}
