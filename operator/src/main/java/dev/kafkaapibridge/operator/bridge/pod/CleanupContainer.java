package dev.kafkaapibridge.operator.bridge.pod;

import dev.kafkaapibridge.operator.bridge.Rendered;
import dev.kafkaapibridge.operator.bridge.resources.BridgeLabels;
import dev.kafkaapibridge.operator.bridge.resources.BridgeNames;
import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFileBuilder;
import io.fabric8.kubernetes.api.model.LocalObjectReference;

/**
 * The runtime's image with another order: to delete the consumer group. Its file travels with the
 * pod, as an annotation: the bridge's ConfigMap and account may be gone already.
 */
final class CleanupContainer implements PodFeature {

  private static final String FILE = "kafka-api-bridge.dev/bridge";

  @Override
  public void addTo(RuntimePod pod, Rendered rendered) {
    var workload = rendered.bridge().spec().workload();
    String account = workload.serviceAccountName();
    pod.metadata()
        .addToLabels(workload.podLabels())
        .addToLabels(BridgeLabels.cleanup(rendered.bridge().identity()))
        .addToAnnotations(workload.podAnnotations())
        .addToAnnotations(FILE, rendered.mountedBridge());
    pod.container()
        .withName(BridgeNames.CONTAINER)
        .withImage(rendered.image())
        .withImagePullPolicy("IfNotPresent")
        .withArgs("delete-group", "--refs", ReferencesVolume.DIRECTORY, BridgeVolume.FILE)
        .withTerminationMessagePolicy("FallbackToLogsOnError")
        .addNewVolumeMount()
        .withName("bridge")
        .withMountPath(BridgeVolume.DIRECTORY)
        .withReadOnly(true)
        .endVolumeMount();
    pod.spec()
        .withRestartPolicy("Never")
        .withServiceAccountName(account == null ? "default" : account)
        .withImagePullSecrets(
            workload.imagePullSecrets().stream()
                .map(secret -> new LocalObjectReference(secret.name()))
                .toList())
        .addNewVolume()
        .withName("bridge")
        .withNewDownwardAPI()
        .withDefaultMode(0440)
        .withItems(
            new DownwardAPIVolumeFileBuilder()
                .withPath(BridgeNames.BRIDGE_FILE)
                .withNewFieldRef()
                .withFieldPath("metadata.annotations['" + FILE + "']")
                .endFieldRef()
                .build())
        .endDownwardAPI()
        .endVolume();
  }
}
