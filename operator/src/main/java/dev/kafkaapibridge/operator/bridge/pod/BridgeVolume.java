package dev.kafkaapibridge.operator.bridge.pod;

import dev.kafkaapibridge.operator.bridge.Rendered;
import dev.kafkaapibridge.operator.bridge.resources.BridgeNames;

/** The file of the spec that the pod is made for, from the ConfigMap. */
final class BridgeVolume implements PodFeature {

  static final String DIRECTORY = "/etc/kafka-api-bridge/bridge";
  static final String FILE = DIRECTORY + "/" + BridgeNames.BRIDGE_FILE;

  @Override
  public void addTo(RuntimePod pod, Rendered rendered) {
    pod.spec()
        .addNewVolume()
        .withName(BridgeNames.BRIDGE_VOLUME)
        .withNewConfigMap()
        .withName(BridgeNames.child(rendered.bridge().identity()))
        .withDefaultMode(0440)
        .addNewItem()
        .withKey(BridgeNames.fileKey(rendered.bridge().specHash()))
        .withPath(BridgeNames.BRIDGE_FILE)
        .endItem()
        .endConfigMap()
        .endVolume();
    pod.container()
        .addNewVolumeMount()
        .withName(BridgeNames.BRIDGE_VOLUME)
        .withMountPath(DIRECTORY)
        .withReadOnly(true)
        .endVolumeMount();
  }
}
