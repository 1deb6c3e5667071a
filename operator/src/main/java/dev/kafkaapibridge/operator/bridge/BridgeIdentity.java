package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.api.validation.BridgeSchema;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.List;
import java.util.Optional;

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

  /** Whether it is the bridge's child, by uid: labels and names can be copied. */
  public boolean owns(HasMetadata object) {
    return controller(object).filter(owner -> uid.equals(owner.getUid())).isPresent();
  }

  static Optional<OwnerReference> controller(HasMetadata object) {
    List<OwnerReference> owners = object.getMetadata().getOwnerReferences();
    return owners == null
        ? Optional.empty()
        : owners.stream().filter(o -> Boolean.TRUE.equals(o.getController())).findFirst();
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
