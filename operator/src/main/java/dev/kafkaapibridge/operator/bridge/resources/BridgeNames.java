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

  /** The volume that brings a pod its file. */
  public static final String BRIDGE_VOLUME = "bridge";

  /** Name of the file in the pod. */
  public static final String BRIDGE_FILE = "bridge.yaml";

  /** Key of the ConfigMap: the spec that was accepted last, which no pod is given. */
  public static final String ACCEPTED_SPEC = "accepted-spec.yaml";

  /** Key of the ConfigMap: whom a Kafka cluster's brokers are trusted by, as its resource says. */
  public static final String KAFKA_AUTHORITIES = "kafka-ca.crt";

  private BridgeNames() {}

  /**
   * Key of the ConfigMap: the file for pods of one spec. A pod of another spec has another file, so
   * it can neither start from a newer one nor from one that the kubelet has not renewed yet.
   */
  public static String fileKey(String specHash) {
    return "bridge-" + specHash + ".yaml";
  }

  /** The one name that all children of a bridge have. */
  public static String child(BridgeIdentity bridge) {
    return bridge.name() + "-bridge";
  }

  static ResourceID childID(Bridge bridge) {
    return new ResourceID(child(BridgeIdentity.of(bridge)), bridge.getMetadata().getNamespace());
  }
}
