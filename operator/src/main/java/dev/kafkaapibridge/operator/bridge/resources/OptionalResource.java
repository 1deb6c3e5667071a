package dev.kafkaapibridge.operator.bridge.resources;

import dev.kafkaapibridge.operator.bridge.Bridge;
import dev.kafkaapibridge.operator.bridge.BridgeIdentity;
import dev.kafkaapibridge.operator.bridge.Rendered;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.dependent.DependentResource;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.CRUDKubernetesDependentResource;
import io.javaoperatorsdk.operator.processing.dependent.workflow.Condition;
import io.javaoperatorsdk.operator.processing.event.ResourceID;

/**
 * A child that a bridge can do without. Where the spec doesn't want it, it is deleted: the only
 * deletions that the operator has a right to. Never another's: the SDK finds by the owner's name,
 * so the uid is looked at, and what was changed since is left for the next reconcile.
 */
abstract class OptionalResource<R extends HasMetadata>
    extends CRUDKubernetesDependentResource<R, Bridge> {

  @Override
  protected void handleDelete(Bridge bridge, R child, Context<Bridge> context) {
    if (child != null
        && child.getMetadata().getDeletionTimestamp() == null
        && BridgeIdentity.of(bridge).owns(child)) {
      context
          .getClient()
          .resource(child)
          .lockResourceVersion(child.getMetadata().getResourceVersion())
          .delete();
    }
  }

  @Override
  protected ResourceID targetSecondaryResourceID(Bridge bridge, Context<Bridge> context) {
    return BridgeNames.childID(bridge);
  }

  /** Whether this reconcile's spec wants the kind. */
  abstract static class Wanted<R extends HasMetadata> implements Condition<R, Bridge> {

    private final Class<R> kind;

    Wanted(Class<R> kind) {
      this.kind = kind;
    }

    @Override
    public boolean isMet(
        DependentResource<R, Bridge> resource, Bridge bridge, Context<Bridge> context) {
      return Rendered.from(context).kinds().contains(kind);
    }
  }
}
