package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.api.validation.BridgeSchema;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;

/**
 * Which bridge, in which edition.
 *
 * @param uid tells a bridge from an earlier one of the same name
 * @param generation of the spec
 */
public record BridgeIdentity(String namespace, String name, String uid, long generation) {

  public static BridgeIdentity of(Bridge bridge) {
    var metadata = bridge.getMetadata();
    return new BridgeIdentity(
        metadata.getNamespace(), metadata.getName(), metadata.getUid(), metadata.getGeneration());
  }

  /** Makes the garbage collector delete a child with its bridge. */
  public OwnerReference asOwner() {
    return new OwnerReferenceBuilder()
        .withApiVersion(BridgeSchema.API_VERSION)
        .withKind(BridgeSchema.KIND)
        .withName(name)
        .withUid(uid)
        .withController(true)
        .withBlockOwnerDeletion(true)
        .build();
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
