package dev.kafkaapibridge.operator.bridge.resources;

import dev.kafkaapibridge.operator.bridge.Bridge;
import dev.kafkaapibridge.operator.bridge.MountedBridge;
import dev.kafkaapibridge.operator.bridge.Rendered;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.CRUDKubernetesDependentResource;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.Map;

/**
 * The files that pods read, one for each spec of which there are pods (see {@link MountedBridge}),
 * and the spec itself, to go on with while a newer one is refused.
 */
@KubernetesDependent(informer = @Informer(labelSelector = BridgeLabels.MANAGED))
public final class ConfigMapResource extends CRUDKubernetesDependentResource<ConfigMap, Bridge> {

  public static ConfigMap render(Rendered rendered) {
    return new ConfigMapBuilder()
        .withMetadata(BridgeLabels.child(rendered.bridge().identity()))
        .addToData(rendered.formerFiles())
        .addToData(BridgeNames.fileKey(rendered.bridge().specHash()), rendered.mountedBridge())
        .addToData(BridgeNames.ACCEPTED_SPEC, rendered.bridge().keptSpec())
        .addToData(
            rendered
                .bridge()
                .kafkaAuthorities()
                .map(pem -> Map.of(BridgeNames.KAFKA_AUTHORITIES, pem))
                .orElse(Map.of()))
        .build();
  }

  @Override
  protected ConfigMap desired(Bridge bridge, Context<Bridge> context) {
    return render(Rendered.from(context));
  }

  @Override
  protected ResourceID targetSecondaryResourceID(Bridge bridge, Context<Bridge> context) {
    return BridgeNames.childID(bridge);
  }
}
