package dev.kafkaapibridge.sandbox.kubernetes;

import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the node says of a pod.
 *
 * @param nodeAddress of the node
 * @param address of the pod
 * @param state what its container does
 * @param lastEnd how its container ended before
 * @param restarts of its container
 * @param ready whether the readiness probe holds
 */
record PodReport(
    String nodeAddress,
    String address,
    ContainerState state,
    ContainerState.@Nullable Ended lastEnd,
    int restarts,
    boolean ready) {

  /** The status, with transition times kept where nothing changed. */
  PodStatus status(Pod pod, Instant now) {
    PodStatus before = pod.getStatus() == null ? new PodStatus() : pod.getStatus();
    boolean started = state instanceof ContainerState.Running || restarts > 0 || lastEnd != null;
    var container = pod.getSpec().getContainers().getFirst();
    var status =
        new PodStatusBuilder()
            .withPhase(started ? "Running" : "Pending")
            .withQosClass(before.getQosClass())
            .withStartTime(before.getStartTime() == null ? time(now) : before.getStartTime())
            .withConditions(
                List.of(
                    condition(before, now, "PodScheduled", true, null),
                    condition(before, now, "Initialized", true, null),
                    condition(before, now, "ContainersReady", ready, "ContainersNotReady"),
                    condition(before, now, "Ready", ready, "ContainersNotReady")))
            .addNewContainerStatus()
            .withName(container.getName())
            .withImage(container.getImage())
            .withImageID("")
            .withReady(ready)
            .withStarted(state instanceof ContainerState.Running)
            .withRestartCount(restarts)
            .withState(container(state))
            .withLastState(lastEnd == null ? null : container(lastEnd))
            .endContainerStatus()
            .withHostIP(nodeAddress)
            .addNewHostIP()
            .withIp(nodeAddress)
            .endHostIP();
    if (started) {
      status.withPodIP(address).addNewPodIP().withIp(address).endPodIP();
    }
    return status.build();
  }

  private static PodCondition condition(
      PodStatus before, Instant now, String type, boolean holds, @Nullable String reasonIfNot) {
    String status = holds ? "True" : "False";
    Optional<String> unchangedSince =
        before.getConditions().stream()
            .filter(old -> type.equals(old.getType()) && status.equals(old.getStatus()))
            .map(PodCondition::getLastTransitionTime)
            .findFirst();
    return new PodConditionBuilder()
        .withType(type)
        .withStatus(status)
        .withReason(holds ? null : reasonIfNot)
        .withLastTransitionTime(unchangedSince.orElse(time(now)))
        .build();
  }

  private static io.fabric8.kubernetes.api.model.ContainerState container(ContainerState state) {
    var builder = new ContainerStateBuilder();
    return switch (state) {
      case ContainerState.Waiting waiting ->
          builder
              .withNewWaiting()
              .withReason(waiting.reason())
              .withMessage(waiting.message())
              .endWaiting()
              .build();
      case ContainerState.Running running ->
          builder.withNewRunning().withStartedAt(time(running.startedAt())).endRunning().build();
      case ContainerState.Ended ended ->
          builder
              .withNewTerminated()
              .withExitCode(ended.exitCode())
              .withReason(ended.exitCode() == 0 ? "Completed" : "Error")
              .withMessage(ended.message())
              .withStartedAt(time(ended.startedAt()))
              .withFinishedAt(time(ended.finishedAt()))
              .endTerminated()
              .build();
    };
  }

  private static String time(Instant at) {
    return at.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
