package dev.kafkaapibridge.operator.bridge.pod;

import dev.kafkaapibridge.operator.bridge.Rendered;

/** One thing that a bridge's pod has, and all that it takes to have it. Pure. */
@FunctionalInterface
interface PodFeature {

  void addTo(RuntimePod pod, Rendered rendered);
}
