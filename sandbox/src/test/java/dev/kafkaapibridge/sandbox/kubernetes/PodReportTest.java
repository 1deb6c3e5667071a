package dev.kafkaapibridge.sandbox.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What the node says of a pod, and the counting of probes that it says it by. */
class PodReportTest {

  private static final Instant T0 = Instant.parse("2026-11-01T00:00:00Z");

  private final Pod pod =
      Serialization.unmarshal(
          "metadata: {name: p}\nspec: {containers: [{name: runtime, image: i}]}", Pod.class);

  @Test
  void aTransitionIsToldOnce() {
    pod.setStatus(report(new ContainerState.Running(T0), null, 0, false).status(pod, T0));
    pod.setStatus(
        report(new ContainerState.Running(T0), null, 0, true).status(pod, T0.plusSeconds(5)));
    PodStatus later =
        report(new ContainerState.Running(T0), null, 0, true).status(pod, T0.plusSeconds(60));

    assertThat(condition(later, "Ready").getStatus()).isEqualTo("True");
    assertThat(condition(later, "Ready").getLastTransitionTime()).isEqualTo("2026-11-01T00:00:05Z");
    assertThat(condition(later, "PodScheduled").getLastTransitionTime())
        .isEqualTo("2026-11-01T00:00:00Z");
    assertThat(later.getPhase()).isEqualTo("Running");
    assertThat(later.getPodIP()).isEqualTo("127.0.1.2");
  }

  @Test
  void beforeItsFirstStartAPodIsPendingAndHasNoAddress() {
    PodStatus status =
        report(new ContainerState.Waiting("CreateContainerConfigError", "m"), null, 0, false)
            .status(pod, T0);

    assertThat(status.getPhase()).isEqualTo("Pending");
    assertThat(status.getPodIP()).isNull();
  }

  @Test
  void aCrashStaysInTheLastState() {
    var end = new ContainerState.Ended(2, T0, T0.plusSeconds(1), "spec.kafka.topics: missing");
    PodStatus status =
        report(new ContainerState.Waiting("CrashLoopBackOff", "m"), end, 3, false).status(pod, T0);

    var container = status.getContainerStatuses().getFirst();
    assertThat(container.getRestartCount()).isEqualTo(3);
    assertThat(container.getState().getWaiting().getReason()).isEqualTo("CrashLoopBackOff");
    assertThat(container.getLastState().getTerminated().getExitCode()).isEqualTo(2);
    assertThat(container.getLastState().getTerminated().getMessage())
        .isEqualTo("spec.kafka.topics: missing");
  }

  @Test
  void aProbeHoldsAndFailsByItsThresholds() {
    var probe =
        new ProbeBuilder()
            .withInitialDelaySeconds(2)
            .withPeriodSeconds(5)
            .withSuccessThreshold(2)
            .withFailureThreshold(2)
            .build();
    var count = new ProbeCount(probe, false);

    assertThat(count.due(1999)).isFalse();
    assertThat(count.due(2000)).isTrue();
    count.result(true, 2000);
    assertThat(count.holds()).isFalse();
    assertThat(count.due(6999)).isFalse();
    count.result(true, 7000);
    assertThat(count.holds()).isTrue();
    count.result(false, 12_000);
    assertThat(count.holds()).isTrue();
    assertThat(count.failed()).isFalse();
    count.result(false, 17_000);
    assertThat(count.holds()).isFalse();
    assertThat(count.failed()).isTrue();
  }

  @Test
  void withoutAProbeAllIsWell() {
    var count = new ProbeCount(null, false);

    assertThat(count.holds()).isTrue();
    assertThat(count.due(1_000_000)).isFalse();
  }

  @Test
  void theLastLinesOfALogAreLines() {
    byte[] log = "one\ntwo\nthree\n".getBytes(StandardCharsets.UTF_8);

    assertThat(new String(LogServer.lastLines(log, 2), StandardCharsets.UTF_8))
        .isEqualTo("two\nthree\n");
    assertThat(new String(LogServer.lastLines(log, 9), StandardCharsets.UTF_8))
        .isEqualTo("one\ntwo\nthree\n");
    assertThat(LogServer.lastLines(log, 0)).isEmpty();
  }

  private static PodReport report(
      ContainerState state, ContainerState.Ended lastEnd, int restarts, boolean ready) {
    return new PodReport("127.0.1.1", "127.0.1.2", state, lastEnd, restarts, ready);
  }

  private static PodCondition condition(PodStatus status, String type) {
    return status.getConditions().stream()
        .filter(condition -> condition.getType().equals(type))
        .findFirst()
        .orElseThrow();
  }
}
