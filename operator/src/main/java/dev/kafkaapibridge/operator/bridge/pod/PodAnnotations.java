package dev.kafkaapibridge.operator.bridge.pod;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kafkaapibridge.api.validation.Violation;
import java.util.ArrayList;
import java.util.List;

/** What {@code podAnnotations} and {@code podLabels} may not say. Pure. */
public final class PodAnnotations {

  /** Annotations by which the kubelet, or an older one, takes a pod out of its confinement. */
  private static final List<String> WEAKENING =
      List.of(
          "container.apparmor.security.beta.kubernetes.io/",
          "seccomp.security.alpha.kubernetes.io/",
          "container.seccomp.security.alpha.kubernetes.io/");

  private static final String OWN = "kafka-api-bridge.dev/";

  /** A prefix of 253, a slash, a name of 63; what is far longer the API server can't even read. */
  private static final int LONGEST_NAME = 317;

  private PodAnnotations() {}

  /** {@code tree} is sound. */
  public static List<Violation> violations(JsonNode tree) {
    var violations = new ArrayList<Violation>();
    for (String field :
        List.of(
            "podLabels",
            "podAnnotations",
            "nodeSelector",
            "resources/requests",
            "resources/limits")) {
      tree.at("/spec/workload/" + field)
          .fieldNames()
          .forEachRemaining(name -> {
            if (name.length() > LONGEST_NAME) {
              violations.add(
                  new Violation(
                      "spec.workload." + field.replace('/', '.'),
                      "has a name of more than " + LONGEST_NAME + " characters",
                      "shorten it"));
            }
          });
    }
    for (String field : List.of("podLabels", "podAnnotations")) {
      tree.at("/spec/workload/" + field)
          .fieldNames()
          .forEachRemaining(name -> {
            String at = "spec.workload." + field + "." + name;
            if (name.startsWith(OWN)) {
              violations.add(new Violation(at, "is the operator's own", "leave it out"));
            } else if (WEAKENING.stream().anyMatch(name::startsWith)) {
              violations.add(
                  new Violation(
                      at, "would weaken the pods' restricted security profile", "leave it out"));
            }
          });
    }
    return violations;
  }
}
