package dev.kafkaapibridge.operator.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kafkaapibridge.operator.bridge.resources.BridgeLabels;
import dev.kafkaapibridge.operator.bridge.resources.BridgeNames;
import dev.kafkaapibridge.operator.replay.Replay;
import dev.kafkaapibridge.operator.strimzi.ClusterName;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is watched beside a bridge and the objects that are applied: its pods, and the ReplicaSets
 * by which pods belong to its Deployment. Found by label and mapped by name; whether they are the
 * bridge's is decided by their owners, later.
 */
final class Watches {

  /**
   * Index of the bridges by the consumer group that they name, and of the pods by the one of which
   * they are members.
   */
  static final String BY_GROUP = "group";

  private Watches() {}

  static InformerEventSource<Pod, Bridge> pods(EventSourceContext<Bridge> context) {
    InformerEventSource<Pod, Bridge> pods = watch(Pod.class, context);
    pods.addIndexers(Map.of(BY_GROUP, Claims::index));
    return pods;
  }

  /** Found by the name of the bridge, for they are nobody's but their author's. */
  static EventSource<?, Bridge> replays(EventSourceContext<Bridge> context) {
    return new InformerEventSource<>(
        InformerEventSourceConfiguration.from(Replay.class, Bridge.class)
            .withSecondaryToPrimaryMapper(replay ->
                replay.bridge().isEmpty()
                    ? Set.of()
                    : Set.of(new ResourceID(replay.bridge(), replay.getMetadata().getNamespace())))
            .build(),
        context);
  }

  static EventSource<?, Bridge> replicaSets(EventSourceContext<Bridge> context) {
    return watch(ReplicaSet.class, context);
  }

  /** Those of the bridges that refer to this cluster. */
  static Stream<ResourceID> referring(Stream<Bridge> bridges, ClusterName cluster) {
    return bridges
        .filter(bridge -> {
          JsonNode spec = bridge.getSpec();
          JsonNode ref = spec == null ? null : spec.at("/kafka/strimziClusterRef");
          return ref != null
              && cluster.name().equals(ref.path("name").asText())
              && cluster
                  .namespace()
                  .equals(ref.path("namespace").asText(bridge.getMetadata().getNamespace()));
        })
        .map(ResourceID::fromResource);
  }

  static void indexByGroup(EventSourceContext<Bridge> context) {
    context.getPrimaryCache().addIndexer(BY_GROUP, GroupClaim::index);
  }

  /** All bridges and what is theirs, not only those of the one that is reconciled. */
  static Claims.Cluster cluster(Context<Bridge> context) {
    return new Claims.Cluster() {
      @Override
      public List<Bridge> naming(String group) {
        return context.getPrimaryCache().byIndex(BY_GROUP, group);
      }

      @Override
      public Optional<Deployment> deployment(Bridge bridge) {
        BridgeIdentity identity = BridgeIdentity.of(bridge);
        return theirs(Deployment.class, bridge).stream()
            .filter(d -> d.getMetadata().getName().equals(BridgeNames.child(identity)))
            .filter(identity::owns)
            .findFirst();
      }

      @Override
      public Collection<ReplicaSet> replicaSets(Bridge bridge) {
        return theirs(ReplicaSet.class, bridge);
      }

      @Override
      public Collection<Pod> pods(Bridge bridge) {
        return theirs(Pod.class, bridge);
      }

      @Override
      public Collection<Pod> members(String group) {
        return ((InformerEventSource<Pod, Bridge>)
                context.eventSourceRetriever().getEventSourceFor(Pod.class))
            .byIndex(BY_GROUP, group);
      }

      private <T> Collection<T> theirs(Class<T> kind, Bridge bridge) {
        return context.eventSourceRetriever().getEventSourceFor(kind).getSecondaryResources(bridge);
      }
    };
  }

  /** Who shares a limit, and what pods were started with. */
  static SharedLimits.Cluster sharing(Context<Bridge> context) {
    return new SharedLimits.Cluster() {
      @Override
      public Collection<String> bridges(String namespace) {
        return context
            .getPrimaryCache()
            .list(namespace)
            .map(bridge -> bridge.getMetadata().getName())
            .toList();
      }

      @Override
      public Map<String, List<String>> written(String namespace) {
        return Stream.concat(
                all(Deployment.class, namespace)
                    .map(d -> Map.entry(d.getMetadata(), d.getSpec().getTemplate().getMetadata())),
                all(Pod.class, namespace)
                    .filter(pod -> !JobSeen.hasEnded(pod))
                    .map(pod -> Map.entry(pod.getMetadata(), pod.getMetadata())))
            .filter(e -> e.getValue().getAnnotations().containsKey(BridgeLabels.SHARED_LIMIT))
            .collect(
                Collectors.groupingBy(
                    e -> e.getKey().getLabels().getOrDefault(BridgeLabels.INSTANCE, ""),
                    Collectors.mapping(
                        e -> e.getValue().getAnnotations().get(BridgeLabels.SHARED_LIMIT),
                        Collectors.toList())));
      }

      private <T extends HasMetadata> Stream<T> all(Class<T> kind, String namespace) {
        return ((InformerEventSource<T, Bridge>)
                context.eventSourceRetriever().getEventSourceFor(kind))
            .list(namespace, object -> true);
      }
    };
  }

  private static <T extends HasMetadata> InformerEventSource<T, Bridge> watch(
      Class<T> kind, EventSourceContext<Bridge> context) {
    return new InformerEventSource<>(
        InformerEventSourceConfiguration.from(kind, Bridge.class)
            .withLabelSelector(BridgeLabels.MANAGED)
            .withSecondaryToPrimaryMapper(Watches::bridgeOf)
            .build(),
        context);
  }

  private static Set<ResourceID> bridgeOf(HasMetadata object) {
    var metadata = object.getMetadata();
    String name = metadata.getLabels().get(BridgeLabels.INSTANCE);
    return name == null ? Set.of() : Set.of(new ResourceID(name, metadata.getNamespace()));
  }
}
