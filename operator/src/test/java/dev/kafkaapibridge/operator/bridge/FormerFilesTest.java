package dev.kafkaapibridge.operator.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.operator.bridge.resources.BridgeLabels;
import dev.kafkaapibridge.operator.bridge.resources.BridgeNames;
import dev.kafkaapibridge.operator.bridge.resources.ConfigMapResource;
import dev.kafkaapibridge.operator.bridge.resources.DeploymentResource;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A pod of a former spec that starts anew finds the file that it was made for. */
class FormerFilesTest {

  private static final Rendered FIRST = rendered("delivery: {maxInFlight: 1}");
  private static final Rendered SECOND = rendered("delivery: {maxInFlight: 2}");
  private static final Rendered THIRD = rendered("delivery: {maxInFlight: 3}");

  @Test
  void theVolumeBringsTheFileOfThePodsOwnSpec() {
    var pod = DeploymentResource.render(FIRST).getSpec().getTemplate();

    assertThat(pod.getSpec().getVolumes().getFirst().getConfigMap().getItems())
        .singleElement()
        .satisfies(item -> {
          assertThat(item.getPath()).isEqualTo("bridge.yaml");
          assertThat(ConfigMapResource.render(FIRST).getData())
              .containsEntry(item.getKey(), FIRST.mountedBridge());
          assertThat(item.getKey())
              .contains(pod.getMetadata().getAnnotations().get(BridgeLabels.SPEC_HASH));
        });
  }

  @Test
  void aNewSpecLeavesTheFileOfTheRunningOne() {
    Map<String, String> data = after(SECOND, FIRST, sets()).getData();

    assertThat(data)
        .containsEntry(key(FIRST), FIRST.mountedBridge())
        .containsEntry(key(SECOND), SECOND.mountedBridge());
  }

  @Test
  void afterARolloutThatFailedThePodsThatServeKeepTheirs() {
    ConfigMap second = after(SECOND, FIRST, sets(set(FIRST, 2, "deployment")));
    var files =
        FormerFiles.kept(
            THIRD,
            second,
            Optional.of(deployment(SECOND)),
            sets(set(FIRST, 2, "deployment"), set(SECOND, 1, "deployment")));

    assertThat(files.keySet()).isEqualTo(Set.of(key(FIRST), key(SECOND)));
  }

  @Test
  void aFileGoesWithItsLastPod() {
    ConfigMap both = after(SECOND, FIRST, sets(set(FIRST, 2, "deployment")));

    assertThat(
            FormerFiles.kept(
                SECOND,
                both,
                Optional.of(deployment(SECOND)),
                sets(set(FIRST, 0, "deployment"), set(SECOND, 2, "deployment"))))
        .isEmpty();
    assertThat(
            FormerFiles.kept(
                SECOND,
                both,
                Optional.of(deployment(SECOND)),
                sets(set(FIRST, 2, "another deployment"))))
        .isEmpty();
  }

  @Test
  void aPauseReachesThePodsOfAFormerSpecToo() {
    Rendered paused = rendered("delivery: {maxInFlight: 2}\n  state: Paused");
    Map<String, String> data = after(paused, FIRST, sets()).getData();

    assertThat(data.get(key(FIRST)))
        .isEqualTo(FIRST.mountedBridge().replace("state: Running", "state: Paused"));
    assertThat(MountedBridge.following(data.get(key(FIRST)), paused.mountedBridge()))
        .as("the same for ever")
        .isEqualTo(data.get(key(FIRST)));
  }

  @Test
  void whatSomebodyElseHasWrittenIsLeft() {
    assertThat(MountedBridge.following("{", SECOND.mountedBridge())).isEqualTo("{");
    assertThat(MountedBridge.following("[]", SECOND.mountedBridge())).isEqualTo("[]");
  }

  /** The ConfigMap once {@code next} was rendered while {@code running} ran. */
  private static ConfigMap after(Rendered next, Rendered running, List<ReplicaSet> sets) {
    return ConfigMapResource.render(
        next.beside(
            FormerFiles.kept(
                next, ConfigMapResource.render(running), Optional.of(deployment(running)), sets)));
  }

  private static String key(Rendered rendered) {
    return BridgeNames.fileKey(rendered.bridge().specHash());
  }

  private static List<ReplicaSet> sets(@Nullable ReplicaSet... sets) {
    return List.of(sets);
  }

  private static ReplicaSet set(Rendered of, int replicas, String owner) {
    return new ReplicaSetBuilder()
        .withNewMetadata()
        .withOwnerReferences(
            new OwnerReferenceBuilder().withUid(owner).withController(true).build())
        .endMetadata()
        .withNewSpec()
        .withReplicas(replicas)
        .withTemplate(deployment(of).getSpec().getTemplate())
        .endSpec()
        .build();
  }

  private static Deployment deployment(Rendered of) {
    Deployment deployment = DeploymentResource.render(of);
    deployment.getMetadata().setUid("deployment");
    return deployment;
  }

  private static Rendered rendered(String below) {
    return Rendered.of(
        Bridges.accepted(Bridges.MINIMAL + "  " + below + "\n"),
        new Installation("runtime:1", List.of()),
        1,
        null,
        null);
  }
}
