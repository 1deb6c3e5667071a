package dev.kafkaapibridge.api.validation;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Fields of the CRD that do nothing yet. They are refused, never ignored: whoever writes {@code
 * batch} and gets single calls has been lied to. A field at its default is not a use of it. The
 * operator asks this before a rollout, the runtime before its start.
 */
public final class NotYetServed {

  /** A field, and the values of it that are served already; none: its presence is a use. */
  private record Field(String path, List<String> served, String what) {
    Field(String path, String what) {
      this(path, List.of(), what);
    }
  }

  private static final List<Field> FIELDS =
      List.of(
          new Field(
              "spec.kafka.authentication.type",
              List.of("ScramSha512", "ScramSha256", "Plain", "MutualTLS", "OAuthBearer"),
              "the AWS identity of a pod"),
          new Field("spec.observability.tracing", "traces"));

  private NotYetServed() {}

  /** The fields, lists as {@code []}. */
  static List<String> paths() {
    return FIELDS.stream().map(Field::path).toList();
  }

  /** One violation for each use, in the order of the CRD; {@code tree} has its defaults. */
  public static List<Violation> usesIn(JsonNode tree) {
    var uses = new ArrayList<Violation>();
    for (Field field : FIELDS) {
      find("", tree, field.path(), field, uses);
    }
    return uses;
  }

  private static void find(
      String at, JsonNode node, String rest, Field field, List<Violation> uses) {
    if (rest.isEmpty()) {
      if (!node.isMissingNode() && !field.served().contains(node.asText())) {
        uses.add(use(at, field));
      }
      return;
    }
    int dot = rest.indexOf('.');
    String step = dot < 0 ? rest : rest.substring(0, dot);
    String further = dot < 0 ? "" : rest.substring(dot + 1);
    if (step.endsWith("[]")) {
      String name = step.substring(0, step.length() - 2);
      JsonNode list = node.path(name);
      for (int i = 0; i < list.size(); i++) {
        find(at + "." + name + "[" + i + "]", list.get(i), further, field, uses);
      }
    } else {
      find(at.isEmpty() ? step : at + "." + step, node.path(step), further, field, uses);
    }
  }

  private static Violation use(String path, Field field) {
    String fix =
        field.served().isEmpty()
            ? "leave it out"
            : "served are: " + String.join(", ", field.served());
    return new Violation(path, "is not served by this version yet (" + field.what() + ")", fix);
  }
}
