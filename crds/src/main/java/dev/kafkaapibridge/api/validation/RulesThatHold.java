package dev.kafkaapibridge.api.validation;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which rules of a new object hold for sure, so that nobody need compile them: a rule sees nothing
 * but its own value, and what it says of a value never changes. Pure.
 */
final class RulesThatHold {

  /**
   * {@code !has(self.a.b) || ...}. Of CEL's operators only {@code ?:} binds more loosely than
   * {@code ||}, so without one of these the first part decides alone where it is true.
   */
  private static final Pattern UNLESS_PRESENT =
      Pattern.compile("!has\\(self((?:[.]\\w+)*)[.](\\w+)\\) \\|\\| [^?]*", Pattern.DOTALL);

  private RulesThatHold() {}

  /** All rules at and below {@code value}: it is what the schema gives where nothing is written. */
  static boolean ofDefault(JsonNode schema, JsonNode value) {
    JsonNode given = schema.get("default");
    if (given == null) {
      return false;
    }
    JsonNode whole = given.deepCopy();
    Defaulting.apply(schema, whole);
    return whole.equals(value);
  }

  /** A rule about a field that isn't there. */
  static boolean withoutTheField(String rule, JsonNode value) {
    Matcher about = UNLESS_PRESENT.matcher(rule);
    if (!about.matches()) {
      return false;
    }
    JsonNode parent = value.at(about.group(1).replace('.', '/'));
    return parent.isObject() && !parent.has(about.group(2));
  }
}
