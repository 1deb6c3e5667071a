package dev.kafkaapibridge.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.operator.cluster.FakeKubelet;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A bridge's state, and the two annotations: what holds it, what restarts it. */
@Tag("turn-0") // 60 s
class PausedAndRestartedIT extends OrdersBridge {

  @Test
  void nothingIsTouchedWhileReconciliationIsPausedAndAtItsEndAllIsAtOnce() throws Exception {
    apply("");
    awaitCondition("Ready", "True", "Running");
    awaitRest("orders");
    kubectl("annotate", "kab/orders", "kafka-api-bridge.dev/pause-reconciliation=true");
    awaitCondition("ReconciliationPaused", "True", "Annotated");

    kubectl("scale", "deployment/orders-bridge", "--replicas=3");
    patch("{\"spec\":{\"delivery\":{\"maxInFlight\":8}}}");
    awaitStatus(status -> assertThat(status.get("readyReplicas")).isEqualTo(3));
    Thread.sleep(11_000); // once more than the time between two looks
    assertThat(deployment().getSpec().getReplicas()).isEqualTo(3);
    assertThat(kubectl("get", "configmap/orders-bridge", "-o", "yaml"))
        .doesNotContain("maxInFlight: 8");
    assertThat(status().get("observedGeneration")).isEqualTo(1);

    kubectl("annotate", "kab/orders", "kafka-api-bridge.dev/pause-reconciliation-");
    await()
        .atMost(Duration.ofSeconds(4)) // woken, for the next look may be ten seconds away
        .untilAsserted(() -> assertThat(deployment().getSpec().getReplicas()).isEqualTo(1));
    awaitCondition("Ready", "True", "Running");
    assertThat(condition("ReconciliationPaused")).isEmpty();
    awaitEvent("ReconciliationResumed");
  }

  @Test
  void anAnnotationRestartsThePodsAndItsRemovalDoesNot() throws Exception {
    apply("");
    awaitCondition("Ready", "True", "Running");
    Set<String> ready = watchReady();

    kubectl("annotate", "kab/orders", "kafka-api-bridge.dev/restarted-at=2026-11-25T12:00:00Z");
    awaitStatus(status -> assertThat(status.get("restartedAt")).isEqualTo("2026-11-25T12:00:00Z"));
    awaitEvent("RestartRequested");
    awaitEvent("RolloutComplete");
    // That event was told of the first rollout too.
    kubectl("rollout", "status", "deployment/orders-bridge", "--timeout=90s");
    assertThat(kubectl("get", "replicasets", "-o", "name").lines()).hasSize(2);

    kubectl("annotate", "kab/orders", "kafka-api-bridge.dev/restarted-at-");
    Thread.sleep(5_000);
    assertThat(kubectl("get", "replicasets", "-o", "name").lines()).hasSize(2);
    assertThat(ready).as("Ready while it was restarted").containsExactly("True/Running");
  }

  @Test
  void aPauseAndAStopAreReadyWhenThePodsSaySoAndRestartNothing() {
    apply("");
    awaitCondition("Ready", "True", "Running");
    String hash = hash();

    state("Paused");
    awaitCondition("Ready", "Unknown", "Progressing");
    assertThat(kubectl("get", "configmap/orders-bridge", "-o", "yaml")).contains("state: Paused");
    kubelet.report(pod -> FakeKubelet.serves(pod, "paused", "true"));
    kubectl("wait", "--for=condition=Ready", "kab/orders", "--timeout=90s");
    assertThat(kubectl("get", "kab")).contains("True", "Paused");
    awaitEvent("Paused");
    assertThat(hash()).isEqualTo(hash);

    state("Stopped");
    kubectl("wait", "--for=condition=Ready", "kab/orders", "--timeout=90s");
    assertThat(kubectl("get", "kab")).contains("True", "Stopped");
    kubectl("scale", "kab/orders", "--replicas=5");
    awaitCondition("Ready", "True", "Stopped");
    assertThat(kubectl("get", "pods", "-o", "name")).isEmpty();
    awaitEvent("Stopped");

    kubelet.report(pod -> FakeKubelet.serves(pod));
    state("Running");
    kubectl("wait", "--for=condition=Ready", "kab/orders", "--timeout=90s");
    assertThat(kubectl("get", "replicasets", "-o", "name").lines()).hasSize(1);
    awaitEvent("Resumed");
    assertThat(kubectl("get", "events")).doesNotContain("ScaledToZero").doesNotContain("Activated");
  }

  private void state(String state) {
    patch("{\"spec\":{\"state\":\"" + state + "\"}}");
  }
}
