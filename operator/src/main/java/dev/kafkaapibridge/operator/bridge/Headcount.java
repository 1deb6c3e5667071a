package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeStatus;
import dev.kafkaapibridge.operator.bridge.observe.Fleet;
import dev.kafkaapibridge.operator.bridge.report.ScalingMemory;
import dev.kafkaapibridge.operator.scale.Decision;
import dev.kafkaapibridge.operator.scale.Sample;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From what pods have counted since the last look to how many there are to be: {@link Replicas}
 * decides, and where that is news the log has a line from which it can be decided again.
 */
final class Headcount {

  private static final Logger LOG = LoggerFactory.getLogger(Headcount.class);

  private Headcount() {}

  static ReplicaDecision decide(
      BridgeIdentity bridge,
      KafkaApiBridgeSpec spec,
      Fleet fleet,
      Memory memory,
      Optional<Deployment> deployment,
      KafkaApiBridgeStatus known,
      Instant now) {
    ReplicaDecision last = memory.decision;
    Integer current =
        last == null ? lastApplied(deployment, known) : Integer.valueOf(last.replicas());
    Decision counted = last == null ? null : last.counted();
    var left = counted == null ? ScalingMemory.read(known.scaling(), now) : counted.memory();
    Sample sample = memory.samples.take(fleet, spec, Replicas.current(spec, current), now);
    ReplicaDecision decision =
        Replicas.decide(spec, new Replicas.Known(current, sample, left, counted));
    Decision fresh = decision.counted();
    if (sample != null && fresh != null && ScalingLine.isNews(counted, fresh)) {
      LOG.info(
          "{}: {}: {} {}",
          bridge,
          fresh.regime(),
          fresh.sentence(),
          ScalingLine.of(Replicas.policy(spec), left, sample));
    }
    return decision;
  }

  /** The status may not have it yet; a step that was just taken would be taken back. */
  private static @Nullable Integer lastApplied(
      Optional<Deployment> deployment, KafkaApiBridgeStatus known) {
    return deployment.flatMap(AppliedReplicas::of).orElse(known.desiredReplicas());
  }
}
