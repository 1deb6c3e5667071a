package dev.kafkaapibridge.operator.bridge.resources;

import dev.kafkaapibridge.operator.bridge.Bridge;
import dev.kafkaapibridge.operator.bridge.BridgeIdentity;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.util.Optional;

/** A bridge's child as the informer holds it. */
public final class OwnResource {

  private OwnResource() {}

  /** Empty where there is none, or one that wasn't made for this bridge. */
  public static <T extends HasMetadata> Optional<T> of(
      BridgeIdentity bridge, Context<Bridge> context, Class<T> kind) {
    return context
        .getSecondaryResourcesAsStream(kind)
        .filter(child -> child.getMetadata().getName().equals(BridgeNames.child(bridge)))
        .filter(child -> bridge.owns(child))
        .findFirst();
  }
}
