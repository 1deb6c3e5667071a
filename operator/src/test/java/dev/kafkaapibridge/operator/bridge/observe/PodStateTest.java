package dev.kafkaapibridge.operator.bridge.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodStateTest {

  @Test
  void onlyPodsOfTheDeploymentsOwnReplicaSetsSpeakForIt() {
    List<ReplicaSet> sets =
        List.of(replicaSet("rs-1", "deployment"), replicaSet("rs-2", "other-deployment"));
    List<Pod> pods =
        List.of(
            pod("mine", "owned", "uid: rs-1, controller: true"),
            pod("of-another", "owned", "uid: rs-2, controller: true"),
            pod("claims-without-control", "owned", "uid: rs-1, controller: false"),
            pod("same-labels-only", "", ""));

    assertThat(PodState.ownedBy("deployment", sets, pods))
        .extracting(pod -> pod.getMetadata().getName())
        .containsExactly("mine");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{state: {waiting: {reason: ContainerCreating}}} | -",
        "{state: {running: {}}} | -",
        "{state: {waiting: {reason: CrashLoopBackOff}}} | CrashLooping",
        // One whose binding leads elsewhere ends to begin anew.
        "{state: {waiting: {reason: CrashLoopBackOff}}, restartCount: 3, lastState: {terminated:"
            + " {exitCode: 3}}} | -",
        "{state: {waiting: {reason: CrashLoopBackOff}}, restartCount: 3, lastState: {terminated:"
            + " {exitCode: 1}}} | CrashLooping",
        "{state: {waiting: {reason: ErrImagePull}}} | ImagePullFailed",
        "{state: {waiting: {reason: ImagePullBackOff}}} | ImagePullFailed lasting",
        "{state: {waiting: {reason: InvalidImageName}}} | ImagePullFailed lasting",
        "{state: {waiting: {reason: CreateContainerError}}} | MinimumReplicasUnavailable",
        // Between two ends of a crash loop it runs, and isn't ready.
        "{restartCount: 2, lastState: {terminated: {exitCode: 2}}, state: {running: {startedAt:"
            + " '2026-11-25T09:59:58Z'}}} | CrashLooping",
        "{restartCount: 2, state: {terminated: {exitCode: 2}}} | CrashLooping",
        "{restartCount: 1, lastState: {terminated: {exitCode: 2}}, state: {running: {startedAt:"
            + " '2026-11-25T09:59:58Z'}}} | -",
        "{ready: true, restartCount: 2, lastState: {terminated: {exitCode: 2}}, state: {running:"
            + " {startedAt: '2026-11-25T09:59:58Z'}}} | -",
        "{restartCount: 2, lastState: {terminated: {exitCode: 2}}, state: {running: {startedAt:"
            + " '2026-11-25T09:49:00Z'}}} | -",
      })
  void tellsTroubleFromWaiting(String container, String trouble) {
    PodTrouble found = trouble("containerStatuses: [" + container + "]");

    assertThat(found == null ? "-" : found.reason() + (found.lasting() ? " lasting" : ""))
        .isEqualTo(trouble);
  }

  @Test
  void showsWhatThePodSaidBeforeItEnded() {
    PodTrouble found =
        trouble(
            "containerStatuses: [{state: {waiting: {reason: CrashLoopBackOff}}, lastState:"
                + " {terminated: {exitCode: 2, reason: Error, message: \"spec.kafka:\\n"
                + " bad\\e[0m\"}}}]");

    assertThat(found.message())
        .isEqualTo("Pod 'p' ends again and again, last with exit code 2: spec.kafka: bad [0m");
  }

  @Test
  void saysHowToGiveItMoreMemory() {
    PodTrouble found =
        trouble(
            "containerStatuses: [{state: {waiting: {reason: CrashLoopBackOff}}, lastState:"
                + " {terminated: {exitCode: 137, reason: OOMKilled}}}]");

    assertThat(found.message()).contains("spec.workload.resources.limits.memory");
  }

  @Test
  void saysWhyNoNodeTakesIt() {
    PodTrouble found =
        trouble(
            "conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable, message:"
                + " '0/3 nodes are available'}]");

    assertThat(found.reason()).isEqualTo("Unschedulable");
    assertThat(found.message()).contains("0/3 nodes are available");
  }

  private static PodTrouble trouble(String status) {
    return PodTrouble.of(
            Serialization.unmarshal(
                "metadata: {name: p}\nstatus: {%s}".formatted(status), Pod.class),
            Instant.parse("2026-11-25T10:00:00Z"))
        .orElse(null);
  }

  private static ReplicaSet replicaSet(String uid, String owner) {
    return Serialization.unmarshal(
        "metadata: {name: %s, uid: %s, ownerReferences: [{uid: %s, controller: true}]}"
            .formatted(uid, uid, owner),
        ReplicaSet.class);
  }

  private static Pod pod(String name, String kind, String owner) {
    String owners = kind.isEmpty() ? "[]" : "[{" + owner + "}]";
    return Serialization.unmarshal(
        "metadata: {name: %s, uid: u-%s, ownerReferences: %s}".formatted(name, name, owners),
        Pod.class);
  }
}
