package dev.kafkaapibridge.operator.bridge;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Optional;

/**
 * Holds a bridge's deletion until its consumer group is deleted, for those bridges that want that.
 * The one thing that the operator writes into a bridge; each patch says what it expects to find, so
 * that it changes nothing else and no later bridge of this name.
 */
final class Finalizer {

  static final String NAME = Annotated.PREFIX + "consumer-group";

  private Finalizer() {}

  static boolean isWanted(Bridge bridge) {
    return bridge.getSpec() != null
        && bridge.getSpec().at("/deletionPolicy/consumerGroup").asText().equals("Delete");
  }

  static boolean isThere(Bridge bridge) {
    return bridge.getMetadata().getFinalizers().contains(NAME);
  }

  /** Adds or removes it as the spec wants; what stands in the way, if anything does. */
  static Optional<Application> settle(Bridge bridge, KubernetesClient client) {
    try {
      if (isWanted(bridge) && !isThere(bridge)) {
        add(bridge, client);
      } else if (!isWanted(bridge) && isThere(bridge)) {
        remove(bridge, client);
      }
      return Optional.empty();
    } catch (KubernetesClientException e) {
      if (e.getCode() != 403) {
        throw e;
      }
      return Optional.of(
          new Application.Refused(
              "Forbidden",
              "spec.deletionPolicy.consumerGroup Delete needs rights that the operator doesn't have: set rbac.cleanupJobs of its chart to true"));
    }
  }

  private static void add(Bridge bridge, KubernetesClient client) {
    // The first one makes the list, which must not be there by now.
    String add =
        bridge.getMetadata().getFinalizers().isEmpty()
            ? "{\"op\":\"test\",\"path\":\"/metadata/resourceVersion\",\"value\":\"%2$s\"},{\"op\":\"add\",\"path\":\"/metadata/finalizers\",\"value\":[\"%1$s\"]}"
            : "{\"op\":\"add\",\"path\":\"/metadata/finalizers/-\",\"value\":\"%1$s\"}";
    patch(bridge, client, add.formatted(NAME, bridge.getMetadata().getResourceVersion()));
  }

  static void remove(Bridge bridge, KubernetesClient client) {
    List<String> finalizers = bridge.getMetadata().getFinalizers();
    int at = finalizers.indexOf(NAME);
    if (at < 0) {
      return;
    }
    String path = "/metadata/finalizers/" + at;
    try {
      patch(
          bridge,
          client,
          "{\"op\":\"test\",\"path\":\"%s\",\"value\":\"%s\"},{\"op\":\"remove\",\"path\":\"%s\"}"
              .formatted(path, NAME, path));
    } catch (KubernetesClientException e) {
      if (e.getCode() != 404) {
        throw e;
      }
    }
  }

  private static void patch(Bridge bridge, KubernetesClient client, String operations) {
    client
        .resource(bridge)
        .patch(
            PatchContext.of(PatchType.JSON),
            "[{\"op\":\"test\",\"path\":\"/metadata/uid\",\"value\":\"%s\"},%s]"
                .formatted(bridge.getMetadata().getUid(), operations));
  }
}
