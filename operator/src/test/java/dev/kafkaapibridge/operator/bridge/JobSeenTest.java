package dev.kafkaapibridge.operator.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.operator.bridge.resources.CleanupJob;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JobSeenTest {

  private static final Instant NOW = Instant.parse("2026-11-25T10:00:00Z");
  private static final BridgeIdentity BRIDGE = new BridgeIdentity("shop", "orders", "6b1f", 1);

  @Test
  void itIsAtWorkUntilItSaysThatItHasEnded() {
    assertThat(state(job(1, ""))).isEqualTo(Cleanup.Job.AtWork);
    assertThat(state(job(1, "Complete"))).isEqualTo(Cleanup.Job.Succeeded);
    assertThat(state(job(1, "Failed"))).isEqualTo(Cleanup.Job.Failed);
  }

  @Test
  void oneThatWasToldToEndHasEndedOnlyWhenNoPodOfItMayRun() {
    assertThat(state(job(0, ""))).isEqualTo(Cleanup.Job.Ending);
    assertThat(state(job(0, "Failed"), pod("Running", null))).isEqualTo(Cleanup.Job.Ending);
    assertThat(state(job(0, "Failed"), pod("Running", NOW.plusSeconds(9))))
        .isEqualTo(Cleanup.Job.Ending);
    assertThat(state(job(0, "Failed"), pod("Failed", NOW.plusSeconds(9))))
        .isEqualTo(Cleanup.Job.Failed);
    assertThat(state(job(0, "Failed"), pod("Running", NOW.minusSeconds(1))))
        .as("on a node that is dead")
        .isEqualTo(Cleanup.Job.Failed);
  }

  @Test
  void aJobOfAnotherBridgeIsNoneOfOurs() {
    Job foreign = job(1, "Complete");
    foreign.getMetadata().getAnnotations().put(CleanupJob.BRIDGE_UID, "another");

    assertThat(state(foreign)).isEqualTo(Cleanup.Job.Failed);
  }

  private static Cleanup.Job state(Job job, Pod... pods) {
    return JobSeen.of(job, BRIDGE, List.of(pods), NOW).state();
  }

  private static Job job(int parallelism, String condition) {
    var job =
        new JobBuilder()
            .withNewMetadata()
            .withAnnotations(new java.util.HashMap<>(Map.of(CleanupJob.BRIDGE_UID, "6b1f")))
            .endMetadata()
            .withNewSpec()
            .withParallelism(parallelism)
            .endSpec();
    if (!condition.isEmpty()) {
      job.withNewStatus()
          .addNewCondition()
          .withType(condition)
          .withStatus("True")
          .endCondition()
          .endStatus();
    }
    return job.build();
  }

  private static Pod pod(String phase, Instant goneAt) {
    return new PodBuilder()
        .withNewMetadata()
        .withDeletionTimestamp(goneAt == null ? null : goneAt.toString())
        .endMetadata()
        .withNewStatus()
        .withPhase(phase)
        .endStatus()
        .build();
  }
}
