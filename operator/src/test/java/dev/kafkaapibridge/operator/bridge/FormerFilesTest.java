package dev.kafkaapibridge.operator.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.v1alpha1.ConsumerStatus;
import dev.kafkaapibridge.operator.bridge.resources.BridgeLabels;
import dev.kafkaapibridge.operator.bridge.resources.BridgeNames;
import dev.kafkaapibridge.operator.bridge.resources.ConfigMapResource;
import dev.kafkaapibridge.operator.bridge.resources.DeploymentResource;
import dev.kafkaapibridge.operator.strimzi.Listener;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import java.time.OffsetDateTime;
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
    assertThat(following(data.get(key(FIRST)), FIRST, paused))
        .as("the same for ever")
        .contains(data.get(key(FIRST)));
  }

  /** No pod of a former spec is to call what somebody has written into the ConfigMap. */
  @Test
  void whatSomebodyElseHasWrittenGoes() {
    String forged = FIRST.mountedBridge().replace("crm.example.com", "evil.example.com");

    assertThat(following(FIRST.mountedBridge(), FIRST, SECOND)).isPresent();
    for (String text : List.of("{", "[]", "{}", "spec: 5", "spec: &a {b: *a}", forged)) {
      assertThat(following(text, FIRST, SECOND)).as(text).isEmpty();
    }
  }

  @Test
  void theFileOfTheSameSpecIsTheSameText() {
    var started =
        new ConsumerStatus(
            null, "q1W2e3", OffsetDateTime.parse("2026-11-25T10:00:01Z"), null, null, null, null);
    String file = MountedBridge.yaml(FIRST.bridge(), started, null);

    assertThat(MountedBridge.following(file, FIRST.bridge().specHash(), file)).contains(file);
  }

  @Test
  void ofAFileItsSpecAloneIsTaken() {
    String moved = FIRST.mountedBridge().replace("name: orders", "name: other") + "status: {}\n";

    assertThat(following(moved, FIRST, FIRST)).contains(FIRST.mountedBridge());
  }

  /** Before each spec had its file, there was one, and the whole ConfigMap was mounted. */
  @Test
  void podsOfAnOperatorOfBeforeKeepTheirsToo() {
    Deployment before = deployment(FIRST);
    before
        .getSpec()
        .getTemplate()
        .getSpec()
        .getVolumes()
        .getFirst()
        .getConfigMap()
        .setItems(List.of());
    ConfigMap files =
        new ConfigMapBuilder().addToData("bridge.yaml", FIRST.mountedBridge()).build();

    assertThat(FormerFiles.kept(FIRST, files, Optional.of(before), sets()))
        .as("the first reconcile of the newer operator")
        .isEqualTo(Map.of("bridge.yaml", FIRST.mountedBridge()));
    assertThat(FormerFiles.kept(SECOND, files, Optional.of(before), sets()))
        .isEqualTo(Map.of("bridge.yaml", FIRST.mountedBridge()));
  }

  /** Of three bytes each: a ConfigMap's bound counts no characters. */
  @Test
  void theNewestSpecHasItsRoom() {
    assertThat(kept(wide(100_000))).hasSize(1);
    assertThat(kept(wide(333_000))).isEmpty();
    assertThat(kept(wide(320_000))).hasSize(1);
    assertThat(kept(wide(320_000, trusting("A".repeat(60_000))))).as("and authorities").isEmpty();
  }

  private static Map<String, String> kept(Rendered newest) {
    return FormerFiles.kept(
        newest, ConfigMapResource.render(FIRST), Optional.of(deployment(FIRST)), sets());
  }

  private static AcceptedBridge trusting(String authorities) {
    Bridge refers =
        Bridges.read(
            Bridges.MINIMAL.replace(
                "bootstrapServers: \"kafka:9092\"", "strimziClusterRef: {name: prod}"));
    return new StrimziReference()
        .of(
            Bridges.accepted(refers),
            refers,
            (from, cluster, wanted) ->
                new Listener.Found(cluster, "tls", "prod:9093", true, authorities, ""))
        .bridge();
  }

  private static Rendered wide(int characters) {
    return wide(characters, SECOND.bridge());
  }

  private static Rendered wide(int characters, AcceptedBridge second) {
    return Rendered.of(
        new AcceptedBridge(
            second.identity(),
            second.spec(),
            second.specTree(),
            second.specHash(),
            second.placement(),
            second.references(),
            "\u20ac".repeat(characters),
            second.seal(),
            null,
            second.cluster()),
        SECOND.installation(),
        1,
        null,
        null,
        null);
  }

  private static Optional<String> following(String text, Rendered former, Rendered newest) {
    return MountedBridge.following(text, former.bridge().specHash(), newest.mountedBridge());
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
        null,
        null);
  }
}
