package dev.kafkaapibridge.operator.bridge.resources;

import dev.kafkaapibridge.operator.bridge.Bridge;
import dev.kafkaapibridge.operator.bridge.BridgeIdentity;
import dev.kafkaapibridge.operator.bridge.MountedBridge;
import dev.kafkaapibridge.operator.bridge.Rendered;
import dev.kafkaapibridge.operator.strimzi.Listener;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.CRUDKubernetesDependentResource;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files that pods read, one for each spec of which there are pods (see {@link MountedBridge}),
 * and the spec itself, to go on with while a newer one is refused.
 */
@KubernetesDependent(informer = @Informer(labelSelector = BridgeLabels.MANAGED))
public final class ConfigMapResource extends CRUDKubernetesDependentResource<ConfigMap, Bridge> {

  /** Where none is there yet. */
  public static ConfigMap render(Rendered rendered) {
    return render(rendered, null, null, Instant.EPOCH);
  }

  /**
   * @param former what is there; null: nothing
   * @param running which knows the former authorities; null: none
   */
  public static ConfigMap render(
      Rendered rendered, @Nullable ConfigMap former, @Nullable Deployment running, Instant now) {
    Listener.Found cluster = rendered.bridge().cluster();
    String authorities =
        former == null || former.getData() == null
            ? null
            : former.getData().get(BridgeNames.KAFKA_AUTHORITIES);
    return new ConfigMapBuilder()
        .withMetadata(BridgeLabels.child(rendered.bridge().identity()))
        .addToData(rendered.formerFiles())
        .addToData(BridgeNames.fileKey(rendered.bridge().specHash()), rendered.mountedBridge())
        .addToData(BridgeNames.ACCEPTED_SPEC, rendered.bridge().keptSpec())
        .addToData(
            cluster == null || rendered.bridge().kafkaAuthorities().isEmpty()
                ? Map.of()
                : Map.of(
                    BridgeNames.KAFKA_AUTHORITIES,
                    KafkaAuthorities.pem(
                        cluster, authorities, DeploymentResource.authorities(running), now)))
        .build();
  }

  @Override
  protected ConfigMap desired(Bridge bridge, Context<Bridge> context) {
    BridgeIdentity identity = BridgeIdentity.of(bridge);
    return render(
        Rendered.from(context),
        OwnResource.of(identity, context, ConfigMap.class).orElse(null),
        OwnResource.of(identity, context, Deployment.class).orElse(null),
        Rendered.appliedAt(context));
  }

  @Override
  protected ResourceID targetSecondaryResourceID(Bridge bridge, Context<Bridge> context) {
    return BridgeNames.childID(bridge);
  }
}
