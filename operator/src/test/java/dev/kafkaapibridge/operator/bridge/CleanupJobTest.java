package dev.kafkaapibridge.operator.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.validation.BridgeFile;
import dev.kafkaapibridge.operator.bridge.resources.CleanupJob;
import dev.kafkaapibridge.operator.bridge.resources.DeploymentResource;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CleanupJobTest {

  private final Bridge bridge = everything();
  private final Job job =
      CleanupJob.render(
          rendered(Membership.reduced(bridge, bridge.getSpec()).orElseThrow()),
          Duration.ofMinutes(4));
  private final PodSpec pod = job.getSpec().getTemplate().getSpec();

  @Test
  void itsFileLeadsToTheGroupAndNamesNothingElse() {
    String file =
        job.getSpec()
            .getTemplate()
            .getMetadata()
            .getAnnotations()
            .get("kafka-api-bridge.dev/bridge");

    var sound = (BridgeFile.Reading.Sound) BridgeFile.read(file);
    assertThat(sound.bridge().spec().kafka()).isEqualTo(Bridges.accepted(bridge).spec().kafka());
    assertThat(sound.bridge().spec().target().http().headers()).isEmpty();
    assertThat(pod.getVolumes()).noneMatch(volume -> volume.getProjected() != null);
    assertThat(pod.getContainers().getFirst().getArgs())
        .containsExactly(
            "delete-group",
            "--refs",
            "/etc/kafka-api-bridge/refs",
            "/etc/kafka-api-bridge/bridge/bridge.yaml");
  }

  /** The time that its pods have to end is held against how long a call may take. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{http: {url: 'https://crm', requestTimeout: 5s}}",
        "{grpc: {address: 'orders:9090', service: shop.v1.Orders, method: Put, deadline: 5s}}",
      })
  void aBridgeWithShortCallsAndLittleTimeToEndHasOneToo(String target) {
    String yaml =
        Bridges.MINIMAL.replaceFirst("target: .*", "target: " + target)
            + "  workload: {terminationGracePeriodSeconds: 10}\n";

    Bridge brief = Bridges.read(yaml);
    assertThat(Membership.reduced(brief, brief.getSpec())).isPresent();
  }

  @Test
  void itsPodIsAsRestrictedAsTheOthersAndWhereTheyMayBe() {
    PodSpec usual =
        DeploymentResource.render(rendered(Bridges.accepted(bridge)))
            .getSpec()
            .getTemplate()
            .getSpec();

    assertThat(pod.getSecurityContext()).isEqualTo(usual.getSecurityContext());
    assertThat(pod.getAutomountServiceAccountToken()).isFalse();
    assertThat(pod.getContainers().getFirst().getSecurityContext())
        .isEqualTo(usual.getContainers().getFirst().getSecurityContext());
    assertThat(pod.getTolerations()).isEqualTo(usual.getTolerations());
    assertThat(pod.getImagePullSecrets()).isEqualTo(usual.getImagePullSecrets());
    assertThat(pod.getContainers().getFirst().getImage())
        .isEqualTo(usual.getContainers().getFirst().getImage());
  }

  @Test
  void nobodyOwnsItAndItGoesByItself() {
    assertThat(job.getMetadata().getOwnerReferences()).isEmpty();
    assertThat(job.getSpec().getActiveDeadlineSeconds()).isEqualTo(240);
    assertThat(job.getSpec().getTtlSecondsAfterFinished()).isEqualTo(300);
  }

  @Test
  void noDeploymentAndNoServiceTakesItsPodForOneOfTheirs() {
    assertThat(job.getSpec().getTemplate().getMetadata().getLabels())
        .containsEntry("app.kubernetes.io/name", "kafka-api-bridge-cleanup")
        .containsEntry("app.kubernetes.io/instance", "orders");
  }

  @Test
  void theLongestNameFits() {
    var identity =
        new BridgeIdentity("shop", "b".repeat(50), "6b1f0c2d-93f1-4f4e-a4b1-0a2f3c4d5e6f", 1);

    assertThat(CleanupJob.name(identity)).isEqualTo("b".repeat(50) + "-del-6b1f0c2d").hasSize(63);
  }

  private static Rendered rendered(AcceptedBridge bridge) {
    return Rendered.of(bridge, new Installation("runtime:1", List.of()), 0, null, null, null);
  }

  private static Bridge everything() {
    try {
      return Bridges.read(Path.of("src/test/resources/cases/everything/in-bridge.yaml"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
