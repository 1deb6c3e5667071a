package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.api.replay.ReplayOrder;
import dev.kafkaapibridge.api.v1alpha1.ConsumerStatus;
import dev.kafkaapibridge.api.v1alpha1.NetworkPolicySpec;
import dev.kafkaapibridge.api.v1alpha1.PodDisruptionBudgetSpec;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the children of a bridge are made of; each renders its own object from it.
 *
 * @param installation what it has from the operator
 * @param image of the runtime
 * @param mountedBridge text of the file that pods read
 * @param formerFiles the files of former specs of which there still are pods, by their keys
 * @param restartedAt the restart that pods have behind them; null: none was asked for
 */
public record Rendered(
    AcceptedBridge bridge,
    Installation installation,
    int replicas,
    String image,
    String mountedBridge,
    Map<String, String> formerFiles,
    @Nullable String restartedAt) {

  public static Rendered of(
      AcceptedBridge bridge,
      Installation installation,
      int replicas,
      @Nullable ConsumerStatus consumer,
      @Nullable ReplayOrder replay,
      @Nullable String restartedAt) {
    String own = bridge.spec().workload().image();
    return new Rendered(
        bridge,
        installation,
        replicas,
        own == null ? installation.runtimeImage() : own,
        MountedBridge.yaml(bridge, consumer, replay),
        Map.of(),
        restartedAt);
  }

  Rendered beside(Map<String, String> files) {
    return new Rendered(
        bridge, installation, replicas, image, mountedBridge, Map.copyOf(files), restartedAt);
  }

  /** The kinds of the bridge's objects, in the order in which their names are looked at. */
  public List<Class<? extends HasMetadata>> kinds() {
    var kinds =
        new ArrayList<Class<? extends HasMetadata>>(
            List.of(ServiceAccount.class, ConfigMap.class, Deployment.class, Service.class));
    var spec = bridge.spec();
    if (spec.workload().podDisruptionBudget().mode() == PodDisruptionBudgetSpec.Mode.Managed) {
      kinds.add(PodDisruptionBudget.class);
    }
    if (spec.networkPolicy().mode() != NetworkPolicySpec.Mode.Unmanaged) {
      kinds.add(NetworkPolicy.class);
    }
    return List.copyOf(kinds);
  }

  /**
   * @param now when it is applied, see {@link #appliedAt}
   */
  public void handTo(Context<Bridge> context, Instant now) {
    context.managedWorkflowAndDependentResourceContext().put(Rendered.class, this);
    context.managedWorkflowAndDependentResourceContext().put(Instant.class, now);
  }

  /** What {@link #handTo} gave to the children of this reconcile. */
  public static Rendered from(Context<Bridge> context) {
    return context
        .managedWorkflowAndDependentResourceContext()
        .getMandatory(Rendered.class, Rendered.class);
  }

  /** By which a child tells what has expired. */
  public static Instant appliedAt(Context<Bridge> context) {
    return context
        .managedWorkflowAndDependentResourceContext()
        .getMandatory(Instant.class, Instant.class);
  }
}
