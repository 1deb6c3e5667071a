package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.api.v1alpha1.ConsumerStatus;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import org.jspecify.annotations.Nullable;

/**
 * What the children of a bridge are made of; each renders its own object from it.
 *
 * @param image of the runtime
 * @param mountedBridge text of the file that pods read
 * @param restartedAt the restart that pods have behind them; null: none was asked for
 */
public record Rendered(
    AcceptedBridge bridge,
    int replicas,
    String image,
    String mountedBridge,
    @Nullable String restartedAt) {

  public static Rendered of(
      AcceptedBridge bridge,
      int replicas,
      String operatorsImage,
      @Nullable ConsumerStatus consumer,
      @Nullable String restartedAt) {
    String own = bridge.spec().workload().image();
    return new Rendered(
        bridge,
        replicas,
        own == null ? operatorsImage : own,
        MountedBridge.yaml(bridge, consumer),
        restartedAt);
  }

  public void handTo(Context<Bridge> context) {
    context.managedWorkflowAndDependentResourceContext().put(Rendered.class, this);
  }

  /** What {@link #handTo} gave to the children of this reconcile. */
  public static Rendered from(Context<Bridge> context) {
    return context
        .managedWorkflowAndDependentResourceContext()
        .getMandatory(Rendered.class, Rendered.class);
  }
}
