package dev.kafkaapibridge.operator.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The spec that was accepted last, as it lies in the bridge's ConfigMap: what is served while a
 * newer one is refused or not looked at yet. Drift is put back and the number of pods follows the
 * lag meanwhile. Of the newer one {@code state} and {@code replicas} hold already: whoever stops or
 * scales a bridge is not to wait for another field to be mended. Pure.
 */
public final class FormerSpec {

  private static final JsonMapper JSON = new JsonMapper();

  private FormerSpec() {}

  /** Without {@code replicas}: an autoscaler is not to write a ConfigMap with each of its steps. */
  public static String text(AcceptedBridge bridge) {
    return SortedYaml.of(bridge.specTree().deepCopy().without("replicas"));
  }

  /**
   * @param text that {@link #text} has written, or somebody else
   * @param newest the spec that cannot be served; null: one that nobody has looked at, of which
   *     nothing is taken
   * @return empty where the text can't be served either
   */
  static Optional<AcceptedBridge> of(Bridge bridge, String text, @Nullable JsonNode newest) {
    Map<?, ?> written = SortedYaml.read(text);
    if (written == null) {
      return Optional.empty();
    }
    ObjectNode spec = JSON.valueToTree(written);
    if (newest != null) {
      follow(spec, newest);
    }
    ObjectNode file = bridge.asFile();
    file.set("spec", spec);
    return Acceptance.of(BridgeIdentity.of(bridge), file).accepted();
  }

  private static void follow(ObjectNode spec, JsonNode newest) {
    String state = newest.path("state").asText(KafkaApiBridgeSpec.State.Running.name());
    if (Stream.of(KafkaApiBridgeSpec.State.values()).anyMatch(s -> s.name().equals(state))) {
      spec.put("state", state);
    }
    JsonNode replicas = newest.path("replicas");
    if (replicas.isInt() && replicas.intValue() >= 0) {
      spec.set("replicas", replicas);
    }
  }
}
