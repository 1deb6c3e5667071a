package dev.kafkaapibridge.operator.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The spec that pods are to run: the accepted one, else the former one ({@link FormerSpec}), which
 * is judged once for each generation as well. Owned by one bridge's reconcile.
 */
final class ServedSpec {

  /** {@code isFollowing}: it takes {@code state} and {@code replicas} of the newest spec. */
  private record Former(long generation, boolean isFollowing, AcceptedBridge spec) {}

  /** What this process applied last; null: nothing yet, then the ConfigMap tells. */
  private @Nullable AcceptedBridge applied;

  /** What goes on being served; null while nothing is refused, or nothing was found. */
  private @Nullable Former former;

  /**
   * Empty where none was ever accepted, as far as is known.
   *
   * @param written what the bridge's ConfigMap has of it
   */
  Optional<AcceptedBridge> of(
      Acceptance judged, Bridge bridge, Supplier<Optional<ObjectNode>> written) {
    return switch (judged) {
      case Acceptance.Accepted(var accepted) -> {
        former = null;
        yield Optional.of(accepted);
      }
      case Acceptance.Refused ignored -> former(bridge, written, bridge.getSpec());
      case Acceptance.NotJudged ignored -> former(bridge, written, null);
    };
  }

  /** Since then the ConfigMap isn't asked, which may be edited or gone. */
  void applied(AcceptedBridge bridge) {
    applied = bridge;
  }

  private Optional<AcceptedBridge> former(
      Bridge bridge, Supplier<Optional<ObjectNode>> written, @Nullable JsonNode newest) {
    Former last = former;
    if (last == null
        || last.generation() != bridge.getMetadata().getGeneration()
        || last.isFollowing() != (newest != null)) {
      Optional<AcceptedBridge> found =
          Optional.ofNullable(applied)
              .map(FormerSpec::tree)
              .or(written)
              .flatMap(spec -> FormerSpec.of(bridge, spec, newest));
      // Once read it stands: what somebody makes of the ConfigMap then is put back.
      found.ifPresent(
          spec -> former = new Former(bridge.getMetadata().getGeneration(), newest != null, spec));
      return found;
    }
    return Optional.of(last.spec());
  }
}
