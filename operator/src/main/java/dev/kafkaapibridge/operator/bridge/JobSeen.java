package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.operator.bridge.resources.CleanupJob;
import dev.kafkaapibridge.operator.kube.CleanText;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What has become of the Job that deletes a consumer group. Pure.
 *
 * @param said last words of its pods; may be empty
 */
record JobSeen(Cleanup.Job state, String said) {

  /**
   * @param pods with the labels of the bridge's Job
   * @param now a pod that should have been gone by now is not waited for: its node may be dead
   */
  static JobSeen of(Job job, BridgeIdentity bridge, List<Pod> pods, Instant now) {
    return new JobSeen(state(job, bridge, pods, now), lastWords(pods));
  }

  private static Cleanup.Job state(Job job, BridgeIdentity bridge, List<Pod> pods, Instant now) {
    if (!bridge.uid().equals(job.getMetadata().getAnnotations().get(CleanupJob.BRIDGE_UID))) {
      return Cleanup.Job.Failed; // somebody else's; it is not touched
    }
    if (has(job, "Complete")) {
      return Cleanup.Job.Succeeded;
    }
    if (has(job, "Failed")) {
      // Older clusters say so before its pods are gone.
      return pods.stream().anyMatch(pod -> mayRun(pod, now))
          ? Cleanup.Job.Ending
          : Cleanup.Job.Failed;
    }
    return Objects.equals(job.getSpec().getParallelism(), 0)
        ? Cleanup.Job.Ending
        : Cleanup.Job.AtWork;
  }

  private static boolean has(Job job, String condition) {
    return job.getStatus() != null
        && job.getStatus().getConditions().stream()
            .anyMatch(c -> condition.equals(c.getType()) && "True".equals(c.getStatus()));
  }

  private static boolean mayRun(Pod pod, Instant now) {
    String goneAt = pod.getMetadata().getDeletionTimestamp();
    return !hasEnded(pod) && (goneAt == null || now.isBefore(Instant.parse(goneAt)));
  }

  static boolean hasEnded(Pod pod) {
    return pod.getStatus() != null
        && List.of("Succeeded", "Failed").contains(String.valueOf(pod.getStatus().getPhase()));
  }

  private static String lastWords(List<Pod> pods) {
    return pods.stream()
        .flatMap(pod ->
            pod.getStatus() == null
                ? Stream.empty()
                : pod.getStatus().getContainerStatuses().stream())
        .filter(c -> c.getState() != null && c.getState().getTerminated() != null)
        .map(c -> String.valueOf(c.getState().getTerminated().getMessage()))
        .map(message -> CleanText.of(message.strip().lines().reduce("", (a, b) -> b), 300))
        .findFirst()
        .orElse("");
  }
}
