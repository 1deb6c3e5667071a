package dev.kafkaapibridge.operator.bridge.resources;

import dev.kafkaapibridge.operator.bridge.Bridge;
import dev.kafkaapibridge.operator.bridge.Rendered;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;

/**
 * How many pods a drain of nodes may take at a time. It never holds up the eviction of a pod that
 * is broken anyway: else a bridge that crashes would keep a node from being drained.
 */
@KubernetesDependent(informer = @Informer(labelSelector = BridgeLabels.MANAGED))
public final class DisruptionBudgetResource extends OptionalResource<PodDisruptionBudget> {

  /** See {@link Rendered#kinds}. */
  public static final class Wanted extends OptionalResource.Wanted<PodDisruptionBudget> {
    public Wanted() {
      super(PodDisruptionBudget.class);
    }
  }

  public static PodDisruptionBudget render(Rendered rendered) {
    var budget = rendered.bridge().spec().workload().podDisruptionBudget();
    return new PodDisruptionBudgetBuilder()
        .withMetadata(BridgeLabels.child(rendered.bridge().identity()))
        .withNewSpec()
        .withMaxUnavailable(new IntOrString(budget.maxUnavailable()))
        .withUnhealthyPodEvictionPolicy("AlwaysAllow")
        .withNewSelector()
        .withMatchLabels(BridgeLabels.selector(rendered.bridge().identity()))
        .endSelector()
        .endSpec()
        .build();
  }

  @Override
  protected PodDisruptionBudget desired(Bridge bridge, Context<Bridge> context) {
    return render(Rendered.from(context));
  }
}
