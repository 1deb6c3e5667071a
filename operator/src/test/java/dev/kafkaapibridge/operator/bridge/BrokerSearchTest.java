package dev.kafkaapibridge.operator.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec.State;
import dev.kafkaapibridge.operator.bridge.StrimziReference.Way;
import dev.kafkaapibridge.operator.bridge.resources.BridgeNames;
import dev.kafkaapibridge.operator.bridge.resources.ConfigMapResource;
import dev.kafkaapibridge.operator.bridge.resources.DeploymentResource;
import dev.kafkaapibridge.operator.strimzi.ClusterAuthority;
import dev.kafkaapibridge.operator.strimzi.ClusterName;
import dev.kafkaapibridge.operator.strimzi.Listener;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that has just begun, and a cluster that can't be found. */
class BrokerSearchTest {

  private static final String REF = "strimziClusterRef: {name: prod, namespace: kafka}";
  private static final String PEM = ClusterAuthority.pem("ca").strip() + "\n";
  private static final Listener.Missing GONE = new Listener.Missing("KafkaNotFound", "gone");

  private static final AcceptedBridge RAN =
      new StrimziReference()
          .of(
              Bridges.accepted(bridge(REF, "replicas: 2")),
              bridge(REF, "replicas: 2"),
              (from, cluster, wanted) ->
                  new Listener.Found(
                      new ClusterName("kafka", "prod"), "tls", "prod:9093", true, PEM, ""))
          .bridge();

  private final BrokerSearch search = new BrokerSearch();
  private final ConfigMap files = ConfigMapResource.render(rendered(RAN));
  private final Deployment deployment = DeploymentResource.render(rendered(RAN));

  @ParameterizedTest
  @ValueSource(strings = {"kafka", "elsewhere"})
  void whoStopsOrScalesABridgeDoesNotWaitForItsCluster(String namespace) {
    AcceptedBridge served =
        kept(bridge(REF.replace("kafka", namespace), "replicas: 7\n  state: Stopped"));

    assertThat(served.spec().state()).isEqualTo(State.Stopped);
    assertThat(served.spec().replicas()).isEqualTo(7);
    assertThat(served.specHash()).as("no other pods").isEqualTo(RAN.specHash());
    assertThat(served.memberOf()).isEqualTo(RAN.memberOf());
    assertThat(ConfigMapResource.render(rendered(served)).getData().keySet())
        .isEqualTo(files.getData().keySet());
    assertThat(served.kafkaAuthorities()).contains(PEM);
    assertThat(served.keptSpec()).contains("name: prod").doesNotContain("prod:9093");
  }

  @Test
  void theRestOfASpecWaitsForTheClusterThatItNames() {
    Bridge edited = bridge(REF.replace("prod", "next"), "delivery: {maxInFlight: 3}");

    assertThat(kept(edited).specHash()).isEqualTo(RAN.specHash());
  }

  @Test
  void onceReadItStandsAndFollowsEachNewSpec() {
    kept(bridge(REF, "replicas: 2"));
    Bridge next = bridge(REF, "state: Paused");
    next.getMetadata().setGeneration(2L);

    Way way = way(next, BrokerSearchTest::notAsked);

    assertThat(way.bridge().spec().state()).isEqualTo(State.Paused);
    assertThat(way.trouble()).contains(GONE);
  }

  @Test
  void podsThatWereGivenAnAddressInTheSpecKeepIt() {
    AcceptedBridge literal = Bridges.accepted(Bridges.MINIMAL);

    Way way =
        way(
            bridge(REF, "state: Stopped"),
            () ->
                RunningSpec.read(
                    RAN.identity(),
                    Optional.of(ConfigMapResource.render(rendered(literal))),
                    Optional.of(DeploymentResource.render(rendered(literal)))));

    assertThat(way.bridge().specHash()).isEqualTo(literal.specHash());
    assertThat(way.bridge().spec().state()).isEqualTo(State.Stopped);
  }

  /** Who may write ConfigMaps, and no pods, leads nobody elsewhere. */
  @ParameterizedTest
  @ValueSource(strings = {"accepted-spec.yaml", "bridge-"})
  void whatSomebodyElseHasWrittenThereIsNotGoneBy(String file) {
    files
        .getData()
        .replaceAll((key, text) ->
            key.startsWith(file)
                ? text.replace("prod:9093", "evil:9093").replace("name: prod", "name: evil")
                : text);

    assertThat(way(bridge(REF, "replicas: 2"), this::running)).isInstanceOf(Way.Unknown.class);
  }

  @Test
  void withoutWhatPodsTrustByNothingIsKnown() {
    files.getData().remove(BridgeNames.KAFKA_AUTHORITIES);

    assertThat(way(bridge(REF, "replicas: 2"), this::running)).isInstanceOf(Way.Unknown.class);
  }

  @Test
  void aTemplateThatWasPutBackLeadsToNoOtherCluster() {
    deployment
        .getSpec()
        .getTemplate()
        .getMetadata()
        .getAnnotations()
        .replaceAll((key, text) -> text.replace("strimzi/kafka/prod", "strimzi/kafka/former"));

    assertThat(way(bridge(REF, "replicas: 2"), this::running)).isInstanceOf(Way.Unknown.class);
  }

  @Test
  void ofABridgeThatNeverRanNothingIsServed() {
    assertThat(
            way(
                bridge(REF, "replicas: 2"),
                () -> RunningSpec.read(RAN.identity(), Optional.empty(), Optional.empty())))
        .isInstanceOf(Way.Unknown.class);
  }

  private AcceptedBridge kept(Bridge bridge) {
    Way way = way(bridge, this::running);
    assertThat(way).isInstanceOf(Way.Kept.class);
    return way.bridge();
  }

  private Way way(Bridge bridge, Supplier<Optional<RunningSpec>> written) {
    return search.of(
        Bridges.accepted(bridge),
        bridge,
        (ObjectNode) bridge.getSpec(),
        (from, cluster, wanted) -> GONE,
        written);
  }

  private Optional<RunningSpec> running() {
    return RunningSpec.read(RAN.identity(), Optional.of(files), Optional.of(deployment));
  }

  private static Optional<RunningSpec> notAsked() {
    throw new AssertionError("the ConfigMap was asked");
  }

  private static Rendered rendered(AcceptedBridge bridge) {
    return Rendered.of(bridge, new Installation("runtime:1", List.of()), 1, null, null, null);
  }

  private static Bridge bridge(String kafka, String below) {
    return Bridges.read(
        Bridges.MINIMAL.replace("bootstrapServers: \"kafka:9092\"", kafka) + "  " + below + "\n");
  }
}
