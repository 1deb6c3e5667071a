package dev.kafkaapibridge.operator.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.operator.bridge.resources.BridgeLabels;
import dev.kafkaapibridge.operator.bridge.resources.BridgeNames;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The spec that was accepted last, as it lies in the bridge's ConfigMap: what is served while a
 * newer one is refused or not looked at yet. Drift is put back and the number of pods follows the
 * lag meanwhile. Of the newer one {@code state} and {@code replicas} hold already: whoever stops or
 * scales a bridge is not to wait for another field to be mended. Pure.
 */
final class FormerSpec {

  private FormerSpec() {}

  /** Without {@code replicas}: an autoscaler is not to write a ConfigMap with each of its steps. */
  static String text(ObjectNode specTree) {
    return SortedYaml.of(withoutReplicas(specTree));
  }

  /**
   * Goes with the text, but onto the Deployment. Whoever may write ConfigMaps but no pods could
   * else have any image run in the bridge's name, with any Secret: what the API server's admission
   * has seen of a spec is not asked of a ConfigMap.
   */
  static String seal(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * What was accepted last, if {@code deployment} was made of it.
   *
   * @param files the bridge's own ConfigMap
   * @param deployment its own as well
   */
  static Optional<ObjectNode> kept(Optional<ConfigMap> files, Optional<Deployment> deployment) {
    return files
        .map(ConfigMap::getData)
        .map(data -> data.get(BridgeNames.ACCEPTED_SPEC))
        .flatMap(text ->
            deployment
                .map(made -> made.getMetadata().getAnnotations())
                .flatMap(by -> read(text, by.get(BridgeLabels.ACCEPTED_SPEC))));
  }

  /** Empty where somebody else has written the text. */
  static Optional<ObjectNode> read(String text, @Nullable String seal) {
    return seal(text).equals(seal) ? SortedYaml.read(text) : Optional.empty();
  }

  /**
   * @param former the spec that was accepted
   * @param newest the spec that cannot be served; null: one that nobody has looked at, of which
   *     nothing is taken
   * @return empty where this operator can't serve the former one either
   */
  static Optional<AcceptedBridge> of(Bridge bridge, ObjectNode former, @Nullable JsonNode newest) {
    ObjectNode spec = former.deepCopy();
    if (newest != null) {
      follow(spec, newest);
    }
    ObjectNode file = bridge.asFile();
    file.set("spec", spec);
    return Acceptance.of(BridgeIdentity.of(bridge), file).accepted();
  }

  static ObjectNode tree(AcceptedBridge bridge) {
    return withoutReplicas(bridge.specTree());
  }

  private static ObjectNode withoutReplicas(ObjectNode specTree) {
    return specTree.deepCopy().without("replicas");
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
