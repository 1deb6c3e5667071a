package dev.kafkaapibridge.operator.bridge.pod;

import dev.kafkaapibridge.operator.bridge.Rendered;
import dev.kafkaapibridge.operator.bridge.resources.BridgeNames;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;

/**
 * Ready is a pod that serves its spec: connected, its references found. That must not decide over
 * its life: brokers that are away would turn every pod into a crash loop, which helps nobody. So
 * the start is judged by whether the process is up, as is its life, and only ready by readiness.
 */
final class Probes implements PodFeature {

  @Override
  public void addTo(RuntimePod pod, Rendered rendered) {
    pod.container()
        // 90 s for a JVM on a starved node.
        .withStartupProbe(probe("/healthz", 1, 90))
        .withReadinessProbe(probe("/readyz", 5, 2))
        .withLivenessProbe(probe("/healthz", 10, 6));
  }

  private static Probe probe(String path, int periodSeconds, int failures) {
    return new ProbeBuilder()
        .withNewHttpGet()
        .withPath(path)
        .withPort(new IntOrString(BridgeNames.PORT_NAME))
        .withScheme("HTTP")
        .endHttpGet()
        .withPeriodSeconds(periodSeconds)
        .withTimeoutSeconds(3)
        .withFailureThreshold(failures)
        .build();
  }
}
