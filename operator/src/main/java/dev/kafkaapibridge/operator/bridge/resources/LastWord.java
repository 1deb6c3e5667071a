package dev.kafkaapibridge.operator.bridge.resources;

import dev.kafkaapibridge.operator.bridge.Bridge;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What was applied last of a bridge's Deployment, and what the API server made of it. A mutating
 * webhook may change what the operator writes, for example where images come from: it has the last
 * word, and writing the same again would only be changed again. Belongs to the bridge's reconcile.
 */
public final class LastWord {

  /** Set by the Deployment's own controller. */
  private static final String REVISION = "deployment.kubernetes.io/revision";

  private @Nullable UUID applied;
  private @Nullable UUID made;

  /** For the Deployment of this reconcile. */
  public void handTo(Context<Bridge> context) {
    context.managedWorkflowAndDependentResourceContext().put(LastWord.class, this);
  }

  static LastWord from(Context<Bridge> context) {
    return context
        .managedWorkflowAndDependentResourceContext()
        .getMandatory(LastWord.class, LastWord.class);
  }

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
        new HashMap<>(Objects.requireNonNullElse(metadata.getAnnotations(), Map.of()));
    annotations.remove(REVISION);
    String written =
        Serialization.asJson(metadata.getLabels())
            + Serialization.asJson(new java.util.TreeMap<>(annotations))
            + Serialization.asJson(deployment.getSpec());
    return UUID.nameUUIDFromBytes(written.getBytes(StandardCharsets.UTF_8));
  }
}
