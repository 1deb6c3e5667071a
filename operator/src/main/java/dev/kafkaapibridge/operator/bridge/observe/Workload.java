package dev.kafkaapibridge.operator.bridge.observe;

import dev.kafkaapibridge.operator.bridge.resources.BridgeLabels;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The Deployment as far as the status depends on it.
 *
 * @param specHash of the spec that its template carries
 * @param caughtUp whether the Deployment controller has seen the newest template and size
 * @param desired pods asked for
 * @param replicas pods that exist, also those of an older template
 * @param updated pods of the newest template
 * @param paused whether somebody has stopped its rollouts
 * @param timedOut what the Deployment says since its rollout made no progress for ten minutes
 * @param podsRefused why pods cannot be created: the API server's words
 */
public record Workload(
    @Nullable String specHash,
    boolean caughtUp,
    int desired,
    int replicas,
    int updated,
    int ready,
    int available,
    boolean paused,
    @Nullable String timedOut,
    @Nullable String podsRefused) {

  static Workload of(Deployment deployment) {
    DeploymentStatus status =
        Objects.requireNonNullElseGet(deployment.getStatus(), DeploymentStatus::new);
    Long observed = status.getObservedGeneration();
    return new Workload(
        deployment
            .getSpec()
            .getTemplate()
            .getMetadata()
            .getAnnotations()
            .get(BridgeLabels.SPEC_HASH),
        observed != null && observed >= deployment.getMetadata().getGeneration(),
        count(deployment.getSpec().getReplicas()),
        count(status.getReplicas()),
        count(status.getUpdatedReplicas()),
        count(status.getReadyReplicas()),
        count(status.getAvailableReplicas()),
        Boolean.TRUE.equals(deployment.getSpec().getPaused()),
        condition(status, "Progressing")
            .filter(c -> "ProgressDeadlineExceeded".equals(c.getReason()))
            .map(DeploymentCondition::getMessage)
            .orElse(null),
        condition(status, "ReplicaFailure")
            .filter(c -> "True".equals(c.getStatus()))
            .map(DeploymentCondition::getMessage)
            .orElse(null));
  }

  /**
   * Whether every pod is one of the newest template, and none is missing, surplus or unavailable.
   */
  public boolean settled() {
    return caughtUp && updated == desired && replicas == desired && available == desired;
  }

  private static Optional<DeploymentCondition> condition(DeploymentStatus status, String type) {
    return status.getConditions().stream().filter(c -> type.equals(c.getType())).findFirst();
  }

  private static int count(@Nullable Integer figure) {
    return figure == null ? 0 : figure;
  }
}
