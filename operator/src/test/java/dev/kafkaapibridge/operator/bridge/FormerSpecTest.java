package dev.kafkaapibridge.operator.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec.State;
import dev.kafkaapibridge.operator.bridge.resources.BridgeLabels;
import dev.kafkaapibridge.operator.bridge.resources.BridgeNames;
import dev.kafkaapibridge.operator.bridge.resources.ConfigMapResource;
import dev.kafkaapibridge.operator.bridge.resources.DeploymentResource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is served while a newer spec is refused. */
class FormerSpecTest {

  private static final AcceptedBridge FORMER =
      Bridges.accepted(Bridges.MINIMAL + "  autoscaling: {maxReplicas: 4}\n  replicas: 3\n");

  static Stream<Path> scenarios() throws IOException {
    return RenderingTest.scenarios();
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void isWhatItWas(Path scenario) throws IOException {
    Bridge bridge = Bridges.read(scenario.resolve("in-bridge.yaml"));
    AcceptedBridge accepted = Bridges.accepted(bridge);

    AcceptedBridge former = Bridges.former(bridge, accepted.keptSpec(), true).orElseThrow();

    assertThat(former.specHash()).isEqualTo(accepted.specHash());
    assertThat(former.spec()).isEqualTo(accepted.spec());
  }

  @Test
  void whoStopsOrScalesABridgeDoesNotWaitForAnotherField() {
    Bridge refused =
        Bridges.read(
            Bridges.MINIMAL
                + "  observability: {tracing: {otlpEndpoint: 'http://otel:4317'}}\n  state: Stopped\n  replicas: 7\n");
    assertThat(Bridges.accept(refused).accepted()).isEmpty();

    AcceptedBridge served = Bridges.former(refused, FORMER.keptSpec(), true).orElseThrow();

    assertThat(served.spec().state()).isEqualTo(State.Stopped);
    assertThat(served.spec().replicas()).isEqualTo(7);
    assertThat(served.spec().autoscaling().maxReplicas()).isEqualTo(4);
    assertThat(served.specHash()).isEqualTo(FORMER.specHash());
  }

  @Test
  void ofASpecThatNobodyHasLookedAtNothingIsTaken() {
    Bridge waiting = Bridges.read(Bridges.MINIMAL + "  state: Stopped\n");

    assertThat(Bridges.former(waiting, FORMER.keptSpec(), false).orElseThrow().spec().state())
        .isEqualTo(State.Running);
  }

  @Test
  void anAutoscalersStepsLeaveItAsItIs() {
    assertThat(Bridges.accepted(Bridges.MINIMAL + "  replicas: 9\n").keptSpec())
        .isEqualTo(Bridges.accepted(Bridges.MINIMAL).keptSpec());
  }

  /** Who may write ConfigMaps, and no pods, gets none by it. */
  @Test
  void whatSomebodyElseHasWrittenThereIsNotServed() {
    String text = FORMER.keptSpec();
    String forged = text.replace("https://crm.example.com", "https://evil.example.com");
    String seal = FORMER.seal();

    assertThat(FormerSpec.read(text, seal)).isPresent();
    assertThat(FormerSpec.read(forged, seal)).isEmpty();
    assertThat(FormerSpec.read(text, null)).isEmpty();
  }

  @Test
  void theDeploymentBearsTheSealOfWhatLiesInTheConfigMap() {
    Rendered rendered =
        Rendered.of(FORMER, new Installation("runtime:1", List.of()), 1, null, null, null);

    String text = ConfigMapResource.render(rendered).getData().get(BridgeNames.ACCEPTED_SPEC);

    assertThat(DeploymentResource.render(rendered).getMetadata().getAnnotations())
        .containsEntry(BridgeLabels.ACCEPTED_SPEC, FormerSpec.seal(text));
  }

  /** A thousand bytes that would fill all memory. */
  @Test
  void aTextThatIsATreeWithoutEndIsNoSpec() {
    var laughs = new StringBuilder("a0: &a0 [ha, ha]\n");
    for (int i = 1; i < 25; i++) {
      laughs.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }

    assertThat(SortedYaml.read(laughs.toString())).isEmpty();
    assertThat(SortedYaml.read("a: &a [*a]")).isEmpty();
    assertThat(SortedYaml.read("a: &a long\nb: [*a, *a]")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "no object", "[]", "{", "{}", "kafka: 5", "5: 6", "~: 6", "? [a]\n: b"})
  void whatSomebodyElseHasWrittenThereIsNoSpec(String text) {
    assertThat(Bridges.former(Bridges.read(Bridges.MINIMAL), text, true)).isEmpty();
  }
}
