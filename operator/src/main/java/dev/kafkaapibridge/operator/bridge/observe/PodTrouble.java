package dev.kafkaapibridge.operator.bridge.observe;

import dev.kafkaapibridge.api.derived.Binding;
import dev.kafkaapibridge.operator.kube.CleanText;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Why a pod does not run, where waiting alone will not help. Pure.
 *
 * @param reason of the condition Available
 * @param message with the fix
 * @param lasting whether Kubernetes itself has given up for now
 */
public record PodTrouble(String reason, String message, boolean lasting) {

  /** So long must a container run before the kubelet forgets that it ended. */
  private static final Duration FORGIVEN_AFTER = Duration.ofMinutes(10);

  static Optional<PodTrouble> of(Pod pod, Instant now) {
    if (pod.getStatus() == null) {
      return Optional.empty();
    }
    String name = pod.getMetadata().getName();
    return unschedulable(name, pod)
        .or(() ->
            Stream.concat(
                    pod.getStatus().getInitContainerStatuses().stream(),
                    pod.getStatus().getContainerStatuses().stream())
                .flatMap(container ->
                    waiting(name, container).or(() -> ended(name, container, now)).stream())
                .findFirst());
  }

  private static Optional<PodTrouble> unschedulable(String name, Pod pod) {
    return pod.getStatus().getConditions().stream()
        .filter(c -> "PodScheduled".equals(c.getType()) && "Unschedulable".equals(c.getReason()))
        .findFirst()
        .map(c ->
            new PodTrouble(
                "Unschedulable",
                "Pod '" + name + "' finds no node: " + text(c.getMessage()),
                false));
  }

  private static Optional<PodTrouble> waiting(String name, ContainerStatus container) {
    ContainerStateWaiting waiting =
        container.getState() == null ? null : container.getState().getWaiting();
    if (waiting == null || waiting.getReason() == null) {
      return Optional.empty();
    }
    return switch (waiting.getReason()) {
      case "CrashLoopBackOff" ->
          isInOrder(lastEnd(container))
              ? Optional.empty()
              : Optional.of(new PodTrouble("CrashLooping", crash(name, container), false));
      case "ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName" ->
          Optional.of(
              new PodTrouble(
                  "ImagePullFailed",
                  "Pod '%s' cannot get image '%s': %s; check spec.workload.image and imagePullSecrets"
                      .formatted(name, container.getImage(), text(waiting.getMessage())),
                  !waiting.getReason().equals("ErrImagePull")));
      case "CreateContainerError", "CreateContainerConfigError", "RunContainerError" ->
          Optional.of(
              new PodTrouble(
                  "MinimumReplicasUnavailable",
                  "Pod '" + name + "' cannot start: " + text(waiting.getMessage()),
                  false));
      default -> Optional.empty(); // ContainerCreating, PodInitializing: on its way
    };
  }

  /** Between two ends of its it runs, or has just ended; it is in trouble all the same. */
  private static Optional<PodTrouble> ended(String name, ContainerStatus container, Instant now) {
    boolean again =
        !Boolean.TRUE.equals(container.getReady())
            && container.getRestartCount() != null
            && container.getRestartCount() > 1
            && lastEnd(container) != null
            && !isInOrder(lastEnd(container))
            && (container.getState() == null
                || container.getState().getRunning() == null
                || isRecent(container.getState().getRunning().getStartedAt(), now));
    return again
        ? Optional.of(new PodTrouble("CrashLooping", crash(name, container), false))
        : Optional.empty();
  }

  /** One whose binding leads elsewhere ends to begin anew. */
  private static boolean isInOrder(@Nullable ContainerStateTerminated end) {
    return end != null && Integer.valueOf(Binding.EXIT_LED_ELSEWHERE).equals(end.getExitCode());
  }

  private static boolean isRecent(@Nullable String startedAt, Instant now) {
    try {
      return startedAt == null || now.isBefore(Instant.parse(startedAt).plus(FORGIVEN_AFTER));
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static @Nullable ContainerStateTerminated lastEnd(ContainerStatus container) {
    if (container.getState() != null && container.getState().getTerminated() != null) {
      return container.getState().getTerminated();
    }
    return container.getLastState() == null ? null : container.getLastState().getTerminated();
  }

  private static String crash(String name, ContainerStatus container) {
    ContainerStateTerminated last = lastEnd(container);
    String pod = "Pod '" + name + "' ends again and again";
    if (last == null) {
      return pod + "; see its log";
    }
    if ("OOMKilled".equals(last.getReason())) {
      return pod
          + ": it needs more memory than its limit; raise spec.workload.resources.limits.memory";
    }
    String said = text(last.getMessage());
    return pod
        + ", last with exit code "
        + last.getExitCode()
        + (said.isEmpty() ? "; see its log" : ": " + said);
  }

  private static String text(String message) {
    return message == null ? "" : CleanText.of(message, 400);
  }
}
