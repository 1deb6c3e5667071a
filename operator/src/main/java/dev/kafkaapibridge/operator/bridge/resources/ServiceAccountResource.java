package dev.kafkaapibridge.operator.bridge.resources;

import dev.kafkaapibridge.operator.bridge.Bridge;
import dev.kafkaapibridge.operator.bridge.Rendered;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.CRUDKubernetesDependentResource;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;
import io.javaoperatorsdk.operator.processing.event.ResourceID;

/** Who the pods are: an account without any right, so that none they might inherit is theirs. */
@KubernetesDependent(informer = @Informer(labelSelector = BridgeLabels.MANAGED))
public final class ServiceAccountResource
    extends CRUDKubernetesDependentResource<ServiceAccount, Bridge> {

  public static ServiceAccount render(Rendered rendered) {
    return new ServiceAccountBuilder()
        .withMetadata(BridgeLabels.child(rendered.bridge().identity()))
        .withAutomountServiceAccountToken(false)
        .build();
  }

  @Override
  protected ServiceAccount desired(Bridge bridge, Context<Bridge> context) {
    return render(Rendered.from(context));
  }

  @Override
  protected ResourceID targetSecondaryResourceID(Bridge bridge, Context<Bridge> context) {
    return BridgeNames.childID(bridge);
  }
}
