package dev.kafkaapibridge.operator.bridge.pod;

import dev.kafkaapibridge.operator.bridge.Rendered;
import io.fabric8.kubernetes.api.model.Quantity;

/**
 * The one place that a pod can write to: libraries unpack native code there. In memory, so that
 * nothing of a record can reach a disk; it counts against the container's memory limit.
 */
final class TemporaryFiles implements PodFeature {

  @Override
  public void addTo(RuntimePod pod, Rendered rendered) {
    pod.spec()
        .addNewVolume()
        .withName("tmp")
        .withNewEmptyDir()
        .withMedium("Memory")
        .withSizeLimit(new Quantity("64Mi"))
        .endEmptyDir()
        .endVolume();
    pod.container().addNewVolumeMount().withName("tmp").withMountPath("/tmp").endVolumeMount();
  }
}
