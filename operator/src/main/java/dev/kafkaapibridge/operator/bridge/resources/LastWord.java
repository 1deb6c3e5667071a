package dev.kafkaapibridge.operator.bridge.resources;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What was applied last of a bridge's Deployment, and what the API server made of it. A mutating
 * webhook may change what the operator writes, for example where images come from: it has the last
 * word, and writing the same again would only be changed again. Belongs to the bridge's reconcile.
 * Pure.
 */
public final class LastWord {

  private static final JsonMapper JSON = new JsonMapper();

  /** Set by the Deployment's own controller. */
  private static final String REVISION = "deployment.kubernetes.io/revision";

  private @Nullable UUID applied;
  private @Nullable UUID made;

  /** Whether this very thing was applied, and nobody has changed since what came of it. */
  boolean wasSaid(Deployment desired, Deployment actual) {
    return applied != null && applied.equals(print(desired)) && print(actual).equals(made);
  }

  void said(UUID desired, Deployment result) {
    applied = desired;
    made = print(result);
  }

  /** Of all that somebody writes, without what the API server and controllers keep in it. */
  static UUID print(Deployment deployment) {
    var metadata = deployment.getMetadata();
    Map<String, String> annotations =
        new TreeMap<>(Objects.requireNonNullElse(metadata.getAnnotations(), Map.of()));
    annotations.remove(REVISION);
    var labels = new TreeMap<>(Objects.requireNonNullElse(metadata.getLabels(), Map.of()));
    try {
      return UUID.nameUUIDFromBytes(
          JSON.writeValueAsBytes(List.of(labels, annotations, deployment.getSpec())));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
