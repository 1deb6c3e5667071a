package dev.kafkaapibridge.api.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Names what a pod runs: 16 hex digits of SHA-256 over the parts of the spec that a pod reads,
 * defaults included, keys sorted. What only the operator reads is left out, so that scaling a
 * bridge doesn't make its pods look outdated; so is {@code state}, which pods take up while they
 * run.
 */
public final class SpecHash {

  private static final JsonMapper SORTED =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

  private static final List<String> NOT_READ_BY_PODS =
      List.of("replicas", "autoscaling", "deletionPolicy", "networkPolicy");

  private static final List<String> TAKEN_UP = List.of("state");

  private SpecHash() {}

  /**
   * The spec without what pods don't read: what is mounted into them. Of {@code workload} they read
   * how long they may take to drain.
   */
  public static ObjectNode readByPods(JsonNode spec) {
    ObjectNode read = ((ObjectNode) spec).deepCopy();
    read.remove(NOT_READ_BY_PODS);
    if (read.get("workload") instanceof ObjectNode workload) {
      workload.retain("terminationGracePeriodSeconds");
    }
    return read;
  }

  /** {@code spec} has its defaults. */
  public static String of(JsonNode spec) {
    try {
      byte[] canonical =
          SORTED.writeValueAsBytes(
              SORTED.treeToValue(readByPods(spec).without(TAKEN_UP), Object.class));
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(canonical);
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (JsonProcessingException | NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
