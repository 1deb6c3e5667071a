package dev.kafkaapibridge.operator.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

class AppliedReplicasTest {

  @Test
  void whatTheOperatorAppliedIsItsLastWord() {
    assertThat(AppliedReplicas.of(deployment("kafka-api-bridge-operator, operation: Apply")))
        .contains(7);
  }

  @Test
  void whatSomebodyElseWroteThereIsNot() {
    assertThat(AppliedReplicas.of(deployment("kubectl, operation: Update, subresource: scale")))
        .isEmpty();
    assertThat(AppliedReplicas.of(deployment("kafka-api-bridge-operator, operation: Update")))
        .isEmpty();
  }

  private static Deployment deployment(String manager) {
    return Serialization.unmarshal(
        """
        metadata:
          name: orders-bridge
          managedFields:
          - {manager: kafka-api-bridge-operator, operation: Apply, fieldsV1: {'f:spec': {'f:template': {}}}}
          - {manager: %s, fieldsV1: {'f:spec': {'f:replicas': {}}}}
        spec: {replicas: 7}
        """
            .formatted(manager),
        Deployment.class);
  }
}
