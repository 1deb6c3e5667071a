package dev.kafkaapibridge.benchmarks.autoscaling.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object, field by field. Collects what is wrong with it, each complaint with the field's
 * path; a field that is wrong reads as zero, so that all complaints come at once.
 */
final class Fields {

  private final String path;
  private final JsonNode object;
  private final List<String> wrong;
  private final Set<String> known = new TreeSet<>();

  Fields(String path, JsonNode object, List<String> wrong) {
    this.path = path;
    this.object = object;
    this.wrong = wrong;
    if (!object.isObject()) {
      wrong.add((path.isEmpty() ? "the file" : path) + ": must be an object, is " + kind(object));
    }
  }

  /** To be called last: whatever was not asked for is unknown. */
  void nothingElse() {
    for (String name : (Iterable<String>) object::fieldNames) {
      if (!known.contains(name)) {
        wrong.add(full(name) + ": unknown field; known here: " + String.join(", ", known));
      }
    }
  }

  private String full(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private JsonNode required(String name) {
    known.add(name);
    JsonNode value = object.path(name);
    if ((value.isMissingNode() || value.isNull()) && object.isObject()) {
      wrong.add(full(name) + ": is missing");
      return MissingNode.getInstance();
    }
    return value;
  }

  @Nullable JsonNode optional(String name) {
    known.add(name);
    JsonNode value = object.path(name);
    return value.isMissingNode() || value.isNull() ? null : value;
  }

  private void complain(String where, String must, JsonNode value) {
    if (!value.isMissingNode()) {
      wrong.add(where + ": must be " + must + ", is " + kind(value));
    }
  }

  String text(String name) {
    JsonNode value = required(name);
    if (!value.isTextual()) {
      complain(full(name), "a string", value);
    }
    return value.asText();
  }

  boolean flag(String name) {
    JsonNode value = required(name);
    if (!value.isBoolean()) {
      complain(full(name), "true or false", value);
    }
    return value.asBoolean();
  }

  long whole(String name, long least, long most) {
    JsonNode value = required(name);
    boolean whole = value.isNumber() && value.asDouble() == Math.rint(value.asDouble());
    if (!whole || value.asDouble() < least || value.asDouble() > most) {
      complain(full(name), "a whole number from " + least + " to " + most, value);
      return least;
    }
    return value.asLong();
  }

  double number(String name, double least) {
    return number(full(name), required(name), least);
  }

  double number(String where, JsonNode value, double least) {
    if (!value.isNumber() || value.asDouble() < least || !Double.isFinite(value.asDouble())) {
      complain(where, least == 0 ? "a number of 0 or more" : "a number above 0", value);
      return least;
    }
    return value.asDouble();
  }

  Fields object(String name) {
    JsonNode value = required(name);
    return new Fields(
        full(name), value, value.isMissingNode() ? new java.util.ArrayList<>() : wrong);
  }

  /** {@code [min, max]}. */
  double[] range(String name) {
    JsonNode value = required(name);
    if (!value.isArray() || value.size() != 2) {
      complain(full(name), "[min, max]", value);
      return new double[] {0, 0};
    }
    double min = number(full(name) + "[0]", value.get(0), 0);
    double max = number(full(name) + "[1]", value.get(1), 0);
    if (max < min) {
      wrong.add(full(name) + ": max is less than min");
    }
    return new double[] {min, Math.max(min, max)};
  }

  /** What an entry of a timeline says, made a value. */
  interface Entry<T> {
    T read(String where, JsonNode value);
  }

  /** One entry of a timeline. */
  record Since<T>(double second, T value) {}

  <T> List<Since<T>> timeline(String name, JsonNode value, Entry<T> entry) {
    if (!value.isArray() || value.isEmpty()) {
      complain(full(name), "a list of [second, value]", value);
      return List.of();
    }
    var entries = new java.util.ArrayList<Since<T>>();
    double last = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < value.size(); i++) {
      String where = full(name) + "[" + i + "]";
      JsonNode pair = value.get(i);
      if (!pair.isArray() || pair.size() != 2) {
        complain(where, "[second, value]", pair);
        continue;
      }
      double second = number(where + "[0]", pair.get(0), 0);
      if (second <= last) {
        wrong.add(where + ": seconds must ascend, " + second + " follows " + last);
      }
      last = second;
      entries.add(new Since<>(second, entry.read(where + "[1]", pair.get(1))));
    }
    return entries;
  }

  private Steps steps(List<Since<Double>> entries, @Nullable Double before) {
    double[] from = entries.stream().mapToDouble(Since::second).toArray();
    double[] values = entries.stream().mapToDouble(Since::value).toArray();
    double first = values.length == 0 ? 0 : values[0];
    return new Steps(from, values, before == null ? first : before);
  }

  /** A timeline of numbers; before its first entry holds what is given, or its first value. */
  Steps steps(String name, double least, @Nullable Double before) {
    return steps(
        timeline(name, required(name), (where, value) -> number(where, value, least)), before);
  }

  /** The same, absent: always what is given. */
  Steps stepsOr(String name, double least, double otherwise) {
    JsonNode value = optional(name);
    return value == null
        ? Steps.always(otherwise)
        : steps(
            timeline(
                name,
                value,
                (where, each) -> each.isNull() ? otherwise : number(where, each, least)),
            otherwise);
  }

  /** A timeline of true and false, 1 while true; absent: never. */
  Steps flags(String name) {
    JsonNode value = optional(name);
    return value == null
        ? Steps.always(0)
        : steps(
            timeline(
                name,
                value,
                (where, each) -> {
                  if (!each.isBoolean()) {
                    complain(where, "true or false", each);
                  }
                  return each.asBoolean() ? 1.0 : 0.0;
                }),
            0.0);
  }

  private static String kind(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING, NUMBER, BOOLEAN -> value.toString();
      case OBJECT -> "an object";
      case ARRAY -> value.size() < 4 ? value.toString() : "a list";
      default -> "null";
    };
  }
}
