package dev.kafkaapibridge.operator.bridge.observe;

import dev.kafkaapibridge.operator.bridge.observe.PodReport.Health;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All that was seen of a bridge at one moment.
 *
 * @param workload null while there is no Deployment
 * @param target calmed; null while no pod speaks
 * @param throttling calmed; null while nothing is known
 * @param lagUnknownFor how long the lag has not been known; zero while it is, or while no pod is up
 * @param deadLetters since the bridge was created; null while unknown
 */
public record Observation(
    @Nullable Workload workload,
    Fleet fleet,
    @Nullable Health target,
    @Nullable Throttling throttling,
    Duration lagUnknownFor,
    @Nullable Long deadLetters) {

  /** The same, with the Deployment as it is after it was applied. */
  public Observation with(Optional<Deployment> deployment) {
    return new Observation(
        deployment.map(Workload::of).orElse(null),
        fleet,
        target,
        throttling,
        lagUnknownFor,
        deadLetters);
  }
}
