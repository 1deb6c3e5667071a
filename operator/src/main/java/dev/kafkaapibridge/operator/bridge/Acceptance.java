package dev.kafkaapibridge.operator.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kafkaapibridge.api.validation.BridgeFile;
import dev.kafkaapibridge.api.validation.BridgeFile.Reading;
import dev.kafkaapibridge.api.validation.NotYetServed;
import dev.kafkaapibridge.api.validation.Violation;
import dev.kafkaapibridge.operator.bridge.pod.ContainerResources;
import dev.kafkaapibridge.operator.bridge.pod.Placement;
import dev.kafkaapibridge.operator.bridge.pod.PodAnnotations;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Whether this operator can run a spec. The API server has checked it already, but against the CRD
 * that is installed, which may be older or newer than this operator, and not for what only looks
 * like a pod's setting. Pure; nothing that a tenant writes makes it throw.
 */
public sealed interface Acceptance {

  record Accepted(AcceptedBridge bridge) implements Acceptance {}

  /**
   * @param reason of the conditions Accepted and Stalled
   * @param message names each field, what is wrong and the fix
   */
  record Refused(String reason, String message) implements Acceptance {}

  /**
   * A spec that nobody looks at while somebody asks that nothing be touched.
   *
   * @param former the generation that stands
   */
  record NotJudged(long former) implements Acceptance {}

  /** One reason to refuse a spec that the schema accepts. */
  record Check(String reason, Function<JsonNode, List<Violation>> violations) {}

  /** Asked in this order; the first that finds something decides. */
  List<Check> CHECKS =
      List.of(
          new Check("NotServed", NotYetServed::usesIn),
          new Check("InvalidSpec", ContainerResources::violations),
          new Check("InvalidSpec", PodAnnotations::violations),
          new Check("InvalidSpec", Placement::violations));

  /** A message lists so many violations at most; the first ones explain the others more often. */
  int LISTED = 5;

  static Acceptance of(BridgeIdentity identity, ObjectNode file) {
    return of(identity, file, CHECKS);
  }

  static Acceptance of(BridgeIdentity identity, ObjectNode file, List<Check> checks) {
    try {
      return judge(identity, file, checks);
    } catch (RuntimeException e) {
      // A gap between schema and model must stop this bridge only, and be seen.
      return refused(
          "InvalidSpec",
          List.of(
              new Violation(
                  "spec", "cannot be read by this version: " + String.valueOf(e.getMessage()))));
    }
  }

  private static Acceptance judge(BridgeIdentity identity, ObjectNode file, List<Check> checks) {
    List<Violation> large = OpenFields.violations(file);
    if (!large.isEmpty()) {
      return refused("InvalidSpec", large);
    }
    return switch (BridgeFile.read(file)) {
      case Reading.Refused(var violations) -> refused(reason(violations), violations);
      case Reading.Sound(var bridge, var tree) -> {
        for (Check check : checks) {
          List<Violation> found = check.violations().apply(tree);
          if (!found.isEmpty()) {
            yield refused(check.reason(), found);
          }
        }
        ObjectNode spec = (ObjectNode) tree.get("spec");
        yield new Accepted(
            AcceptedBridge.of(identity, bridge.spec(), spec, Placement.of(spec.path("workload"))));
      }
    };
  }

  private static String reason(List<Violation> violations) {
    return violations.stream().allMatch(v -> v.field().equals("spec.record.filter"))
        ? "InvalidFilter"
        : "InvalidSpec";
  }

  /** What becomes of pods meanwhile; stands behind why something can't be served. */
  String STANDS = ". What runs already keeps running";

  /** Empty where the spec was refused. */
  default Optional<AcceptedBridge> accepted() {
    return this instanceof Accepted(var bridge) ? Optional.of(bridge) : Optional.empty();
  }

  private static Refused refused(String reason, List<Violation> violations) {
    String listed =
        violations.stream()
            .limit(LISTED)
            .map(Violation::toString)
            .collect(Collectors.joining("; "));
    int more = violations.size() - LISTED;
    String message = more > 0 ? listed + "; and " + more + " more" : listed;
    return new Refused(reason, message + STANDS);
  }
}
