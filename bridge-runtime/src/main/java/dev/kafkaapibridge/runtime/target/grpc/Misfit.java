package dev.kafkaapibridge.runtime.target.grpc;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.kafkaapibridge.api.expression.PlainJson;
import dev.kafkaapibridge.runtime.record.CleanText;
import dev.kafkaapibridge.runtime.transform.Unfit;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the place where JSON doesn't fit a message, once it is known that it doesn't: each field is
 * tried alone, and where a message in it doesn't fit, each field of that one. Says nothing of the
 * values. Pure.
 */
final class Misfit {

  private static final int MAX_PLACE = 200;
  private static final int MAX_DEPTH = 100;

  private final JsonFormat.Parser parser;
  private final Descriptor type;

  Misfit(JsonFormat.Parser parser, Descriptor type) {
    this.parser = parser;
    this.type = type;
  }

  /** Why this JSON, which is some, doesn't fit. */
  Unfit in(byte[] json) {
    try {
      return message(PlainJson.parse(json), type, "", 0);
    } catch (PlainJson.Malformed e) {
      return new Unfit("InvalidJSON", "its value holds a number that is no number here");
    }
  }

  private Unfit message(@Nullable Object value, Descriptor of, String place, int depth) {
    if (depth > MAX_DEPTH) {
      return new Unfit(
          "InvalidMessage", "its value is nested more than %d deep".formatted(MAX_DEPTH));
    }
    if (!(value instanceof Map<?, ?> fields) || isWellKnown(of)) {
      return wrong(place, value, of.getFullName());
    }
    for (Map.Entry<?, ?> entry : fields.entrySet()) {
      String name = String.valueOf(entry.getKey());
      String at = place.isEmpty() ? name : place + "." + name;
      FieldDescriptor field = field(of, name);
      if (field == null) {
        return new Unfit(
            "UnknownField",
            "its value has '%s', which no field of %s is"
                .formatted(CleanText.of(at, MAX_PLACE), of.getFullName()));
      }
      if (!fits(of, name, entry.getValue())) {
        return field(field, entry.getValue(), at, depth);
      }
    }
    for (FieldDescriptor field : of.getFields()) {
      if (field.isRequired()
          && !fields.containsKey(field.getName())
          && !fields.containsKey(field.getJsonName())) {
        String at = place.isEmpty() ? field.getName() : place + "." + field.getName();
        return missing(at, of);
      }
    }
    return new Unfit(
        "InvalidMessage",
        "its value has fields that can't stand together in %s%s: two of a oneof, or one under both its names"
            .formatted(
                of.getFullName(),
                place.isEmpty() ? "" : " at '" + CleanText.of(place, MAX_PLACE) + "'"));
  }

  static Unfit missing(String place, Descriptor of) {
    return new Unfit(
        "MissingField",
        "its value lacks '%s', which %s requires"
            .formatted(CleanText.of(place, MAX_PLACE), of.getFullName()));
  }

  private Unfit field(FieldDescriptor field, @Nullable Object value, String at, int depth) {
    boolean ofMessages = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
    if (field.isMapField()) {
      return entry(field, value, at, depth);
    }
    if (!field.isRepeated()) {
      return ofMessages
          ? message(value, field.getMessageType(), at, depth + 1)
          : wrong(at, value, kind(field));
    }
    if (!(value instanceof List<?> elements)) {
      return wrong(at, value, "repeated " + kind(field));
    }
    for (int i = 0; i < elements.size(); i++) {
      Object element = elements.get(i);
      if (!fits(field.getContainingType(), field.getName(), List.of(element))) {
        String place = at + "[" + i + "]";
        return ofMessages
            ? message(element, field.getMessageType(), place, depth + 1)
            : wrong(place, element, kind(field));
      }
    }
    return wrong(at, value, "repeated " + kind(field));
  }

  private Unfit entry(FieldDescriptor map, @Nullable Object value, String at, int depth) {
    FieldDescriptor key = map.getMessageType().findFieldByNumber(1);
    FieldDescriptor held = map.getMessageType().findFieldByNumber(2);
    if (!(value instanceof Map<?, ?> entries)) {
      return wrong(at, value, "map");
    }
    for (Map.Entry<?, ?> entry : entries.entrySet()) {
      String name = String.valueOf(entry.getKey());
      if (!fits(map.getContainingType(), map.getName(), Map.of(name, entry.getValue()))) {
        String place = at + "['" + name + "']";
        return held.getJavaType() == FieldDescriptor.JavaType.MESSAGE
                && entry.getValue() instanceof Map<?, ?>
            ? message(entry.getValue(), held.getMessageType(), place, depth + 1)
            : wrong(place, entry.getValue(), "map from " + kind(key) + " to " + kind(held));
      }
    }
    return wrong(at, value, "map");
  }

  /** Whether a message that has this field and nothing else can be made of it. */
  private boolean fits(Descriptor of, String name, Object value) {
    try {
      String alone =
          new String(
              PlainJson.write(Map.of(name, value), Integer.MAX_VALUE), StandardCharsets.UTF_8);
      parser.merge(alone, DynamicMessage.newBuilder(of));
      return true;
    } catch (InvalidProtocolBufferException | RuntimeException | PlainJson.Unwritable e) {
      return false;
    }
  }

  private static @Nullable FieldDescriptor field(Descriptor of, String name) {
    for (FieldDescriptor field : of.getFields()) {
      if (field.getName().equals(name) || field.getJsonName().equals(name)) {
        return field;
      }
    }
    return null;
  }

  /** Those whose JSON is not an object of their fields. */
  private static boolean isWellKnown(Descriptor type) {
    return type.getFile().getPackage().equals("google.protobuf");
  }

  private static Unfit wrong(String place, @Nullable Object value, String expected) {
    return new Unfit(
        "WrongType",
        place.isEmpty()
            ? "its value is %s, which can't be a %s".formatted(json(value), expected)
            : "its '%s' is %s, which can't be a %s"
                .formatted(CleanText.of(place, MAX_PLACE), json(value), expected));
  }

  private static String kind(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case MESSAGE -> field.getMessageType().getFullName();
      case ENUM -> field.getEnumType().getFullName();
      default -> field.getType().name().toLowerCase(Locale.ROOT);
    };
  }

  private static String json(@Nullable Object value) {
    return switch (value) {
      case Map<?, ?> ignored -> "an object";
      case List<?> ignored -> "a list";
      case String ignored -> "text";
      case Number ignored -> "a number";
      case Boolean ignored -> "true or false";
      case null, default -> "null";
    };
  }
}
