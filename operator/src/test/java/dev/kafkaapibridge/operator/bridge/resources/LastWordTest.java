package dev.kafkaapibridge.operator.bridge.resources;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class LastWordTest {

  private static final Deployment DESIRED = deployment("runtime:1");
  private static final Deployment MIRRORED = deployment("mirror.example.com/runtime:1");

  private final LastWord lastWord = new LastWord();

  @Test
  void nothingWasSaidByAnOperatorThatHasJustBegun() {
    assertThat(lastWord.wasSaid(DESIRED, DESIRED)).isFalse();
  }

  @Test
  void theSameIsNotSaidAgainWhileNobodyHasChangedWhatCameOfIt() {
    lastWord.said(LastWord.print(DESIRED), MIRRORED);

    assertThat(lastWord.wasSaid(DESIRED, MIRRORED)).isTrue();
    assertThat(lastWord.wasSaid(deployment("runtime:2"), MIRRORED)).as("news").isFalse();
    assertThat(lastWord.wasSaid(DESIRED, edited(d -> d.editSpec().withReplicas(5).endSpec())))
        .isFalse();
    assertThat(
            lastWord.wasSaid(
                DESIRED, edited(d -> d.editMetadata().addToLabels("a", "b").endMetadata())))
        .isFalse();
  }

  @Test
  void whatControllersKeepInItIsNoChange() {
    lastWord.said(LastWord.print(DESIRED), MIRRORED);

    Deployment later =
        edited(d ->
            d.editMetadata()
                .withResourceVersion("77")
                .addToAnnotations("deployment.kubernetes.io/revision", "2")
                .endMetadata()
                .withNewStatus()
                .withReplicas(1)
                .endStatus());
    assertThat(lastWord.wasSaid(DESIRED, later)).isTrue();
  }

  private static Deployment edited(UnaryOperator<DeploymentBuilder> edit) {
    return edit.apply(new DeploymentBuilder(MIRRORED)).build();
  }

  private static Deployment deployment(String image) {
    return new DeploymentBuilder()
        .withNewMetadata()
        .withName("orders-bridge")
        .endMetadata()
        .withNewSpec()
        .withReplicas(1)
        .withNewTemplate()
        .withNewSpec()
        .addNewContainer()
        .withName("runtime")
        .withImage(image)
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }
}
