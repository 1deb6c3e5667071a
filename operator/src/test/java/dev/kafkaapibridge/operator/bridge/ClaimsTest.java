package dev.kafkaapibridge.operator.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kafkaapibridge.operator.strimzi.ClusterName;
import dev.kafkaapibridge.operator.strimzi.Listener;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The first runs with one broker, the second waits for its group. */
class ClaimsTest implements Claims.Cluster {

  private static final Instant NOW = Instant.parse("2026-11-25T10:00:00Z");

  private static final Listener FORBIDDEN = new Listener.Missing("StrimziNotEnabled", "no");
  private static final Listener PROD =
      new Listener.Found(new ClusterName("shop", "prod"), "plain", "prod:9092", false, "", "");

  private final Claims claims = new Claims();
  private final Map<String, Bridge> bridges = new HashMap<>();
  private final Map<String, Deployment> deployments = new HashMap<>();
  private final List<Pod> pods = new ArrayList<>();

  @Test
  void ofTwoThatComeAtOnceTheSecondSeesTheFirst() {
    assertThat(allow(claims, is("second", "kafka:9092"))).isTrue();

    assertThat(allow(claims, is("first", "kafka:9092"))).as("older, but later").isFalse();
  }

  @Test
  void aGroupIsNotHandedOverWhilePodsOfItsOwnerAreMembers() {
    run("first", "kafka:9092", pod("first", "old", "kafka:9092"));
    Bridge second = is("second", "kafka:9092");
    assertThat(allow(claims, is("first", "kafka:9092"))).isTrue();
    assertThat(allow(claims, second)).isFalse();

    Bridge moves = is("first", "elsewhere:9092");
    assertThat(allow(claims, moves)).isTrue();
    assertThat(allow(claims, second)).as("its Deployment is as it was").isFalse();

    run(
        "first",
        "elsewhere:9092",
        pod("first", "old", "kafka:9092"),
        pod("first", "new", "elsewhere:9092"));
    assertThat(allow(claims, second)).as("a pod of the old template runs").isFalse();
    assertThat(allow(new Claims(), second)).as("also to a new process").isFalse();

    run("first", "elsewhere:9092", pod("first", "new", "elsewhere:9092"));
    assertThat(allow(claims, second)).isTrue();
  }

  @Test
  void nothingIsHandedOverToAClusterWithOneMoreBroker() {
    run("first", "kafka:9092", pod("first", "old", "kafka:9092"));
    assertThat(allow(claims, is("first", "kafka:9092"))).isTrue();
    Bridge second = is("second", "kafka:9092");

    assertThat(allow(claims, is("first", "kafka:9092,more:9092"))).isTrue();
    run("first", "kafka:9092,more:9092", pod("first", "new", "kafka:9092,more:9092"));

    assertThat(allow(claims, second)).isFalse();
  }

  /** Its pods run on at the former ones until others are up. */
  @Test
  void anOwnerThatNamesItsBrokersInAnotherWayKeepsItsGroup() {
    run("first", "kafka:9092", pod("first", "old", "kafka:9092"));
    assertThat(allow(claims, is("first", "kafka:9092"))).isTrue();
    Bridge second = is("second", "kafka:9092");

    Bridge moved = is("first", "kafka:9092");
    var kafka = (ObjectNode) moved.getSpec().get("kafka");
    kafka.remove("bootstrapServers");
    kafka.putObject("strimziClusterRef").put("name", "kafka");
    allow(claims, moved);

    assertThat(allow(claims, second)).isFalse();
    assertThat(allow(new Claims(), second)).as("by a new process").isFalse();
  }

  /** Deleted as it is usual, its pods finish their calls; or they were orphaned. */
  @Test
  void aGroupIsNotHandedOverWhilePodsOfABridgeThatIsGoneAreMembers() {
    Pod old = pod("first", "old", "kafka:9092");
    run("first", "kafka:9092", old);
    assertThat(allow(claims, is("first", "kafka:9092"))).isTrue();
    Bridge second = is("second", "kafka:9092");

    bridges.remove("first");
    deployments.remove("first");
    assertThat(allow(claims, second)).isFalse();
    assertThat(allow(new Claims(), second)).as("by a new process").isFalse();
    assertThat(claims.allow(Bridges.accept(second), GroupClaim.of(second), second, this, NOW))
        .extracting(refused -> ((Acceptance.Refused) refused).message())
        .asString()
        .contains("is used by pod 'old'", "whose bridge is gone");
    assertThat(allow(claims, is("third", "elsewhere:9092"))).as("with other brokers").isTrue();

    old.setStatus(new PodStatusBuilder().withPhase("Succeeded").build());
    assertThat(allow(claims, second)).isTrue();
  }

  @Test
  void whoHasTheGroupKeepsItWhateverIsWrittenOnThePodsOfOthers() {
    run("first", "kafka:9092", pod("first", "old", "kafka:9092"));
    Bridge first = is("first", "kafka:9092");
    assertThat(allow(claims, first)).isTrue();

    pods.add(pod("somebody", "other", "kafka:9092"));
    assertThat(allow(claims, first)).isTrue();
    assertThat(allow(new Claims(), first)).as("by a new process").isTrue();
  }

  /** As in a rollout, the former pods finish their calls while the later ones begin. */
  @Test
  void aBridgeThatIsAppliedAgainGoesOnBesideItsFormerPods() {
    pods.add(pod("first", "old", "kafka:9092"));

    assertThat(allow(claims, is("first", "kafka:9092"))).isTrue();
  }

  /** First by name is the older one. */
  @Test
  void whoseReferenceLeadsNowhereAndWhoHasNoPodsHoldsNothing() {
    Bridge stranger = refers("first");
    Bridge owner = refers("second");
    assertThat(allow(claims, stranger, claim(stranger, FORBIDDEN, false))).isTrue();
    assertThat(claims.wanted(stranger)).isEmpty();

    assertThat(allow(claims, owner, claim(owner, PROD, false))).isTrue();
    assertThat(allow(claims, stranger, claim(stranger, PROD, false)))
        .as("it may by now, and comes later")
        .isFalse();
  }

  /** What was taken in good faith is let go of with the right, unless pods go on by it. */
  @Test
  void whoIsForbiddenLaterHoldsWhatItsPodsHold() {
    Bridge stranger = refers("first");
    Bridge owner = refers("second");
    assertThat(allow(claims, stranger, claim(stranger, PROD, false))).isTrue();
    run("first", "prod:9092,strimzi/shop/prod");
    assertThat(allow(claims, stranger, claim(stranger, FORBIDDEN, true))).isTrue();
    assertThat(allow(claims, owner, claim(owner, PROD, false))).isFalse();

    deployments.remove("first");
    assertThat(allow(claims, stranger, claim(stranger, FORBIDDEN, false))).isTrue();
    assertThat(allow(claims, owner, claim(owner, PROD, false))).isTrue();
  }

  @Test
  void anAddressAndAReferenceThatLeadsThereMeetWhoeverIsFirst() {
    Bridge refers = refers("first");
    Bridge names = is("second", "prod:9092");
    assertThat(allow(claims, refers, claim(refers, PROD, false))).isTrue();
    assertThat(allow(claims, names)).isFalse();

    Claims others = new Claims();
    assertThat(allow(others, names)).isTrue();
    assertThat(allow(others, refers, claim(refers, PROD, false))).isFalse();
  }

  private Bridge refers(String name) {
    Bridge bridge = is(name, "kafka:9092");
    var kafka = (ObjectNode) bridge.getSpec().get("kafka");
    kafka.remove("bootstrapServers");
    kafka.putObject("strimziClusterRef").put("name", "prod");
    return bridge;
  }

  private boolean allow(Claims by, Bridge bridge) {
    Acceptance judged = Bridges.accept(bridge);
    assertThat(judged).isInstanceOf(Acceptance.Accepted.class);
    return allow(by, bridge, GroupClaim.of(bridge));
  }

  private boolean allow(Claims by, Bridge bridge, Optional<GroupClaim> claim) {
    Acceptance judged = Bridges.accept(bridge);
    return by.allow(judged, claim, bridge, this, NOW) == judged;
  }

  private static Optional<GroupClaim> claim(Bridge bridge, Listener listener, boolean deployed) {
    return GroupClaim.by(
        new StrimziReference()
            .of(Bridges.accepted(bridge), bridge, (from, cluster, wanted) -> listener),
        bridge,
        deployed);
  }

  private Bridge is(String name, String brokers) {
    Bridge bridge =
        Bridges.read(
            """
            apiVersion: kafka-api-bridge.dev/v1alpha1
            kind: KafkaApiBridge
            metadata: {name: %1$s, namespace: shop, uid: %1$s, generation: 1, creationTimestamp: '%2$s'}
            spec:
              kafka: {bootstrapServers: '%3$s', topics: [orders], consumerGroup: crm}
              target: {http: {url: "https://crm.example.com/v1/orders"}}
            """
                .formatted(name, name.equals("first") ? NOW : NOW.plusSeconds(1), brokers));
    bridges.put(name, bridge);
    return bridge;
  }

  private void run(String bridge, String brokers, Pod... its) {
    deployments.put(
        bridge,
        Serialization.unmarshal(
            """
            metadata: {name: %s-bridge, uid: deployment-of-%s}
            spec: {template: {metadata: {annotations: {kafka-api-bridge.dev/member-of: 'crm@%s'}}}}
            """
                .formatted(bridge, bridge, brokers),
            Deployment.class));
    pods.clear();
    pods.addAll(List.of(its));
  }

  private static Pod pod(String bridge, String name, String brokers) {
    return Serialization.unmarshal(
        """
        metadata:
          name: %1$s
          namespace: shop
          uid: %1$s
          labels: {app.kubernetes.io/instance: %2$s}
          annotations: {kafka-api-bridge.dev/member-of: 'crm@%3$s'}
          ownerReferences: [{controller: true, uid: set-of-%2$s}]
        """
            .formatted(name, bridge, brokers),
        Pod.class);
  }

  @Override
  public List<Bridge> naming(String group) {
    return bridges.values().stream()
        .filter(bridge -> GroupClaim.index(bridge).contains(group))
        .toList();
  }

  @Override
  public Optional<Deployment> deployment(Bridge bridge) {
    return Optional.ofNullable(deployments.get(bridge.getMetadata().getName()));
  }

  @Override
  public Collection<ReplicaSet> replicaSets(Bridge bridge) {
    return List.of(
        Serialization.unmarshal(
            """
            metadata:
              uid: set-of-%1$s
              ownerReferences: [{controller: true, uid: deployment-of-%1$s}]
            """
                .formatted(bridge.getMetadata().getName()),
            ReplicaSet.class));
  }

  @Override
  public Collection<Pod> pods(Bridge bridge) {
    return pods;
  }

  @Override
  public Collection<Pod> members(String group) {
    return pods.stream().filter(pod -> Claims.index(pod).contains(group)).toList();
  }
}
