package dev.kafkaapibridge.operator.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Reads Kubernetes' own types and refuses what they don't have. The client's reader keeps unknown
 * fields and passes them on, and the API server then fails the whole object without saying whose
 * field it was.
 */
public final class StrictTypes {

  private static final class NoUnknownFields extends JacksonAnnotationIntrospector {
    @Override
    public Boolean hasAnySetter(Annotated annotated) {
      return false;
    }
  }

  private static final JsonMapper STRICT =
      JsonMapper.builder()
          .annotationIntrospector(new NoUnknownFields())
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private static final class NullInList extends JsonProcessingException {
    NullInList() {
      super("holds a null within a list");
    }
  }

  private StrictTypes() {}

  public static <T> T read(JsonNode node, Class<T> type) throws JsonProcessingException {
    JsonNode read = node.deepCopy();
    dropAbsent(read);
    return STRICT.treeToValue(read, type);
  }

  /**
   * A field that is null is one that is absent, for the API server as well; the client's builders
   * fail on a null within a list, which is nothing anywhere.
   */
  private static void dropAbsent(JsonNode node) throws JsonProcessingException {
    if (node instanceof ObjectNode object) {
      object.properties().removeIf(field -> field.getValue().isNull());
    }
    if (node.isArray()) {
      for (JsonNode item : node) {
        if (item.isNull()) {
          throw new NullInList();
        }
      }
    }
    for (JsonNode child : node) {
      dropAbsent(child);
    }
  }

  /** Path of the offending field below what was read, like {@code .nodeAffinity.terms[0]}. */
  public static String path(MismatchedInputException e) {
    var path = new StringBuilder();
    for (var step : e.getPath()) {
      if (step.getFieldName() == null) {
        path.append('[').append(step.getIndex()).append(']');
      } else {
        path.append('.').append(step.getFieldName());
      }
    }
    return path.toString();
  }

  /** What is wrong with it, without Java's names. */
  public static String problem(MismatchedInputException e) {
    return switch (e) {
      case UnrecognizedPropertyException ignored -> "is no field that a Pod has here";
      default -> "must be " + kind(e.getTargetType());
    };
  }

  private static String kind(Class<?> type) {
    if (type == null) {
      return "of another type";
    }
    if (java.util.Collection.class.isAssignableFrom(type)) {
      return "a list";
    }
    if (Number.class.isAssignableFrom(type) || type.isPrimitive()) {
      return "a whole number";
    }
    return type == String.class ? "a string" : "an object";
  }
}
