package dev.kafkaapibridge.operator.bridge.pod;

import dev.kafkaapibridge.api.v1alpha1.NameRef;
import dev.kafkaapibridge.operator.bridge.Rendered;
import dev.kafkaapibridge.operator.bridge.resources.BridgeNames;
import io.fabric8.kubernetes.api.model.LocalObjectReference;

/** The runtime's process: image, arguments, port, and how long it may drain. */
final class RuntimeContainer implements PodFeature {

  @Override
  public void addTo(RuntimePod pod, Rendered rendered) {
    var workload = rendered.bridge().spec().workload();
    pod.container()
        .withName(BridgeNames.CONTAINER)
        .withImage(rendered.image())
        .withImagePullPolicy("IfNotPresent")
        .withArgs("--refs", ReferencesVolume.DIRECTORY, BridgeVolume.FILE)
        // A pod that refuses its file says so on stderr; the status then shows it.
        .withTerminationMessagePolicy("FallbackToLogsOnError")
        .addNewPort()
        .withName(BridgeNames.PORT_NAME)
        .withContainerPort(BridgeNames.PORT)
        .withProtocol("TCP")
        .endPort();
    pod.spec()
        .withTerminationGracePeriodSeconds(workload.terminationGracePeriodSeconds())
        .withImagePullSecrets(
            workload.imagePullSecrets().stream()
                .map(NameRef::name)
                .map(LocalObjectReference::new)
                .toList());
  }
}
