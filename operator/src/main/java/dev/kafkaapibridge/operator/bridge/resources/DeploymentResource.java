package dev.kafkaapibridge.operator.bridge.resources;

import dev.kafkaapibridge.operator.bridge.Bridge;
import dev.kafkaapibridge.operator.bridge.Rendered;
import dev.kafkaapibridge.operator.bridge.pod.PodTemplate;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.CRUDKubernetesDependentResource;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;
import io.javaoperatorsdk.operator.processing.event.ResourceID;

/**
 * The pods. A changed spec replaces them one by one, and none goes before its successor is ready.
 */
@KubernetesDependent(informer = @Informer(labelSelector = BridgeLabels.MANAGED))
public final class DeploymentResource extends CRUDKubernetesDependentResource<Deployment, Bridge> {

  public static Deployment render(Rendered rendered) {
    return new DeploymentBuilder()
        .withMetadata(BridgeLabels.child(rendered.bridge().identity()))
        .withNewSpec()
        .withReplicas(rendered.replicas())
        .withNewSelector()
        .withMatchLabels(BridgeLabels.selector(rendered.bridge().identity()))
        .endSelector()
        .withNewStrategy()
        .withType("RollingUpdate")
        .withNewRollingUpdate()
        .withMaxSurge(new IntOrString(1))
        .withMaxUnavailable(new IntOrString(0))
        .endRollingUpdate()
        .endStrategy()
        .withRevisionHistoryLimit(2)
        .withProgressDeadlineSeconds(600)
        .withTemplate(PodTemplate.of(rendered))
        .endSpec()
        .build();
  }

  @Override
  protected Deployment desired(Bridge bridge, Context<Bridge> context) {
    return render(Rendered.from(context));
  }

  @Override
  protected ResourceID targetSecondaryResourceID(Bridge bridge, Context<Bridge> context) {
    return BridgeNames.childID(bridge);
  }
}
