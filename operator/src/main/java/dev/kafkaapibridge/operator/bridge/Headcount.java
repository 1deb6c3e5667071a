package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeStatus;
import dev.kafkaapibridge.operator.bridge.observe.Fleet;
import dev.kafkaapibridge.operator.bridge.report.ScalingMemory;
import dev.kafkaapibridge.operator.offsets.KafkaAccess;
import dev.kafkaapibridge.operator.offsets.Look;
import dev.kafkaapibridge.operator.offsets.Lookout;
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
 * From what pods have counted since the last look to how many there are to be: {@link Replicas}
 * decides, and where that is news the log has a line from which it can be decided again. Where
 * there are none, or the last one may go, the operator looks at the offsets itself: {@link
 * FromZero} and {@link ToZero} decide.
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
      KafkaApiBridgeStatus known,
      Instant now) {
    KafkaApiBridgeSpec spec = bridge.spec();
    ReplicaDecision last = memory.decision;
    Integer current =
        last == null ? lastApplied(deployment, known) : Integer.valueOf(last.replicas());
    Decision counted = last == null ? null : last.counted();
    var left = counted == null ? ScalingMemory.read(known.scaling(), now) : counted.memory();
    boolean begun = hasBegun(fleet, known);
    if (FromZero.isThere(spec, last, current, begun)) {
      Vigil vigil = FromZero.vigil(spec, memory.vigil, now);
      if (FromZero.isLookDue(spec, vigil, now)) {
        vigil = vigil.after(look(bridge), now);
      }
      memory.vigil = vigil;
      return FromZero.decide(spec, vigil, left, goneAt(memory, known), now);
    }
    memory.goneAt = null;
    Integer asked = memory.refused ? lastApplied(deployment, known) : current;
    Sample sample = memory.samples.take(fleet, spec, Replicas.current(spec, asked), now);
    ReplicaDecision decision =
        Replicas.decide(spec, new Replicas.Known(current, sample, left, counted));
    Decision fresh = decision.counted();
    if (sample != null && fresh != null && ScalingLine.isNews(counted, fresh)) {
      LOG.info(
          "{}: {}: {} {}",
          bridge.identity(),
          fresh.regime(),
          fresh.sentence(),
          ScalingLine.of(Replicas.policy(spec), left, sample));
    }
    if (!ToZero.isIdle(spec, decision) || fresh == null) {
      memory.vigil = null;
      return decision;
    }
    if (!ToZero.isEmpty(current, sample, fleet, begun) || !ToZero.isLookDue(memory.vigil, now)) {
      return decision.with(ToZero.standing(memory.vigil));
    }
    Vigil vigil = Vigil.from(now).after(look(bridge), now);
    memory.vigil = vigil;
    ReplicaDecision after = ToZero.decide(spec, decision, vigil, Waking.none(fresh.memory(), now));
    memory.goneAt = after.replicas() == 0 ? now : null;
    return after;
  }

  private Look look(AcceptedBridge bridge) {
    return switch (KafkaAccess.of(
        bridge.spec().kafka(), bridge.consumerGroup(), bridge.deadLetterTopic())) {
      case KafkaAccess.Open(var question) -> lookout.look(bridge.identity().namespace(), question);
      case KafkaAccess.Barred(var why) -> new Look.Blind(why);
    };
  }

  private static boolean hasBegun(Fleet fleet, KafkaApiBridgeStatus known) {
    return fleet.startedAt() != null
        || (known.consumer() != null && known.consumer().startedAt() != null);
  }

  /** The status has it late: until it is written it tells of a scaling that was before. */
  private static @Nullable Instant goneAt(Memory memory, KafkaApiBridgeStatus known) {
    if (memory.goneAt != null) {
      return memory.goneAt;
    }
    OffsetDateTime scaled = known.scaling() == null ? null : known.scaling().lastScaleTime();
    return scaled == null ? null : scaled.toInstant();
  }

  /** The status may not have it yet; a step that was just taken would be taken back. */
  private static @Nullable Integer lastApplied(
      Optional<Deployment> deployment, KafkaApiBridgeStatus known) {
    return deployment.flatMap(AppliedReplicas::of).orElse(known.desiredReplicas());
  }
}
