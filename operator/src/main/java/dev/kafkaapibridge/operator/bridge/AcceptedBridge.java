package dev.kafkaapibridge.operator.bridge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kafkaapibridge.api.derived.DerivedNames;
import dev.kafkaapibridge.api.derived.Reference;
import dev.kafkaapibridge.api.report.SpecHash;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.api.v1alpha1.NameRef;
import dev.kafkaapibridge.api.v1alpha1.StrimziClusterRefSpec;
import dev.kafkaapibridge.operator.bridge.pod.Placement;
import dev.kafkaapibridge.operator.bridge.resources.BridgeNames;
import dev.kafkaapibridge.operator.quota.Portion;
import dev.kafkaapibridge.operator.strimzi.ClusterName;
import dev.kafkaapibridge.operator.strimzi.Listener;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A bridge whose spec is sound and served by this version.
 *
 * @param spec with its defaults
 * @param specTree the same as a tree, which pods are given to read
 * @param specHash names what a pod of this spec runs
 * @param placement where pods may run, in Kubernetes' own types
 * @param references the Secrets and ConfigMaps that the spec names
 * @param keptSpec the text by which a later process goes on with the spec ({@link FormerSpec})
 * @param seal of that text
 * @param part of a limit that it shares with other bridges, which {@code spec} has as its own;
 *     null: it shares none, or was not given any yet
 * @param cluster that it refers to, whose address {@code spec} has as its own; null: it refers to
 *     none, or where that is isn't known yet
 */
public record AcceptedBridge(
    BridgeIdentity identity,
    KafkaApiBridgeSpec spec,
    ObjectNode specTree,
    String specHash,
    Placement placement,
    List<Reference> references,
    String keptSpec,
    String seal,
    Portion.@Nullable Part part,
    Listener.@Nullable Found cluster) {

  static AcceptedBridge of(
      BridgeIdentity identity, KafkaApiBridgeSpec spec, ObjectNode specTree, Placement placement) {
    String kept = FormerSpec.text(specTree);
    return new AcceptedBridge(
        identity,
        spec,
        specTree,
        SpecHash.of(specTree),
        placement,
        Reference.namedBy(spec),
        kept,
        FormerSpec.seal(kept),
        null,
        null);
  }

  /** With {@code its} way to the brokers. What is kept for later is what was declared. */
  AcceptedBridge at(AcceptedBridge its, Listener.Found found) {
    return new AcceptedBridge(
        identity,
        its.spec,
        its.specTree,
        its.specHash,
        placement,
        its.references,
        keptSpec,
        seal,
        null,
        found);
  }

  /** With {@code its} part for a limit of its own. What is kept for later is what was declared. */
  AcceptedBridge with(AcceptedBridge its, Portion.Part granted) {
    return new AcceptedBridge(
        identity,
        its.spec,
        its.specTree,
        its.specHash,
        placement,
        references,
        keptSpec,
        seal,
        granted,
        cluster);
  }

  /**
   * PEM as it was found, which its ConfigMap brings to its pods beside what was found before; empty
   * where they trust by something else.
   */
  public Optional<String> kafkaAuthorities() {
    return Optional.ofNullable(cluster)
        .map(Listener.Found::certificates)
        .filter(ignored ->
            references.stream()
                .anyMatch(r ->
                    r.kind().equals("ConfigMap")
                        && r.name().equals(BridgeNames.child(identity))
                        && r.key().equals(BridgeNames.KAFKA_AUTHORITIES)));
  }

  /** Name of the consumer group, derived where the spec names none. */
  public String consumerGroup() {
    return DerivedNames.consumerGroup(spec.kafka(), identity.namespace(), identity.name());
  }

  /** Name of the topic for records that are given up, whether any is used or not. */
  String deadLetterTopic() {
    return DerivedNames.deadLetterTopic(spec.delivery(), consumerGroup());
  }

  /** The consumer group and its brokers, as it is written on the pods; empty: no brokers named. */
  public Optional<String> memberOf() {
    NameRef binding = spec.kafka().bindingSecretRef();
    StrimziClusterRefSpec ref = spec.kafka().strimziClusterRef();
    ClusterName named =
        cluster != null
            ? cluster.cluster()
            : ref == null ? null : StrimziReference.named(identity, ref);
    String brokers =
        Stream.of(
                spec.kafka().bootstrapServers(),
                binding == null ? null : GroupClaim.bound(identity.namespace(), binding.name()),
                named == null ? null : GroupClaim.ofStrimzi(named.namespace(), named.name()))
            .filter(Objects::nonNull)
            .collect(Collectors.joining(","));
    return brokers.isEmpty()
        ? Optional.empty()
        : Optional.of(GroupClaim.of(consumerGroup(), brokers).written());
  }

  /** Scheme, host and port of the target; null where it has no such address. */
  public @Nullable String endpoint() {
    var http = spec.target().http();
    if (http == null) {
      var grpc = spec.target().grpc();
      return grpc == null ? null : DerivedNames.endpoint(grpc);
    }
    int path = http.url().indexOf('/', http.url().indexOf("://") + 3);
    return path < 0 ? http.url() : http.url().substring(0, path);
  }
}
