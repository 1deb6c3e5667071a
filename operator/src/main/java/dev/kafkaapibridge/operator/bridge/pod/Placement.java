package dev.kafkaapibridge.operator.bridge.pod;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import dev.kafkaapibridge.api.validation.Violation;
import dev.kafkaapibridge.operator.bridge.Rendered;
import dev.kafkaapibridge.operator.bridge.resources.BridgeLabels;
import dev.kafkaapibridge.operator.kube.StrictTypes;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraintBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where pods may run. The CRD lets any object through for the fields of a Pod that it only passes
 * on; here they become Kubernetes' own types, or a sentence that says why they cannot.
 */
public record Placement(
    List<Toleration> tolerations,
    @Nullable Affinity affinity,
    List<TopologySpreadConstraint> spread) {

  /** What does not fit Kubernetes' types; {@code tree} is sound. */
  public static List<Violation> violations(JsonNode tree) {
    JsonNode workload = tree.at("/spec/workload");
    var violations = new ArrayList<Violation>();
    fits(workload, "affinity", Affinity.class, violations);
    fitEach(workload, "tolerations", Toleration.class, violations);
    fitEach(workload, "topologySpreadConstraints", TopologySpreadConstraint.class, violations);
    return violations;
  }

  /** {@code workload} has no {@link #violations}. */
  public static Placement of(JsonNode workload) {
    try {
      return new Placement(
          each(workload.path("tolerations"), Toleration.class),
          workload.has("affinity")
              ? StrictTypes.read(workload.get("affinity"), Affinity.class)
              : null,
          each(workload.path("topologySpreadConstraints"), TopologySpreadConstraint.class));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("unchecked placement: " + e.getOriginalMessage(), e);
    }
  }

  private static <T> List<T> each(JsonNode list, Class<T> type) throws JsonProcessingException {
    var read = new ArrayList<T>();
    for (JsonNode item : list) {
      read.add(StrictTypes.read(item, type));
    }
    return List.copyOf(read);
  }

  private static void fitEach(
      JsonNode workload, String field, Class<?> type, List<Violation> violations) {
    for (int i = 0; i < workload.path(field).size(); i++) {
      fits(field + "[" + i + "]", workload.path(field).get(i), type, violations);
    }
  }

  private static void fits(
      JsonNode workload, String field, Class<?> type, List<Violation> violations) {
    if (workload.has(field)) {
      fits(field, workload.get(field), type, violations);
    }
  }

  private static void fits(String field, JsonNode node, Class<?> type, List<Violation> violations) {
    try {
      StrictTypes.read(node, type);
    } catch (MismatchedInputException e) {
      violations.add(
          new Violation(
              "spec.workload." + field + StrictTypes.path(e),
              StrictTypes.problem(e),
              "write it as in a Pod; see 'kubectl explain pod.spec'"));
    } catch (JsonProcessingException e) {
      violations.add(new Violation("spec.workload." + field, e.getOriginalMessage()));
    }
  }

  /** Adds what the spec says; pods without a word spread over hosts and zones where they can. */
  static final class Feature implements PodFeature {

    @Override
    public void addTo(RuntimePod pod, Rendered rendered) {
      var workload = rendered.bridge().spec().workload();
      Placement placement = rendered.bridge().placement();
      pod.spec()
          .withNodeSelector(workload.nodeSelector())
          .withPriorityClassName(workload.priorityClassName())
          .withTolerations(placement.tolerations())
          .withAffinity(placement.affinity())
          .withTopologySpreadConstraints(
              placement.spread().isEmpty()
                  ? Stream.of("kubernetes.io/hostname", "topology.kubernetes.io/zone")
                      .map(key -> evenly(key, rendered))
                      .toList()
                  : placement.spread());
    }

    private static TopologySpreadConstraint evenly(String topologyKey, Rendered rendered) {
      return new TopologySpreadConstraintBuilder()
          .withMaxSkew(1)
          .withTopologyKey(topologyKey)
          .withWhenUnsatisfiable("ScheduleAnyway")
          .withNewLabelSelector()
          .withMatchLabels(BridgeLabels.selector(rendered.bridge().identity()))
          .endLabelSelector()
          .build();
    }
  }
}
