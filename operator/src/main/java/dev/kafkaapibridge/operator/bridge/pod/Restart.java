package dev.kafkaapibridge.operator.bridge.pod;

import dev.kafkaapibridge.operator.bridge.Annotated;
import dev.kafkaapibridge.operator.bridge.Rendered;

/** A restart that somebody asked for: a changed template, which the Deployment rolls out. */
final class Restart implements PodFeature {

  @Override
  public void addTo(RuntimePod pod, Rendered rendered) {
    if (rendered.restartedAt() != null) {
      pod.metadata().addToAnnotations(Annotated.RESTARTED_AT, rendered.restartedAt());
    }
  }
}
