package dev.kafkaapibridge.operator.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kafkaapibridge.operator.kube.Failure;
import dev.kafkaapibridge.operator.kube.Notice;
import dev.kafkaapibridge.operator.kube.OwnRights;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Holds a bridge's deletion until its consumer group is deleted, for those bridges that want that.
 * The one thing that the operator writes into a bridge; each patch says what it expects to find, so
 * that it changes nothing else and no later bridge of this name.
 */
final class Finalizer {

  static final String NAME = Annotated.PREFIX + "consumer-group";

  private Finalizer() {}

  static boolean isWanted(@Nullable JsonNode spec) {
    return spec != null && spec.at("/deletionPolicy/consumerGroup").asText().equals("Delete");
  }

  static boolean isThere(Bridge bridge) {
    return bridge.getMetadata().getFinalizers().contains(NAME);
  }

  /** Adds it where the served spec wants it; what stands in the way, if anything does. */
  static Optional<Application> addWanted(Bridge bridge, JsonNode served, KubernetesClient client) {
    if (!isWanted(served) || isThere(bridge)) {
      return Optional.empty();
    }
    try {
      // Asked now: at the deletion it would be too late to refuse.
      String namespace = bridge.getMetadata().getNamespace();
      if (OwnRights.allow(client, "create", "batch", "jobs", namespace)) {
        add(bridge, client);
        return Optional.empty();
      }
    } catch (KubernetesClientException e) {
      if (e.getCode() != 403) {
        throw e;
      }
    }
    return Optional.of(
        new Application.Refused(
            "Forbidden",
            "spec.deletionPolicy.consumerGroup Delete needs rights that the operator doesn't have: set rbac.cleanupJobs of its chart to true"));
  }

  /**
   * Takes it away where the served spec doesn't want it any more. Where that is refused the bridge
   * runs all the same; what is told is returned.
   */
  static List<Notice> dropUnwanted(Bridge bridge, JsonNode served, KubernetesClient client) {
    if (isWanted(served) || !isThere(bridge)) {
      return List.of();
    }
    try {
      remove(bridge, client);
      return List.of();
    } catch (KubernetesClientException e) {
      if (e.getCode() != 403) {
        throw e;
      }
      return List.of(
          new Notice(
              Notice.Type.Warning,
              "FinalizerBlocked",
              "CleanUp",
              "The finalizer %s isn't wanted any more, and the operator may not take it away (%s). %s"
                  .formatted(NAME, Failure.words(e), byHand(bridge))));
    }
  }

  /** What a person can do where the operator can't. */
  static String byHand(Bridge bridge) {
    var metadata = bridge.getMetadata();
    return "By hand: kubectl -n %s patch kab/%s --type=json -p '[%s]'"
        .formatted(metadata.getNamespace(), metadata.getName(), removal(bridge));
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
    if (!isThere(bridge)) {
      return;
    }
    try {
      patch(bridge, client, removal(bridge));
    } catch (KubernetesClientException e) {
      if (e.getCode() != 404) {
        throw e;
      }
    }
  }

  private static String removal(Bridge bridge) {
    String path = "/metadata/finalizers/" + bridge.getMetadata().getFinalizers().indexOf(NAME);
    return "{\"op\":\"test\",\"path\":\"%s\",\"value\":\"%s\"},{\"op\":\"remove\",\"path\":\"%s\"}"
        .formatted(path, NAME, path);
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
