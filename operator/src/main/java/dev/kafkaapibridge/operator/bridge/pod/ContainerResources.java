package dev.kafkaapibridge.operator.bridge.pod;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kafkaapibridge.api.v1alpha1.ResourcesSpec;
import dev.kafkaapibridge.api.validation.Violation;
import dev.kafkaapibridge.operator.bridge.Rendered;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a pod may use, as the spec writes it: a quantity stays the string that it is. */
public final class ContainerResources implements PodFeature {

  @Override
  public void addTo(RuntimePod pod, Rendered rendered) {
    ResourcesSpec resources = rendered.bridge().spec().workload().resources();
    pod.container()
        .withNewResources()
        .withRequests(quantities(resources.requests()))
        .withLimits(quantities(resources.limits()))
        .endResources();
  }

  private static Map<String, Quantity> quantities(Map<String, String> written) {
    var quantities = new TreeMap<String, Quantity>();
    written.forEach((name, quantity) -> quantities.put(name, new Quantity(quantity)));
    return quantities;
  }

  /** Quantities that the schema lets through and that are none; {@code tree} is sound. */
  public static List<Violation> violations(JsonNode tree) {
    var violations = new ArrayList<Violation>();
    for (String side : List.of("requests", "limits")) {
      tree.at("/spec/workload/resources/" + side)
          .properties()
          .forEach(entry -> {
            if (!isQuantity(entry.getValue().asText())) {
              violations.add(
                  new Violation(
                      "spec.workload.resources." + side + "." + entry.getKey(),
                      "'" + entry.getValue().asText() + "' is no quantity",
                      "write one like 500m, 0.5, 512Mi or 1Gi"));
            }
          });
    }
    return violations;
  }

  private static boolean isQuantity(String text) {
    try {
      return new Quantity(text).getNumericalAmount().signum() >= 0;
    } catch (IllegalArgumentException | ArithmeticException e) {
      return false;
    }
  }
}
