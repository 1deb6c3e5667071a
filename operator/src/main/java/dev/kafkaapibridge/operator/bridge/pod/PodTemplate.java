package dev.kafkaapibridge.operator.bridge.pod;

import dev.kafkaapibridge.operator.bridge.Rendered;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.List;

/** All that a bridge's pod is. A new feature is a new entry in the list. */
public final class PodTemplate {

  private static final List<PodFeature> FEATURES =
      List.of(
          new PodLabels(),
          new Restart(),
          new RuntimeContainer(),
          new RestrictedSecurity(),
          new ContainerResources(),
          new Probes(),
          new BridgeVolume(),
          new ReferencesVolume(),
          new TemporaryFiles(),
          new Placement.Feature());

  /** Of the Job that deletes a consumer group. */
  private static final List<PodFeature> CLEANUP =
      List.of(
          new RestrictedSecurity(),
          new CleanupContainer(),
          new ContainerResources(),
          ReferencesVolume.ofCleanup(),
          new TemporaryFiles(),
          new Placement.Feature());

  private PodTemplate() {}

  public static PodTemplateSpec of(Rendered rendered) {
    return with(FEATURES, rendered);
  }

  public static PodTemplateSpec ofCleanup(Rendered rendered) {
    return with(CLEANUP, rendered);
  }

  private static PodTemplateSpec with(List<PodFeature> features, Rendered rendered) {
    var pod = new RuntimePod();
    features.forEach(feature -> feature.addTo(pod, rendered));
    return pod.build();
  }
}
