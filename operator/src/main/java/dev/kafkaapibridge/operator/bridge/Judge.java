package dev.kafkaapibridge.operator.bridge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeStatus;
import dev.kafkaapibridge.operator.bridge.resources.OwnResource;
import dev.kafkaapibridge.operator.quota.Portion;
import dev.kafkaapibridge.operator.strimzi.StrimziClusters;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Comes to a {@link Judgement}: is the spec sound, by which brokers is it served, is the consumer
 * group free, what serves the bridge otherwise, which part of a shared limit is its own. Asks in
 * this order, of what informers hold alone. Owns what this process knows of all bridges' groups and
 * limits. Safe for all threads, one at a time for a bridge.
 */
final class Judge {

  private final Claims claims = new Claims();
  private final SharedLimits limits = new SharedLimits();
  private final StrimziClusters clusters;

  Judge(StrimziClusters clusters) {
    this.clusters = clusters;
  }

  /**
   * @param deployment the bridge's own; empty while there is none
   */
  Judgement of(
      Bridge bridge,
      Context<Bridge> context,
      Optional<Deployment> deployment,
      KafkaApiBridgeStatus before,
      Memory memory,
      Instant now) {
    BridgeIdentity identity = BridgeIdentity.of(bridge);
    Annotated annotated = Annotated.of(bridge);
    Supplier<Optional<RunningSpec>> running = () -> running(identity, deployment, context);
    Acceptance judged = accept(bridge, annotated, before, memory);
    Optional<StrimziReference.Way> newest =
        judged
            .accepted()
            .map(a -> memory.brokers.of(a, bridge, bridge.getSpec(), clusters::listener, running));
    Acceptance acceptance =
        claims.allow(
            judged,
            newest.flatMap(found -> GroupClaim.by(found, bridge, deployment.isPresent())),
            bridge,
            Watches.cluster(context),
            now);
    Optional<AcceptedBridge> declared =
        memory.served.of(acceptance, bridge, () -> acceptedSpec(identity, deployment, context));
    Optional<StrimziReference.Way> way =
        acceptance instanceof Acceptance.Accepted
            ? newest
            : declared.map(a ->
                memory.formerBrokers.of(
                    a,
                    bridge,
                    acceptance instanceof Acceptance.NotJudged ? null : bridge.getSpec(),
                    clusters::listener,
                    running));
    Optional<Portion> portion =
        limits.portion(
            identity,
            way.flatMap(found -> found.served(hasPods(deployment))),
            annotated.reconciliationPaused(),
            Watches.sharing(context),
            now);
    return new Judgement(
        acceptance,
        declared,
        way,
        way.map(found -> memory.part.of(found.bridge(), portion, bridge)),
        Application.untouched(annotated, way, portion));
  }

  /** Which consumer group a bridge asks for, as far as is known. */
  Optional<GroupClaim> wanted(Bridge bridge) {
    return claims.wanted(bridge);
  }

  /** The way to the brokers of a spec, as it is now. */
  StrimziReference.Way led(AcceptedBridge declared, Bridge bridge) {
    return new StrimziReference().of(declared, bridge, clusters::listener);
  }

  /**
   * While nothing is to be touched, a newer spec waits; one that nobody ever looked at is judged,
   * so that something can be said of it.
   */
  private static Acceptance accept(
      Bridge bridge, Annotated annotated, KafkaApiBridgeStatus before, Memory memory) {
    BridgeIdentity identity = BridgeIdentity.of(bridge);
    Long observed = before.observedGeneration();
    return annotated.reconciliationPaused()
            && observed != null
            && observed > 0
            && observed != identity.generation()
        ? new Acceptance.NotJudged(observed)
        : memory.accept(identity, bridge);
  }

  /** As it lies in the ConfigMap, if it is what the Deployment was made of. */
  private static Optional<ObjectNode> acceptedSpec(
      BridgeIdentity identity, Optional<Deployment> deployment, Context<Bridge> context) {
    return FormerSpec.kept(OwnResource.of(identity, context, ConfigMap.class), deployment);
  }

  private static Optional<RunningSpec> running(
      BridgeIdentity identity, Optional<Deployment> deployment, Context<Bridge> context) {
    return RunningSpec.read(
        identity, OwnResource.of(identity, context, ConfigMap.class), deployment);
  }

  /** Or is to have some. */
  private static boolean hasPods(Optional<Deployment> deployment) {
    return deployment
        .filter(d ->
            !Integer.valueOf(0).equals(d.getSpec().getReplicas())
                || d.getStatus() != null
                    && d.getStatus().getReplicas() != null
                    && d.getStatus().getReplicas() > 0)
        .isPresent();
  }
}
