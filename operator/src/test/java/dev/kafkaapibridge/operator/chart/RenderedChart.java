package dev.kafkaapibridge.operator.chart;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * What Helm's own engine makes of the chart, without a cluster: the text, and the objects in it.
 */
public record RenderedChart(String text) {

  /** The oldest Kubernetes that the chart accepts. */
  private static final String KUBERNETES = "1.30.0";

  private static final KubernetesSerialization TYPED = new KubernetesSerialization();

  /** Refused by Helm (values against the schema, a template that fails): IllegalStateException. */
  public static RenderedChart of(
      Path chart, String release, String namespace, Map<String, Object> values) {
    TemplateCommand helm =
        new Helm(chart)
            .template()
            .withName(release)
            .withNamespace(namespace)
            .withKubeVersion(KUBERNETES);
    values.forEach(helm::set);
    return new RenderedChart(helm.call());
  }

  /** Each YAML document as maps, lists and scalars. */
  public List<Map<String, Object>> trees() {
    return documents(text);
  }

  static List<Map<String, Object>> documents(String yaml) {
    List<Map<String, Object>> documents = new ArrayList<>();
    for (Object document : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(yaml)) {
      if (document instanceof Map<?, ?> map) {
        @SuppressWarnings("unchecked")
        Map<String, Object> tree = (Map<String, Object>) map;
        documents.add(tree);
      }
    }
    return documents;
  }

  List<String> kinds() {
    return trees().stream().map(tree -> (String) tree.get("kind")).toList();
  }

  <T extends HasMetadata> List<T> all(Class<T> type) {
    return trees().stream()
        .filter(tree -> type.getSimpleName().equals(tree.get("kind")))
        .map(tree -> TYPED.convertValue(tree, type))
        .toList();
  }

  <T extends HasMetadata> T only(Class<T> type) {
    List<T> found = all(type);
    if (found.size() != 1) {
      throw new AssertionError(
          "one " + type.getSimpleName() + " was expected, these are there: " + found);
    }
    return found.getFirst();
  }
}
