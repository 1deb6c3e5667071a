package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.operator.bridge.observe.Observer;
import dev.kafkaapibridge.operator.bridge.observe.PodReports;
import dev.kafkaapibridge.operator.bridge.observe.ResetNews;
import dev.kafkaapibridge.operator.bridge.observe.RotationNews;
import dev.kafkaapibridge.operator.bridge.observe.Workload;
import dev.kafkaapibridge.operator.bridge.report.CalmedLimit;
import dev.kafkaapibridge.operator.bridge.resources.LastWord;
import dev.kafkaapibridge.operator.kube.EventBudget;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What this process remembers of one bridge between two reconciles. Losing it costs nothing but
 * calm: all that must survive is in the status. Belongs to the bridge's reconcile, of which there
 * is one at a time.
 */
final class Memory {

  final Observer observer;
  final EventBudget events = new EventBudget();
  final ResetNews resets = new ResetNews();
  final CalmedLimit limit = new CalmedLimit();
  final RotationNews rotations = new RotationNews();
  final LastWord lastWord = new LastWord();

  /** When figures were written last. */
  Instant figuresAt = Instant.EPOCH;

  /** The last one; null after a start of this process. */
  @Nullable ReplicaDecision decision;

  /** Why the number of replicas became what it is; later decisions may have left it for less. */
  String whyScaled = "";

  private static final Duration DEPLOYMENT_CONTROLLER = Duration.ofSeconds(3);

  private @Nullable Instant unseenSince;
  private @Nullable Acceptance acceptance;
  private long acceptedGeneration;

  /** With what it was accepted last; null: not by this process. */
  private volatile @Nullable GroupClaim claim;

  private volatile Instant usedAt = Instant.EPOCH;

  void remember(ReplicaDecision fresh) {
    if (decision == null || decision.replicas() != fresh.replicas()) {
      whyScaled = fresh.why();
    }
    decision = fresh;
  }

  private Memory(PodReports reports) {
    observer = new Observer(reports);
  }

  /** A spec is judged once: that costs ten times what all the rest of a quiet reconcile does. */
  Acceptance accept(BridgeIdentity identity, Bridge bridge) {
    if (acceptance == null || acceptedGeneration != identity.generation()) {
      acceptance = Acceptance.of(identity, bridge.asFile());
      acceptedGeneration = identity.generation();
    }
    return acceptance;
  }

  /**
   * Whether to wait for the Deployment controller. What a Deployment shows before its controller
   * has seen the last change is what was before; to tell that as news would make Ready flicker with
   * every scaling. It is not waited for longer than three seconds.
   */
  boolean waitsFor(@Nullable Workload workload, Instant now) {
    if (workload == null || workload.caughtUp()) {
      unseenSince = null;
      return false;
    }
    if (unseenSince == null) {
      unseenSince = now;
    }
    return now.isBefore(unseenSince.plus(DEPLOYMENT_CONTROLLER));
  }

  /**
   * The memories of all bridges. A bridge is reconciled every few seconds, so one that was not used
   * for long is of a bridge that is gone. Safe for all threads.
   */
  static final class All {

    private static final Duration KEPT = Duration.ofMinutes(10);

    private final Map<String, Memory> byUid = new ConcurrentHashMap<>();
    private final PodReports reports;
    private volatile Instant tidiedAt = Instant.EPOCH;

    All(PodReports reports) {
      this.reports = reports;
    }

    /**
     * Refuses a bridge whose consumer group another one has. One at a time, so that of two that
     * come at once the second sees the first.
     *
     * @param same bridges with the same claim, as the informer holds them
     */
    synchronized Acceptance allow(
        Acceptance judged, Bridge bridge, Function<String, List<Bridge>> same, Instant now) {
      Optional<GroupClaim> claim = GroupClaim.of(bridge);
      if (judged.accepted().isEmpty() || claim.isEmpty()) {
        return judged;
      }
      Optional<Bridge> first =
          claim.get().before(bridge, same.apply(claim.get().key()), this::acceptedWith);
      if (first.isPresent()) {
        return claim.get().refuse(bridge, first.get());
      }
      of(BridgeIdentity.of(bridge), now).claim = claim.get();
      return judged;
    }

    private @Nullable GroupClaim acceptedWith(Bridge bridge) {
      Memory memory = byUid.get(bridge.getMetadata().getUid());
      return memory == null ? null : memory.claim;
    }

    Memory of(BridgeIdentity bridge, Instant now) {
      if (now.isAfter(tidiedAt.plus(KEPT))) {
        tidiedAt = now;
        byUid.values().removeIf(memory -> now.isAfter(memory.usedAt.plus(KEPT)));
      }
      Memory memory = byUid.computeIfAbsent(bridge.uid(), uid -> new Memory(reports));
      memory.usedAt = now;
      return memory;
    }
  }
}
