package dev.kafkaapibridge.operator.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kafkaapibridge.api.certificates.PemCertificates;
import dev.kafkaapibridge.operator.bridge.resources.BridgeLabels;
import dev.kafkaapibridge.operator.bridge.resources.BridgeNames;
import dev.kafkaapibridge.operator.strimzi.ClusterName;
import dev.kafkaapibridge.operator.strimzi.Listener;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * What the Deployment was made of, with the way to the brokers that its pods have: both lie in the
 * bridge's own ConfigMap, and are known again by what stands on the Deployment. Whoever may write
 * ConfigMaps can't lead pods to other brokers by it. Pure.
 *
 * @param declared the spec as it was accepted
 * @param found empty: it names its brokers itself
 */
record RunningSpec(ObjectNode declared, Optional<Listener.Found> found) {

  /**
   * Empty where there is no Deployment, or one that was made of something else than lies there.
   *
   * @param files the bridge's own ConfigMap
   * @param deployment its own as well
   */
  static Optional<RunningSpec> read(
      BridgeIdentity bridge, Optional<ConfigMap> files, Optional<Deployment> deployment) {
    return FormerSpec.kept(files, deployment)
        .flatMap(declared ->
            refers(declared)
                ? found(bridge, declared, files, deployment)
                    .map(found -> new RunningSpec(declared, Optional.of(found)))
                : Optional.of(new RunningSpec(declared, Optional.empty())));
  }

  private static boolean refers(JsonNode spec) {
    return spec.at("/kafka/strimziClusterRef").isObject();
  }

  /**
   * The listener of the cluster that {@code declared} refers to, as pods have it. How it asks who
   * comes isn't known of it.
   */
  static Optional<Listener.Found> found(
      BridgeIdentity bridge,
      JsonNode declared,
      Optional<ConfigMap> files,
      Optional<Deployment> deployment) {
    if (!refers(declared) || files.isEmpty() || deployment.isEmpty()) {
      return Optional.empty();
    }
    JsonNode ref = declared.at("/kafka/strimziClusterRef");
    var cluster =
        new ClusterName(
            ref.path("namespace").asText(bridge.namespace()), ref.path("name").asText());
    return FormerFiles.running(files.get(), deployment.get())
        .map(spec -> spec.path("kafka"))
        .filter(kafka -> kafka.path("bootstrapServers").isTextual())
        .filter(ignored -> leadsTo(cluster, deployment.get()))
        .flatMap(kafka ->
            certificates(bridge, kafka, files.get().getData())
                .map(pem ->
                    new Listener.Found(
                        cluster,
                        ref.path("listener").asText(),
                        kafka.path("bootstrapServers").asText(),
                        kafka.path("tls").isObject(),
                        pem,
                        "")));
  }

  /** A template that somebody has put back may lead to another cluster. */
  private static boolean leadsTo(ClusterName cluster, Deployment deployment) {
    Map<String, String> annotations =
        deployment.getSpec().getTemplate().getMetadata().getAnnotations();
    String name = GroupClaim.ofStrimzi(cluster.namespace(), cluster.name());
    return GroupClaim.read(annotations.get(BridgeLabels.MEMBER_OF))
        .filter(claim -> claim.meets(new GroupClaim(name, claim.group())))
        .isPresent();
  }

  /** Empty where pods are to trust by what isn't there. */
  private static Optional<String> certificates(
      BridgeIdentity bridge, JsonNode kafka, Map<String, String> files) {
    boolean own =
        StreamSupport.stream(kafka.at("/tls/caRefs").spliterator(), false)
            .anyMatch(ca ->
                ca.path("name").asText().equals(BridgeNames.child(bridge))
                    && ca.path("key").asText().equals(BridgeNames.KAFKA_AUTHORITIES));
    return own
        ? Optional.ofNullable(files.get(BridgeNames.KAFKA_AUTHORITIES))
            .filter(pem -> pem.length() <= Listener.MOST_CERTIFICATES)
            .filter(pem -> !PemCertificates.in(pem).isEmpty())
        : Optional.of("");
  }

  /**
   * To be served while nothing better is known.
   *
   * @param newest whose state and replicas it follows; null: of that nothing is taken
   * @return empty where this operator can't serve it
   */
  Optional<AcceptedBridge> following(Bridge bridge, @Nullable JsonNode newest) {
    return FormerSpec.of(bridge, declared, newest)
        .flatMap(former ->
            found
                .map(way -> StrimziReference.led(former, way, bridge))
                .orElseGet(() -> Optional.of(former)));
  }
}
