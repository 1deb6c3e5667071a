package dev.kafkaapibridge.operator.bridge.resources;

import dev.kafkaapibridge.operator.bridge.Bridge;
import dev.kafkaapibridge.operator.bridge.Rendered;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.CRUDKubernetesDependentResource;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;
import io.javaoperatorsdk.operator.processing.event.ResourceID;

/**
 * A name for each pod, for those who scrape metrics. Without an address of its own: nobody calls a
 * bridge.
 */
@KubernetesDependent(informer = @Informer(labelSelector = BridgeLabels.MANAGED))
public final class ServiceResource extends CRUDKubernetesDependentResource<Service, Bridge> {

  public static Service render(Rendered rendered) {
    return new ServiceBuilder()
        .withMetadata(BridgeLabels.child(rendered.bridge().identity()))
        .withNewSpec()
        .withClusterIP("None")
        .withSelector(BridgeLabels.selector(rendered.bridge().identity()))
        .withPublishNotReadyAddresses(true)
        .addNewPort()
        .withName(BridgeNames.PORT_NAME)
        .withPort(BridgeNames.PORT)
        .withTargetPort(new IntOrString(BridgeNames.PORT_NAME))
        .withProtocol("TCP")
        .endPort()
        .endSpec()
        .build();
  }

  @Override
  protected Service desired(Bridge bridge, Context<Bridge> context) {
    return render(Rendered.from(context));
  }

  @Override
  protected ResourceID targetSecondaryResourceID(Bridge bridge, Context<Bridge> context) {
    return BridgeNames.childID(bridge);
  }
}
