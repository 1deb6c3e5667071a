package dev.kafkaapibridge.operator.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kafkaapibridge.operator.bridge.resources.BridgeLabels;
import dev.kafkaapibridge.operator.strimzi.Listener;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Of which consumer group a bridge that is being deleted was a member, and what leads there: by the
 * accepted spec, of which its pods were made. A newer one that is refused, held or not looked at
 * yet may name other brokers; it counts where nothing else is left to go by. Pure.
 *
 * @param access nothing but what leads to the brokers, and where and how a pod may run; empty where
 *     no spec of this group can be used
 * @param missing why the brokers of such a spec can't be found now; null: they can, or there is
 *     none
 * @param wanted whether the group is to go: the accepted spec asks for it, and the newest one still
 *     does
 */
record Membership(
    GroupClaim claim, Optional<AcceptedBridge> access, @Nullable String missing, boolean wanted) {

  /**
   * @param deployment the bridge's own
   * @param files its ConfigMap
   * @param led the way to the brokers of a spec; while that isn't known, the one that pods have
   */
  static Membership of(
      Bridge bridge,
      Optional<Deployment> deployment,
      Optional<ConfigMap> files,
      Function<AcceptedBridge, StrimziReference.Way> led) {
    Optional<ObjectNode> accepted = FormerSpec.kept(files, deployment);
    Optional<StrimziReference.Way> way =
        reduced(bridge, accepted.isPresent() ? accepted.get() : bridge.getSpec()).map(led);
    Optional<AcceptedBridge> access =
        way.flatMap(found ->
            found instanceof StrimziReference.Way.Unknown(var declared, var ignored)
                ? RunningSpec.found(declared.identity(), declared.specTree(), files, deployment)
                    .flatMap(its -> StrimziReference.led(declared, its, bridge))
                : Optional.of(found.bridge()));
    GroupClaim claim =
        deployment
            .flatMap(Membership::written)
            .or(() -> access.flatMap(AcceptedBridge::memberOf).flatMap(GroupClaim::read))
            .orElseGet(() -> GroupClaim.named(bridge));
    return new Membership(
        claim,
        access.filter(a -> a.memberOf().flatMap(GroupClaim::read).filter(claim::meets).isPresent()),
        access.isPresent()
            ? null
            : way.flatMap(StrimziReference.Way::trouble)
                .map(Listener.Missing::message)
                .orElse(null),
        Finalizer.isWanted(bridge.getSpec()) && accepted.map(Finalizer::isWanted).orElse(true));
  }

  private static Optional<GroupClaim> written(Deployment deployment) {
    Map<String, String> annotations =
        deployment.getSpec().getTemplate().getMetadata().getAnnotations();
    return annotations == null
        ? Optional.empty()
        : GroupClaim.read(annotations.get(BridgeLabels.MEMBER_OF));
  }

  static Optional<AcceptedBridge> reduced(Bridge bridge, @Nullable JsonNode of) {
    ObjectNode file = bridge.asFile();
    if (of instanceof ObjectNode whole) {
      ObjectNode spec = whole.deepCopy();
      JsonNode target = target(spec.path("target"));
      spec.retain("kafka", "workload");
      spec.set("target", target);
      file.set("spec", spec);
    }
    return Acceptance.of(BridgeIdentity.of(bridge), file).accepted();
  }

  /** No more of it than a target must have, and what the time to end is held against. */
  private static ObjectNode target(JsonNode written) {
    ObjectNode target = JsonNodeFactory.instance.objectNode();
    String kind = written.path("grpc").isObject() ? "grpc" : "http";
    ObjectNode least = target.putObject(kind);
    for (String field :
        List.of("url", "requestTimeout", "address", "service", "method", "deadline")) {
      JsonNode value = written.path(kind).path(field);
      if (value.isTextual()) {
        least.set(field, value);
      }
    }
    return target;
  }
}
