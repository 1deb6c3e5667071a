package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.api.validation.BridgeSchema;
import dev.kafkaapibridge.operator.bridge.resources.BridgeLabels;
import dev.kafkaapibridge.operator.bridge.resources.BridgeNames;
import dev.kafkaapibridge.operator.bridge.resources.OwnResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a bridge may have the names of its children. Server-side apply takes over whatever has
 * the name, and an owner reference then deletes it with the bridge; so an object that is not this
 * bridge's own is never touched. What the informers hold as our own needs no look at the API
 * server, so at rest this asks nothing.
 */
final class ChildNames {

  private ChildNames() {}

  /**
   * What stands in the way; null when all names are free or ours. One of ours that has lost the
   * labels by which it is found gets them back.
   */
  static @Nullable Application clear(Rendered rendered, Context<Bridge> context) {
    BridgeIdentity bridge = rendered.bridge().identity();
    for (Class<? extends HasMetadata> kind : rendered.kinds()) {
      Optional<? extends HasMetadata> cached = OwnResource.of(bridge, context, kind);
      if (cached.isEmpty()) {
        Application obstacle = obstacle(bridge, context.getClient(), kind);
        if (obstacle != null) {
          return obstacle;
        }
      }
    }
    return null;
  }

  private static @Nullable Application obstacle(
      BridgeIdentity bridge, KubernetesClient client, Class<? extends HasMetadata> kind) {
    String name = BridgeNames.child(bridge);
    HasMetadata found = client.resources(kind).inNamespace(bridge.namespace()).withName(name).get();
    if (found == null) {
      return null;
    }
    if (bridge.owns(found)) {
      return giveLabelsBack(bridge, client, found);
    }
    if (isLeftOver(bridge, found)) {
      return new Application.Waiting(
          "%s '%s' of an earlier bridge of this name is still being deleted"
              .formatted(found.getKind(), name));
    }
    return new Application.Refused(
        "NameConflict",
        "%s '%s' exists and was not made for this bridge, so nothing is changed: delete it, or give the bridge another name"
            .formatted(found.getKind(), name));
  }

  /** Ours, and yet the informer doesn't hold it: somebody took the label by which it is found. */
  static @Nullable Application giveLabelsBack(
      BridgeIdentity bridge, KubernetesClient client, HasMetadata child) {
    Map<String, String> labels = BridgeLabels.all(bridge);
    Map<String, String> actual = child.getMetadata().getLabels();
    if (actual != null && actual.entrySet().containsAll(labels.entrySet())) {
      return new Application.Waiting(
          "%s '%s' is on its way".formatted(child.getKind(), child.getMetadata().getName()));
    }
    client
        .resource(child)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            Serialization.asJson(
                Map.of("metadata", Map.of("uid", child.getMetadata().getUid(), "labels", labels))));
    return new Application.Waiting(
        "%s '%s' got its labels back".formatted(child.getKind(), child.getMetadata().getName()));
  }

  private static boolean isLeftOver(BridgeIdentity bridge, HasMetadata child) {
    return BridgeIdentity.controller(child)
        .filter(owner ->
            owner.getKind().equals(BridgeSchema.KIND)
                && owner.getApiVersion().startsWith(BridgeSchema.GROUP + "/")
                && owner.getName().equals(bridge.name()))
        .isPresent();
  }
}
