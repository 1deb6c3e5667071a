package dev.kafkaapibridge.operator.bridge;

import io.fabric8.kubernetes.api.model.FieldsV1;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.Map;
import java.util.Optional;

/**
 * How many pods the operator asked for last, as the Deployment remembers it. A process that was
 * killed after it applied a step, and before it wrote the status, has said it nowhere else. A
 * number that somebody else wrote there is not taken for a decision. Pure.
 */
final class AppliedReplicas {

  private AppliedReplicas() {}

  static Optional<Integer> of(Deployment deployment) {
    boolean ours =
        deployment.getMetadata().getManagedFields().stream()
            .anyMatch(AppliedReplicas::isOurWordOnReplicas);
    return ours ? Optional.ofNullable(deployment.getSpec().getReplicas()) : Optional.empty();
  }

  private static boolean isOurWordOnReplicas(ManagedFieldsEntry entry) {
    FieldsV1 fields = entry.getFieldsV1();
    return KafkaApiBridgeReconciler.NAME.equals(entry.getManager())
        && "Apply".equals(entry.getOperation())
        && fields != null
        && fields.getAdditionalProperties().get("f:spec") instanceof Map<?, ?> spec
        && spec.containsKey("f:replicas");
  }
}
