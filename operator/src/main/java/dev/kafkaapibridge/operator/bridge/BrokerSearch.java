package dev.kafkaapibridge.operator.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The way to the brokers of a spec that is to be served: by the cluster's resource, else by what
 * this process found there last, else what pods run goes on. So a bridge can be stopped, scaled and
 * put back whatever has become of the cluster it refers to. Owned by one bridge's reconcile.
 */
final class BrokerSearch {

  /** {@code isFollowing}: it takes {@code state} and {@code replicas} of the newest spec. */
  private record Kept(long generation, boolean isFollowing, AcceptedBridge bridge) {}

  private final StrimziReference reference = new StrimziReference();

  /** Once read it stands: what somebody makes of the ConfigMap then is put back. */
  private @Nullable RunningSpec running;

  /** Judged once for each generation. */
  private @Nullable Kept kept;

  /**
   * @param newest null: a spec that nobody has looked at, of which nothing is taken
   * @param written what the bridge's Deployment and ConfigMap have of it
   */
  StrimziReference.Way of(
      AcceptedBridge declared,
      Bridge bridge,
      @Nullable JsonNode newest,
      StrimziReference.Look look,
      Supplier<Optional<RunningSpec>> written) {
    StrimziReference.Way way = reference.of(declared, bridge, look);
    if (!(way instanceof StrimziReference.Way.Unknown(var ignored, var why))) {
      running = null;
      kept = null;
      return way;
    }
    if (running == null) {
      running = written.get().orElse(null);
    }
    return Optional.ofNullable(running)
        .flatMap(runs -> kept(runs, bridge, newest))
        .<StrimziReference.Way>map(former -> new StrimziReference.Way.Kept(former, why))
        .orElse(way);
  }

  private Optional<AcceptedBridge> kept(
      RunningSpec runs, Bridge bridge, @Nullable JsonNode newest) {
    long generation = bridge.getMetadata().getGeneration();
    Kept last = kept;
    if (last != null && last.generation() == generation && last.isFollowing() == (newest != null)) {
      return Optional.of(last.bridge());
    }
    Optional<AcceptedBridge> made = runs.following(bridge, newest);
    kept = made.map(its -> new Kept(generation, newest != null, its)).orElse(null);
    return made;
  }
}
