package dev.kafkaapibridge.operator.bridge.pod;

import dev.kafkaapibridge.operator.bridge.Rendered;
import dev.kafkaapibridge.operator.bridge.resources.BridgeLabels;
import dev.kafkaapibridge.operator.quota.Portion;

/**
 * Labels, by which the operator finds its pods, and annotations, among them the hash of the spec: a
 * changed spec is a changed template, which is what makes the Deployment roll its pods.
 */
final class PodLabels implements PodFeature {

  @Override
  public void addTo(RuntimePod pod, Rendered rendered) {
    var workload = rendered.bridge().spec().workload();
    pod.metadata()
        .addToLabels(workload.podLabels())
        .addToLabels(BridgeLabels.all(rendered.bridge().identity()))
        .addToAnnotations(workload.podAnnotations())
        .addToAnnotations(BridgeLabels.SPEC_HASH, rendered.bridge().specHash());
    rendered
        .bridge()
        .memberOf()
        .ifPresent(group -> pod.metadata().addToAnnotations(BridgeLabels.MEMBER_OF, group));
    Portion.Part part = rendered.bridge().part();
    if (part != null) {
      pod.metadata().addToAnnotations(BridgeLabels.SHARED_LIMIT, part.written());
    }
  }
}
