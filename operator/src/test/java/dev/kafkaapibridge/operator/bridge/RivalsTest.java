package dev.kafkaapibridge.operator.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.operator.kube.Notice;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An autoscaler that is aimed at the Deployment is named, and a hand that slips is not. */
class RivalsTest {

  private static final ReplicaDecision TWO =
      Replicas.decide(
          Bridges.accepted(Bridges.MINIMAL + "  autoscaling: {mode: Disabled}\n  replicas: 2\n")
              .spec(),
          Replicas.Known.nothing());

  private final Rivals rivals = new Rivals();
  private Instant now = Instant.parse("2026-11-25T10:00:00Z");
  private int version;

  @Test
  void whoSetsTheReplicasAgainAndAgainIsNamedOnce() {
    assertThat(takeover("kube-controller-manager", 5)).isEmpty();
    assertThat(takeover("kube-controller-manager", 5)).isEmpty();
    assertThat(takeover("kube-controller-manager", 5))
        .singleElement()
        .satisfies(notice -> {
          assertThat(notice.reason()).isEqualTo("ReplicasContested");
          assertThat(notice.note())
              .startsWith(
                  "'kube-controller-manager' sets the replicas of Deployment 'orders-bridge'")
              .contains("spec.autoscaling.mode External");
        });
    assertThat(takeover("kube-controller-manager", 5)).isEmpty();

    now = now.plus(Duration.ofHours(1));
    takeover("kube-controller-manager", 5);
    takeover("kube-controller-manager", 5);
    assertThat(takeover("kube-controller-manager", 5)).as("it goes on").hasSize(1);
  }

  @Test
  void nowAndThenIsNoFight() {
    for (int i = 0; i < 10; i++) {
      now = now.plus(Duration.ofMinutes(5));
      assertThat(takeover("kubectl", 5)).isEmpty();
    }
  }

  @Test
  void whatIsLookedAtTwiceCountsOnce() {
    for (int i = 0; i < 10; i++) {
      assertThat(rivals.look(deployment("kubectl", 5, "7"), TWO, now)).isEmpty();
    }
  }

  @Test
  void whatTheOperatorWritesIsNoRivals() {
    for (int i = 0; i < 10; i++) {
      assertThat(takeover(KafkaApiBridgeReconciler.NAME, 5)).isEmpty();
      assertThat(takeover("kubectl", 2)).as("the same number").isEmpty();
    }
    assertThat(rivals.look(Optional.empty(), TWO, now)).isEmpty();
    assertThat(rivals.look(deployment("kubectl", 5, "900"), null, now)).isEmpty();
  }

  /** Somebody sets {@code replicas} where 2 were applied; fifteen seconds after the last. */
  private List<Notice> takeover(String manager, int replicas) {
    now = now.plusSeconds(15);
    return rivals.look(deployment(manager, replicas, String.valueOf(++version)), TWO, now);
  }

  private static Optional<Deployment> deployment(String manager, int replicas, String version) {
    return Optional.of(
        Serialization.unmarshal(
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: orders-bridge
              resourceVersion: "%s"
              managedFields:
              - {manager: kafka-api-bridge-operator, operation: Apply, fieldsType: FieldsV1, fieldsV1: {"f:spec": {"f:template": {}}}}
              - {manager: %s, operation: Update, subresource: scale, fieldsType: FieldsV1, fieldsV1: {"f:spec": {"f:replicas": {}}}}
            spec: {replicas: %d}
            """
                .formatted(version, manager, replicas),
            Deployment.class));
  }
}
