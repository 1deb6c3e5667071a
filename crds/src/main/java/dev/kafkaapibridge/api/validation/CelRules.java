package dev.kafkaapibridge.api.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates the CRD's {@code x-kubernetes-validations}. Like the API server it does so only on a
 * tree that is structurally sound and has its defaults, and it evaluates transition rules (those
 * that name {@code oldSelf}) only where there was a value before.
 *
 * <p>A rule costs milliseconds to compile, and a bridge starts with all of them; so those that
 * {@link RulesThatHold} knows to hold are not looked at.
 */
final class CelRules {

  private static final Cel CEL =
      CelFactory.standardCelBuilder()
          .setOptions(CelOptions.current().comprehensionMaxIterations(10_000).build())
          .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
          .addCompilerLibraries(CelExtensions.strings())
          .addRuntimeLibraries(CelExtensions.strings())
          .addVar("self", SimpleType.DYN)
          .addVar("oldSelf", SimpleType.DYN)
          .build();

  private static final JsonMapper JSON = new JsonMapper();
  private static final Map<String, CelRuntime.Program> PROGRAMS = new ConcurrentHashMap<>();

  private final List<Violation> violations = new ArrayList<>();
  private final boolean all;

  private CelRules(boolean all) {
    this.all = all;
  }

  /**
   * What the rules say of {@code tree}; {@code old} is what it replaces, or null for a new object.
   */
  static List<Violation> check(JsonNode schema, JsonNode tree, @Nullable JsonNode old) {
    var rules = new CelRules(old != null);
    rules.node("", schema, tree, old);
    return rules.violations;
  }

  /** The same of a new object, by evaluating each rule. */
  static List<Violation> checkAll(JsonNode schema, JsonNode tree) {
    var rules = new CelRules(true);
    rules.node("", schema, tree, null);
    return rules.violations;
  }

  private void node(String path, JsonNode schema, JsonNode value, @Nullable JsonNode old) {
    for (JsonNode rule : schema.path("x-kubernetes-validations")) {
      if (all || !RulesThatHold.withoutTheField(rule.path("rule").asText(), value)) {
        rule(path, rule, value, old);
      }
    }
    if (value.isObject()) {
      for (var property : schema.path("properties").properties()) {
        JsonNode child = value.get(property.getKey());
        if (child != null && (all || !RulesThatHold.ofDefault(property.getValue(), child))) {
          String childPath = path.isEmpty() ? property.getKey() : path + "." + property.getKey();
          node(
              childPath,
              property.getValue(),
              child,
              old == null ? null : old.get(property.getKey()));
        }
      }
    } else if (value.isArray()) {
      for (int i = 0; i < value.size(); i++) {
        node(path + "[" + i + "]", schema.path("items"), value.get(i), null);
      }
    }
  }

  private void rule(String path, JsonNode rule, JsonNode value, @Nullable JsonNode old) {
    String expression = rule.path("rule").asText();
    boolean transition = expression.contains("oldSelf");
    if (transition && old == null) {
      return;
    }
    var variables = new HashMap<String, Object>();
    variables.put("self", plain(value));
    if (transition && old != null) {
      variables.put("oldSelf", plain(old));
    }
    String message = rule.path("message").asText();
    try {
      if (Boolean.TRUE.equals(
          PROGRAMS.computeIfAbsent(expression, CelRules::compile).eval(variables))) {
        return;
      }
    } catch (CelEvaluationException e) {
      // What the API server does with a rule that can't be evaluated: the object is refused. (A
      // topicPattern that is no RE2 ends here.)
      message =
          message + " (" + String.valueOf(e.getMessage()).lines().findFirst().orElse("") + ")";
    }
    String field = (path + rule.path("fieldPath").asText()).replaceFirst("^[.]", "");
    boolean forbidden = rule.path("reason").asText().equals("FieldValueForbidden");
    violations.add(
        new Violation(
            field.isEmpty() ? "<root>" : field,
            (forbidden ? "Forbidden: " : "Invalid value: ") + message));
  }

  private static CelRuntime.Program compile(String expression) {
    try {
      return CEL.createProgram(CEL.compile(expression).getAst());
    } catch (CelValidationException | CelEvaluationException e) {
      throw new IllegalStateException(
          "the CRD has a rule that doesn't compile: " + expression + ": " + e.getMessage(), e);
    }
  }

  /** CEL's own values: integers are 64 bits wide. */
  private static Object plain(JsonNode value) {
    if (value.isIntegralNumber()) {
      return value.longValue();
    }
    if (value.isArray()) {
      return value.valueStream().map(CelRules::plain).toList();
    }
    if (value.isObject()) {
      var map = new HashMap<String, Object>();
      value.properties().forEach(entry -> map.put(entry.getKey(), plain(entry.getValue())));
      return map;
    }
    return JSON.convertValue(value, Object.class);
  }
}
