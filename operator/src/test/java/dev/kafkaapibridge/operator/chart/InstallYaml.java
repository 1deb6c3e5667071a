package dev.kafkaapibridge.operator.chart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The chart with its defaults as one file for kubectl, for those who do not use Helm. It is made by
 * the build, so that there is one hand-written source of what gets installed.
 */
final class InstallYaml {

  static final String NAMESPACE = "kafka-api-bridge";

  private static final Pattern OF_HELM_ALONE =
      Pattern.compile(
          "(?m)^(# Source: .*| *helm\\.sh/chart: .*| *app\\.kubernetes\\.io/managed-by: Helm)\\R");

  private InstallYaml() {}

  static String render(Path chart) {
    String objects =
        RenderedChart.of(chart, "kafka-api-bridge", NAMESPACE, Map.of("crds.keep", false)).text();
    return """
    # kafka-api-bridge, made by the build from charts/kafka-api-bridge.
    #   kubectl apply --server-side --filename install.yaml
    # Deleting it again deletes the CustomResourceDefinitions too, and with them every KafkaApiBridge.
    apiVersion: v1
    kind: Namespace
    metadata:
      name: %s
      labels:
        pod-security.kubernetes.io/enforce: restricted
    """
            .formatted(NAMESPACE)
        + OF_HELM_ALONE.matcher(objects).replaceAll("");
  }

  /** CHART-FOLDER FILE */
  public static void main(String[] args) throws IOException {
    Path file = Path.of(args[1]);
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.writeString(file, render(Path.of(args[0])));
  }
}
