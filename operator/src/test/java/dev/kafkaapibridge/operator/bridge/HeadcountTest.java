package dev.kafkaapibridge.operator.bridge;

import static dev.kafkaapibridge.operator.bridge.observe.Pods.fleet;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.pod;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.silent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.operator.bridge.ReplicaDecision.Cause;
import dev.kafkaapibridge.operator.bridge.observe.Fleet;
import dev.kafkaapibridge.operator.bridge.observe.PodReports;
import dev.kafkaapibridge.operator.bridge.report.StatusJson;
import dev.kafkaapibridge.operator.offsets.Lookout;
import dev.kafkaapibridge.operator.offsets.Referenced;
import dev.kafkaapibridge.operator.scale.Decision.Limit;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HeadcountTest {

  private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");

  /** Nobody tells anything, so the number stays; what stays is what pods were asked for. */
  private static final Fleet SILENT = fleet(silent(pod("a")), silent(pod("b")));

  @Test
  void afterAStepThatWasRefusedTheNumberIsTheOneBefore() {
    assertThat(afterAStepToFive(false)).isEqualTo(5);
    assertThat(afterAStepToFive(true)).isEqualTo(2);
  }

  private static int afterAStepToFive(boolean refused) {
    try (var reports = new PodReports(1);
        var lookout = new Lookout(false)) {
      var memory = new Memory(reports);
      memory.remember(new ReplicaDecision(5, Cause.Managed, Limit.None, "", 1, null));
      memory.refused = refused;
      return new Headcount(lookout)
          .decide(
              Bridges.accepted(Bridges.MINIMAL),
              SILENT,
              memory,
              Optional.of(two()),
              StatusJson.read(null),
              reference -> new Referenced.Content.Missing(),
              NOW)
          .replicas();
    }
  }

  /** By the operator's own word. */
  private static Deployment two() {
    return Serialization.unmarshal(
        """
        metadata:
          name: orders-bridge
          managedFields:
          - {manager: kafka-api-bridge-operator, operation: Apply, fieldsV1: {'f:spec': {'f:replicas': {}}}}
        spec: {replicas: 2}
        """,
        Deployment.class);
  }
}
