package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.operator.kube.Notice;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who sets the Deployment's {@code replicas} again and again, where the operator puts them back
 * each time: an autoscaler that is aimed at the Deployment. Once is an accident, thrice is a fight,
 * and who looks at either of them sees no cause. Owned by one bridge's reconcile.
 */
final class Rivals {

  private static final int A_FIGHT = 3;
  private static final Duration WITHIN = Duration.ofMinutes(10);
  private static final Duration BETWEEN_NOTICES = Duration.ofHours(1);

  private final Deque<Instant> takeovers = new ArrayDeque<>();
  private @Nullable String seen;
  private Instant toldAt = Instant.MIN;

  /**
   * @param deployment as it is before anything is applied
   * @param last what was decided last; null: nothing by this process
   */
  List<Notice> look(Optional<Deployment> deployment, @Nullable ReplicaDecision last, Instant now) {
    String version = deployment.map(found -> found.getMetadata().getResourceVersion()).orElse(null);
    Optional<String> rival = deployment.flatMap(found -> rival(found, last));
    if (rival.isEmpty() || version == null || version.equals(seen)) {
      return List.of();
    }
    seen = version;
    takeovers.removeIf(at -> !at.plus(WITHIN).isAfter(now));
    takeovers.add(now);
    if (takeovers.size() < A_FIGHT || now.isBefore(toldAt.plus(BETWEEN_NOTICES))) {
      return List.of();
    }
    toldAt = now;
    return List.of(
        new Notice(
            Notice.Type.Warning,
            "ReplicasContested",
            "Scale",
            "'%s' sets the replicas of Deployment '%s' again and again, and each time they are put back: aim the autoscaler at the KafkaApiBridge, with spec.autoscaling.mode External"
                .formatted(rival.get(), deployment.orElseThrow().getMetadata().getName())));
  }

  /** The field manager that has made them another number than was decided. */
  private static Optional<String> rival(Deployment deployment, @Nullable ReplicaDecision last) {
    Integer replicas = deployment.getSpec().getReplicas();
    if (last == null || replicas == null || replicas == last.replicas()) {
      return Optional.empty();
    }
    return deployment.getMetadata().getManagedFields().stream()
        .filter(entry -> !KafkaApiBridgeReconciler.NAME.equals(entry.getManager()))
        .filter(Rivals::ownsReplicas)
        .map(ManagedFieldsEntry::getManager)
        .findFirst();
  }

  private static boolean ownsReplicas(ManagedFieldsEntry entry) {
    return entry.getFieldsV1() != null
        && entry.getFieldsV1().getAdditionalProperties().get("f:spec") instanceof Map<?, ?> spec
        && spec.containsKey("f:replicas");
  }
}
