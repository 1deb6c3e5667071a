package dev.kafkaapibridge.operator.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.operator.bridge.resources.BridgeLabels;
import dev.kafkaapibridge.operator.bridge.resources.BridgeNames;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
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
            EDITED, Optional.of(deployment("Delete")), Optional.of(files("Delete")), Optional::of);

    assertThat(was.claim().written()).isEqualTo("shop.orders@kafka:9092");
    assertThat(was.access().orElseThrow().spec().kafka().bootstrapServers())
        .isEqualTo("kafka:9092");
    assertThat(was.wanted()).isTrue();
  }

  @Test
  void whereTheAcceptedSpecIsGoneTheEditedOneLeadsNowhere() {
    Membership was =
        Membership.of(EDITED, Optional.of(deployment("Delete")), Optional.empty(), Optional::of);

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
                    EDITED, Optional.of(deployment("Delete")), Optional.of(forged), Optional::of)
                .access())
        .isEmpty();
  }

  @Test
  void whereNothingIsLeftTheSpecCounts() {
    Membership was = Membership.of(RAN, Optional.empty(), Optional.empty(), Optional::of);

    assertThat(was.claim().written()).isEqualTo("shop.orders@kafka:9092");
    assertThat(was.access()).isPresent();
    assertThat(was.wanted()).isTrue();
  }

  @Test
  void whereTheBrokersAreNotKnownNothingLeadsThere() {
    assertThat(
            Membership.of(RAN, Optional.empty(), Optional.empty(), declared -> Optional.empty())
                .access())
        .isEmpty();
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
            Optional::of)
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
