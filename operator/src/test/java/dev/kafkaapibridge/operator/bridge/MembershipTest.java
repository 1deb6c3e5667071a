package dev.kafkaapibridge.operator.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.operator.bridge.resources.BridgeLabels;
import dev.kafkaapibridge.operator.bridge.resources.BridgeNames;
import dev.kafkaapibridge.operator.bridge.resources.ConfigMapResource;
import dev.kafkaapibridge.operator.bridge.resources.DeploymentResource;
import dev.kafkaapibridge.operator.strimzi.Listener;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The bridge ran with one broker, and its spec was edited to another. */
class MembershipTest {

  private static final Bridge RAN = bridge("kafka:9092", "Delete");
  private static final Bridge EDITED = bridge("elsewhere:9092", "Delete");

  @Test
  void theGroupIsTheOneOfWhichThePodsWereMembers() {
    Membership was =
        Membership.of(
            EDITED,
            Optional.of(deployment("Delete")),
            Optional.of(files("Delete")),
            StrimziReference.Way.Known::new);

    assertThat(was.claim().written()).isEqualTo("shop.orders@kafka:9092");
    assertThat(was.access().orElseThrow().spec().kafka().bootstrapServers())
        .isEqualTo("kafka:9092");
    assertThat(was.wanted()).isTrue();
  }

  @Test
  void whereTheAcceptedSpecIsGoneTheEditedOneLeadsNowhere() {
    Membership was =
        Membership.of(
            EDITED,
            Optional.of(deployment("Delete")),
            Optional.empty(),
            StrimziReference.Way.Known::new);

    assertThat(was.claim().written()).isEqualTo("shop.orders@kafka:9092");
    assertThat(was.access()).isEmpty();
  }

  @Test
  void whatSomebodyHasWrittenOverItIsNotGoneBy() {
    ConfigMap forged = files("Delete");
    forged
        .getData()
        .computeIfPresent(
            BridgeNames.ACCEPTED_SPEC, (key, text) -> text.replace("kafka:9092", "forged:9092"));

    assertThat(
            Membership.of(
                    EDITED,
                    Optional.of(deployment("Delete")),
                    Optional.of(forged),
                    StrimziReference.Way.Known::new)
                .access())
        .isEmpty();
  }

  @Test
  void whereNothingIsLeftTheSpecCounts() {
    Membership was =
        Membership.of(RAN, Optional.empty(), Optional.empty(), StrimziReference.Way.Known::new);

    assertThat(was.claim().written()).isEqualTo("shop.orders@kafka:9092");
    assertThat(was.access()).isPresent();
    assertThat(was.wanted()).isTrue();
  }

  @Test
  void whereTheBrokersAreNotKnownNothingLeadsThere() {
    assertThat(Membership.of(RAN, Optional.empty(), Optional.empty(), MembershipTest::unknown))
        .satisfies(was -> {
          assertThat(was.access()).isEmpty();
          assertThat(was.missing()).isEqualTo("prod is gone");
        });
  }

  @Test
  void whereTheClusterIsGoneTheWayThatPodsHaveLeadsThere() {
    Bridge refers =
        Bridges.read(
            Bridges.MINIMAL.replace(
                "bootstrapServers: \"kafka:9092\"", "strimziClusterRef: {name: prod}"));
    AcceptedBridge ran =
        new StrimziReference()
            .of(
                Bridges.accepted(refers),
                refers,
                (from, cluster, wanted) ->
                    new Listener.Found(cluster, "plain", "prod:9092", false, "", ""))
            .bridge();
    Rendered rendered =
        Rendered.of(ran, new Installation("runtime:1", List.of()), 1, null, null, null);

    Membership was =
        Membership.of(
            refers,
            Optional.of(DeploymentResource.render(rendered)),
            Optional.of(ConfigMapResource.render(rendered)),
            MembershipTest::unknown);

    assertThat(was.access().orElseThrow().spec().kafka().bootstrapServers()).isEqualTo("prod:9092");
    assertThat(was.missing()).isNull();
    assertThat(was.claim().written()).isEqualTo("shop.orders@prod:9092,strimzi/shop/prod");
  }

  private static StrimziReference.Way unknown(AcceptedBridge declared) {
    return new StrimziReference.Way.Unknown(
        declared, new Listener.Missing("KafkaNotFound", "prod is gone"));
  }

  @Test
  void theGroupGoesOnlyWhereTheAcceptedAndTheNewestSpecAskForIt() {
    assertThat(wanted("Delete", "Delete")).isTrue();
    assertThat(wanted("Retain", "Delete")).as("the newest was refused").isFalse();
    assertThat(wanted("Delete", "Retain")).as("somebody wants to keep it after all").isFalse();
  }

  private static boolean wanted(String accepted, String newest) {
    return Membership.of(
            bridge("kafka:9092", newest),
            Optional.of(deployment(accepted)),
            Optional.of(files(accepted)),
            StrimziReference.Way.Known::new)
        .wanted();
  }

  private static Bridge bridge(String brokers, String policy) {
    return Bridges.read(
        Bridges.MINIMAL.replace("kafka:9092", brokers)
            + "  deletionPolicy: {consumerGroup: "
            + policy
            + "}\n");
  }

  private static String accepted(String policy) {
    return Bridges.accepted(bridge("kafka:9092", policy)).keptSpec();
  }

  private static ConfigMap files(String policy) {
    return new ConfigMapBuilder().addToData(BridgeNames.ACCEPTED_SPEC, accepted(policy)).build();
  }

  private static Deployment deployment(String policy) {
    return new DeploymentBuilder()
        .withNewMetadata()
        .addToAnnotations(BridgeLabels.ACCEPTED_SPEC, FormerSpec.seal(accepted(policy)))
        .endMetadata()
        .withNewSpec()
        .withNewTemplate()
        .withNewMetadata()
        .addToAnnotations(BridgeLabels.MEMBER_OF, "shop.orders@kafka:9092")
        .endMetadata()
        .endTemplate()
        .endSpec()
        .build();
  }
}
