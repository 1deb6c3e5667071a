package dev.kafkaapibridge.operator.bridge.resources;

import dev.kafkaapibridge.operator.bridge.Bridge;
import dev.kafkaapibridge.operator.bridge.BridgeIdentity;
import io.javaoperatorsdk.operator.processing.event.ResourceID;

/** Names that operator and runtime pods must agree on, and people see. */
public final class BridgeNames {

  public static final String CONTAINER = "runtime";
  public static final String PORT_NAME = "http";

  /** Where a pod answers probes, metrics and its status. */
  public static final int PORT = 8080;

  /** Key of the ConfigMap, and name of the file in the pod. */
  public static final String BRIDGE_FILE = "bridge.yaml";

  private BridgeNames() {}

  /** The one name that all children of a bridge have. */
  public static String child(BridgeIdentity bridge) {
    return bridge.name() + "-bridge";
  }

  static ResourceID childID(Bridge bridge) {
    return new ResourceID(child(BridgeIdentity.of(bridge)), bridge.getMetadata().getNamespace());
  }
}
