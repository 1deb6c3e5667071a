package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeStatus;
import dev.kafkaapibridge.operator.bridge.observe.Fleet;
import dev.kafkaapibridge.operator.bridge.report.ScalingMemory;
import dev.kafkaapibridge.operator.offsets.KafkaAccess;
import dev.kafkaapibridge.operator.offsets.Look;
import dev.kafkaapibridge.operator.offsets.Lookout;
import dev.kafkaapibridge.operator.offsets.Referenced;
import dev.kafkaapibridge.operator.offsets.Vigil;
import dev.kafkaapibridge.operator.scale.Decision;
import dev.kafkaapibridge.operator.scale.Sample;
import dev.kafkaapibridge.operator.scale.Waking;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many pods there are to be. Pods tell what they have counted since the last look, {@link
 * Replicas} decides, and where that is news the log has a line from which it can be decided again.
 * What pods can't tell the operator asks the brokers, which is the only thing here that waits:
 * while there are no pods ({@link FromZero} decides), and before the last one goes ({@link
 * ToZero}).
 */
final class Headcount {

  private static final Logger LOG = LoggerFactory.getLogger(Headcount.class);

  private final Lookout lookout;

  Headcount(Lookout lookout) {
    this.lookout = lookout;
  }

  ReplicaDecision decide(
      AcceptedBridge bridge,
      Fleet fleet,
      Memory memory,
      Optional<Deployment> deployment,
      KafkaApiBridgeStatus before,
      Referenced referenced,
      Instant now) {
    ReplicaDecision last = memory.decision;
    Integer current =
        last == null ? lastApplied(deployment, before) : Integer.valueOf(last.replicas());
    Decision counted = last == null ? null : last.counted();
    var left = counted == null ? ScalingMemory.read(before.scaling(), now) : counted.memory();
    boolean begun = hasBegun(fleet, before);
    if (FromZero.isThere(bridge.spec(), last, current, begun)) {
      return withoutPods(bridge, memory, left, goneAt(memory, before), referenced, now);
    }
    memory.goneAt = null;
    Integer asked = memory.refused ? lastApplied(deployment, before) : current;
    Sample sample =
        memory.samples.take(fleet, bridge.spec(), Replicas.current(bridge.spec(), asked), now);
    double perCall = memory.samples.recordsPerCall();
    ReplicaDecision usual =
        Replicas.decide(bridge.spec(), new Replicas.Known(current, sample, left, counted, perCall));
    Decision fresh = usual.counted();
    if (sample != null && fresh != null && ScalingLine.isNews(counted, fresh)) {
      LOG.info(
          "{}: {}: {} {}",
          bridge.identity(),
          fresh.regime(),
          fresh.sentence(),
          ScalingLine.of(Replicas.policy(bridge.spec(), perCall), left, sample));
    }
    if (!ToZero.isIdle(bridge.spec(), usual) || fresh == null) {
      memory.vigil = null;
      return usual;
    }
    return ToZero.isEmpty(current, sample, fleet, begun) && ToZero.isLookDue(memory.vigil, now)
        ? withTheLastPod(bridge, memory, usual, fresh, referenced, now)
        : usual.with(ToZero.standing(memory.vigil));
  }

  private ReplicaDecision withoutPods(
      AcceptedBridge bridge,
      Memory memory,
      dev.kafkaapibridge.operator.scale.Memory left,
      @Nullable Instant goneAt,
      Referenced referenced,
      Instant now) {
    Vigil vigil = FromZero.vigil(bridge.spec(), memory.vigil, now);
    if (FromZero.isLookDue(bridge.spec(), vigil, now)) {
      vigil = vigil.after(lookAtOffsets(bridge, referenced), now);
    }
    memory.vigil = vigil;
    return FromZero.decide(
        bridge.spec(), vigil, left, memory.samples.recordsPerCall(), goneAt, now);
  }

  private ReplicaDecision withTheLastPod(
      AcceptedBridge bridge,
      Memory memory,
      ReplicaDecision usual,
      Decision fresh,
      Referenced referenced,
      Instant now) {
    Vigil vigil = Vigil.from(now).after(lookAtOffsets(bridge, referenced), now);
    ReplicaDecision decision =
        ToZero.decide(bridge.spec(), usual, vigil, Waking.none(fresh.memory(), now));
    memory.vigil = vigil;
    memory.goneAt = decision.replicas() == 0 ? now : null;
    return decision;
  }

  private Look lookAtOffsets(AcceptedBridge bridge, Referenced referenced) {
    return lookout.look(
        bridge.identity().namespace(),
        () ->
            KafkaAccess.of(
                bridge.spec().kafka(),
                bridge.consumerGroup(),
                bridge.deadLetterTopic(),
                referenced));
  }

  private static boolean hasBegun(Fleet fleet, KafkaApiBridgeStatus before) {
    return fleet.startedAt() != null
        || (before.consumer() != null && before.consumer().startedAt() != null);
  }

  /** The status has it late: until it is written it tells of a scaling that was before. */
  private static @Nullable Instant goneAt(Memory memory, KafkaApiBridgeStatus before) {
    if (memory.goneAt != null) {
      return memory.goneAt;
    }
    OffsetDateTime scaled = before.scaling() == null ? null : before.scaling().lastScaleTime();
    return scaled == null ? null : scaled.toInstant();
  }

  /** The status may not have it yet; a step that was just taken would be taken back. */
  private static @Nullable Integer lastApplied(
      Optional<Deployment> deployment, KafkaApiBridgeStatus before) {
    return deployment.flatMap(AppliedReplicas::of).orElse(before.desiredReplicas());
  }
}
