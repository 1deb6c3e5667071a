package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.operator.bridge.observe.PodState;
import dev.kafkaapibridge.operator.bridge.resources.BridgeLabels;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who has which consumer group. Owns what this process has accepted; what pods are members of is
 * written on them, so neither a new spec nor a new process forgets it. Safe for all threads.
 */
final class Claims {

  /** What the informers hold. */
  interface Cluster {

    /** All bridges that name this group. */
    List<Bridge> naming(String group);

    /** The bridge's own; empty while there is none. */
    Optional<Deployment> deployment(Bridge bridge);

    /** Those that may be of this bridge. */
    Collection<ReplicaSet> replicaSets(Bridge bridge);

    /** Those that may be of this bridge. */
    Collection<Pod> pods(Bridge bridge);

    /** All pods on which this group is written, whoever they belong to. */
    Collection<Pod> members(String group);
  }

  /**
   * What a generation of a bridge asks for.
   *
   * @param claim empty: its brokers can't be found, and no pods of it have any
   */
  private record Wish(long generation, Optional<GroupClaim> claim) {}

  private static final class Known {
    /** With what it was accepted last. Null: by this process with none yet. */
    volatile @Nullable GroupClaim claim;

    /** Null: this process hasn't looked at it, or its spec is refused. */
    volatile @Nullable Wish wish;
  }

  private final PerBridge<Known> known = new PerBridge<>(Known::new);

  /**
   * Refuses a bridge whose consumer group another one has, or pods that another one has left. One
   * at a time, so that of two that come at once the second sees the first.
   *
   * @param claim of what was judged; empty: it claims nothing, and holds no more than its pods do
   */
  synchronized Acceptance allow(
      Acceptance judged, Optional<GroupClaim> claim, Bridge bridge, Cluster cluster, Instant now) {
    Known own = known.of(BridgeIdentity.of(bridge), now);
    if (judged.accepted().isEmpty()) {
      own.wish = null;
      return judged;
    }
    own.wish = new Wish(bridge.getMetadata().getGeneration(), claim);
    if (claim.isEmpty()) {
      own.claim = null;
      return judged;
    }
    Optional<Bridge> first =
        claim
            .get()
            .before(bridge, cluster.naming(claim.get().group()), other -> heldBy(other, cluster));
    if (first.isPresent()) {
      return claim.get().refuse(bridge, first.get());
    }
    Optional<Pod> left = leftBy(claim.get(), bridge, cluster);
    if (left.isPresent()) {
      return claim.get().refuse(bridge, left.get());
    }
    own.claim = claim.get();
    return judged;
  }

  /** What a bridge asks for, as far as is known. */
  Optional<GroupClaim> wanted(Bridge bridge) {
    return known
        .known(bridge)
        .map(its -> its.wish)
        .filter(wish -> wish.generation() == bridge.getMetadata().getGeneration())
        .map(Wish::claim)
        .orElseGet(() -> GroupClaim.unseen(bridge));
  }

  /**
   * A member whose bridge is gone: its last calls, or orphaned by its deletion. From who has the
   * group it takes nothing, and one that has the bridge's name is to it as the pods of an older
   * template are: it goes on where they stop.
   */
  private Optional<Pod> leftBy(GroupClaim claim, Bridge bridge, Cluster cluster) {
    return claim.isHeldBy(bridge, heldBy(bridge, cluster))
        ? Optional.empty()
        : othersThan(bridge, claim, cluster.members(claim.group())).findFirst();
  }

  /** Of {@code pods} those that may be members and don't have the bridge's name. */
  static Stream<Pod> othersThan(Bridge bridge, GroupClaim claim, Collection<Pod> pods) {
    return pods.stream()
        .filter(pod -> !JobSeen.hasEnded(pod))
        .filter(pod -> written(pod.getMetadata()).anyMatch(claim::meets))
        .filter(pod -> !isNamedAfter(bridge, pod));
  }

  private static boolean isNamedAfter(Bridge bridge, Pod pod) {
    return pod.getMetadata().getNamespace().equals(bridge.getMetadata().getNamespace())
        && bridge
            .getMetadata()
            .getName()
            .equals(pod.getMetadata().getLabels().get(BridgeLabels.INSTANCE));
  }

  private GroupClaim.Held heldBy(Bridge bridge, Cluster cluster) {
    return new GroupClaim.Held(
        known.known(bridge).map(own -> own.claim).orElse(null),
        wanted(bridge),
        cluster
            .deployment(bridge)
            .map(d -> written(d, cluster.replicaSets(bridge), cluster.pods(bridge)))
            .orElse(Set.of()));
  }

  private static Set<GroupClaim> written(
      Deployment deployment, Collection<ReplicaSet> replicaSets, Collection<Pod> pods) {
    Set<String> members =
        PodState.ownedBy(deployment.getMetadata().getUid(), replicaSets, pods).stream()
            .map(pod -> pod.getMetadata().getUid())
            .collect(Collectors.toSet());
    return Stream.concat(
            Stream.of(deployment.getSpec().getTemplate().getMetadata()),
            pods.stream()
                .filter(pod -> !JobSeen.hasEnded(pod))
                .map(Pod::getMetadata)
                .filter(pod -> members.contains(pod.getUid())))
        .flatMap(Claims::written)
        .collect(Collectors.toSet());
  }

  /** Finds pods by the group that is written on them in the informer's cache. */
  static List<String> index(Pod pod) {
    return written(pod.getMetadata()).map(GroupClaim::group).toList();
  }

  private static Stream<GroupClaim> written(ObjectMeta metadata) {
    Map<String, String> annotations = metadata.getAnnotations();
    return annotations == null
        ? Stream.empty()
        : GroupClaim.read(annotations.get(BridgeLabels.MEMBER_OF)).stream();
  }
}
