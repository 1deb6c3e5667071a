package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.operator.bridge.observe.ExpiryNews;
import dev.kafkaapibridge.operator.bridge.observe.Observation;
import dev.kafkaapibridge.operator.bridge.observe.Observer;
import dev.kafkaapibridge.operator.bridge.observe.PodReports;
import dev.kafkaapibridge.operator.bridge.observe.ResetNews;
import dev.kafkaapibridge.operator.bridge.observe.RotationNews;
import dev.kafkaapibridge.operator.bridge.observe.Samples;
import dev.kafkaapibridge.operator.bridge.observe.Workload;
import dev.kafkaapibridge.operator.bridge.resources.LastWord;
import dev.kafkaapibridge.operator.offsets.Vigil;
import dev.kafkaapibridge.operator.replay.Bridges;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What this process remembers of one bridge between two reconciles. Losing it costs nothing but
 * calm: all that must survive lies in the cluster, in the status and on the bridge's objects.
 * Belongs to the bridge's reconcile, of which there is one at a time.
 */
final class Memory {

  final Observer observer;
  final Told told = new Told();
  final ResetNews resets = new ResetNews();
  final RotationNews rotations = new RotationNews();
  final ExpiryNews expiries = new ExpiryNews();
  final LastWord lastWord = new LastWord();
  final Rivals rivals = new Rivals();
  final ServedSpec served = new ServedSpec();
  final OwnPart part = new OwnPart();

  /** Of the newest spec. */
  final BrokerSearch brokers = new BrokerSearch();

  /** Of the former one, while the newest can't be served. */
  final BrokerSearch formerBrokers = new BrokerSearch();

  /** Of what pods have counted. */
  final Samples samples = new Samples();

  /** The last one; null after a start of this process. Read by metrics. */
  volatile @Nullable ReplicaDecision decision;

  /** Null: this process has not looked yet. Read by the replays' reconcile. */
  volatile @Nullable ForReplays forReplays;

  /** Whether the API server refused it: then the Deployment asks for as many pods as before. */
  boolean refused;

  /** The operator's own looks at offsets, while there are no pods or the last one may go. */
  @Nullable Vigil vigil;

  /** When this process let the last pod go; null: there are pods, or it was another process. */
  @Nullable Instant goneAt;

  /** Why the number of replicas became what it is; later decisions may have left it for less. */
  String whyScaled = "";

  /** When a finalizer that isn't wanted any more could not be taken away; long ago: never. */
  Instant finalizerRefusedAt = Instant.EPOCH;

  private static final Duration BETWEEN_REFUSALS = Duration.ofMinutes(10);

  private static final Duration ONE_MOMENT = Duration.ofSeconds(3);

  private @Nullable Instant unseenSince;
  private @Nullable Acceptance acceptance;
  private long acceptedGeneration;

  /**
   * What replays have to know of the last look.
   *
   * @param generation of the bridge, as it was looked at
   */
  record ForReplays(long generation, Bridges.Seen.Looked seen) {}

  void remember(ReplicaDecision fresh) {
    ReplicaDecision last = decision;
    if (last == null || last.replicas() != fresh.replicas()) {
      whyScaled = fresh.why();
    }
    decision = fresh;
  }

  Memory(PodReports reports) {
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

  boolean mayDropFinalizer(Instant now) {
    return !now.isBefore(finalizerRefusedAt.plus(BETWEEN_REFUSALS));
  }

  /**
   * Whether to wait until what is seen is of one moment. What a Deployment shows before its
   * controller has seen the last change, or before its pods are seen, is what was before; to tell
   * that as news would make Ready flicker with every scaling. It is not waited for longer than
   * three seconds.
   *
   * @param comesBack whether an object of the bridge can't be seen that was there before
   */
  boolean waitsFor(Observation seen, boolean comesBack, Instant now) {
    Workload workload = seen.workload();
    boolean ofOneMoment =
        workload == null
            || workload.caughtUp()
                && (workload.available() == 0
                    || seen.fleet().staying().stream().anyMatch(m -> m.pod().ready()));
    if (ofOneMoment && !comesBack) {
      unseenSince = null;
      return false;
    }
    if (unseenSince == null) {
      unseenSince = now;
    }
    return now.isBefore(unseenSince.plus(ONE_MOMENT));
  }
}
