package dev.kafkaapibridge.operator.bridge.observe;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A pod as Kubernetes shows it.
 *
 * @param address its IP; null while it has none
 * @param leaving whether it is being deleted or has ended
 * @param trouble why it does not run; null where it runs or is on its way
 */
public record PodState(
    String name,
    String uid,
    @Nullable String address,
    boolean ready,
    boolean leaving,
    @Nullable PodTrouble trouble) {

  /**
   * The pods that belong to a Deployment: owned by a ReplicaSet that it owns. Labels would let
   * anybody's pod speak for the bridge.
   */
  public static List<Pod> ownedBy(
      String deploymentUid,
      Collection<? extends HasMetadata> replicaSets,
      Collection<Pod> candidates) {
    Set<String> sets =
        replicaSets.stream()
            .filter(set -> deploymentUid.equals(controllerOf(set)))
            .map(set -> set.getMetadata().getUid())
            .collect(Collectors.toSet());
    return candidates.stream()
        .filter(pod -> sets.contains(controllerOf(pod)))
        .sorted(Comparator.comparing(pod -> pod.getMetadata().getName()))
        .toList();
  }

  private static String controllerOf(HasMetadata object) {
    return object.getMetadata().getOwnerReferences().stream()
        .filter(owner -> Boolean.TRUE.equals(owner.getController()))
        .map(owner -> owner.getUid())
        .findFirst()
        .orElse("");
  }

  static PodState of(Pod pod, Instant now) {
    var status = pod.getStatus();
    boolean ended =
        status != null
            && ("Succeeded".equals(status.getPhase()) || "Failed".equals(status.getPhase()));
    return new PodState(
        pod.getMetadata().getName(),
        pod.getMetadata().getUid(),
        status == null ? null : status.getPodIP(),
        status != null
            && status.getConditions().stream()
                .anyMatch(c -> "Ready".equals(c.getType()) && "True".equals(c.getStatus())),
        ended || pod.getMetadata().getDeletionTimestamp() != null,
        PodTrouble.of(pod, now).orElse(null));
  }
}
