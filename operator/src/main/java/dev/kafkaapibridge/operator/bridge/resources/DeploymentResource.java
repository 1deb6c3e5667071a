package dev.kafkaapibridge.operator.bridge.resources;

import dev.kafkaapibridge.operator.bridge.Bridge;
import dev.kafkaapibridge.operator.bridge.BridgeIdentity;
import dev.kafkaapibridge.operator.bridge.Rendered;
import dev.kafkaapibridge.operator.bridge.pod.PodTemplate;
import dev.kafkaapibridge.operator.strimzi.Listener;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.dependent.Matcher;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.CRUDKubernetesDependentResource;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The pods. A changed spec replaces them one by one, and none goes before its successor is ready.
 */
@KubernetesDependent(informer = @Informer(labelSelector = BridgeLabels.MANAGED))
public final class DeploymentResource extends CRUDKubernetesDependentResource<Deployment, Bridge> {

  /** Where none is there yet. */
  public static Deployment render(Rendered rendered) {
    return render(rendered, null);
  }

  /**
   * @param running the one that is there; null: none
   */
  public static Deployment render(Rendered rendered, @Nullable Deployment running) {
    Listener.Found cluster = rendered.bridge().cluster();
    return new DeploymentBuilder()
        .withMetadata(BridgeLabels.child(rendered.bridge().identity()))
        .editMetadata()
        .addToAnnotations(BridgeLabels.ACCEPTED_SPEC, rendered.bridge().seal())
        .addToAnnotations(
            cluster == null || rendered.bridge().kafkaAuthorities().isEmpty()
                ? Map.of()
                : Map.of(
                    BridgeLabels.KAFKA_AUTHORITIES,
                    KafkaAuthorities.seal(cluster, authorities(running))))
        .endMetadata()
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
    return render(
        Rendered.from(context),
        OwnResource.of(BridgeIdentity.of(bridge), context, Deployment.class).orElse(null));
  }

  /** Which authorities its Kafka cluster has had; null: nothing is said. */
  static @Nullable String authorities(@Nullable Deployment running) {
    return running == null || running.getMetadata().getAnnotations() == null
        ? null
        : running.getMetadata().getAnnotations().get(BridgeLabels.KAFKA_AUTHORITIES);
  }

  @Override
  public Deployment create(Deployment desired, Bridge bridge, Context<Bridge> context) {
    UUID print = LastWord.print(desired);
    Deployment made = super.create(desired, bridge, context);
    lastWord(context).said(print, made);
    return made;
  }

  @Override
  public Deployment update(
      Deployment actual, Deployment desired, Bridge bridge, Context<Bridge> context) {
    UUID print = LastWord.print(desired);
    Deployment made = super.update(actual, desired, bridge, context);
    lastWord(context).said(print, made);
    return made;
  }

  @Override
  public Matcher.Result<Deployment> match(
      Deployment actual, Bridge bridge, Context<Bridge> context) {
    Matcher.Result<Deployment> result = super.match(actual, bridge, context);
    Deployment desired = result.computedDesired().orElse(null);
    return desired != null && !result.matched() && lastWord(context).wasSaid(desired, actual)
        ? Matcher.Result.computed(true, desired)
        : result;
  }

  private static LastWord lastWord(Context<Bridge> context) {
    return context
        .managedWorkflowAndDependentResourceContext()
        .getMandatory(LastWord.class, LastWord.class);
  }

  @Override
  protected ResourceID targetSecondaryResourceID(Bridge bridge, Context<Bridge> context) {
    return BridgeNames.childID(bridge);
  }
}
