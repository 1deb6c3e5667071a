package dev.kafkaapibridge.operator.bridge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kafkaapibridge.api.v1alpha1.KafkaAuthenticationSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaAuthenticationSpec.Type;
import dev.kafkaapibridge.api.v1alpha1.StrimziClusterRefSpec;
import dev.kafkaapibridge.operator.bridge.resources.BridgeNames;
import dev.kafkaapibridge.operator.kube.CleanText;
import dev.kafkaapibridge.operator.strimzi.ClusterName;
import dev.kafkaapibridge.operator.strimzi.Listener;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The spec of a bridge that refers to a Kafka cluster of Strimzi's, with the cluster's address and
 * authorities in place of the reference: pods know nothing of Strimzi. Made anew when the spec or
 * the listener changes; what was found last stands while nothing can be found. Owned by one
 * bridge's reconcile.
 */
final class StrimziReference {

  /** Reads what the cluster's resource says now. */
  @FunctionalInterface
  interface Look {

    /**
     * @param from the bridge's namespace
     * @param wanted null: the only internal one
     */
    Listener at(String from, ClusterName cluster, @Nullable String wanted);
  }

  /** What came of it. */
  sealed interface Way {

    /** {@code bridge} has everything by which its pods find brokers. */
    record Known(AcceptedBridge bridge) implements Way {}

    /**
     * @param bridge by what was found last
     */
    record Former(AcceptedBridge bridge, Listener.Missing why) implements Way {}

    /**
     * @param bridge what pods run, instead of what was declared: of that no way was ever found, or
     *     not by this process
     */
    record Kept(AcceptedBridge bridge, Listener.Missing why) implements Way {}

    /**
     * @param bridge as it was declared, which no pod can run
     */
    record Unknown(AcceptedBridge bridge, Listener.Missing why) implements Way {}

    AcceptedBridge bridge();

    /**
     * What pods run, or are to run; empty where there are none and none can be made.
     *
     * @param hasPods whether there are any
     */
    default Optional<AcceptedBridge> served(boolean hasPods) {
      return this instanceof Unknown && !hasPods ? Optional.empty() : Optional.of(bridge());
    }

    /** What keeps it from being found now. */
    default Optional<Listener.Missing> trouble() {
      return switch (this) {
        case Known ignored -> Optional.empty();
        case Former former -> Optional.of(former.why());
        case Kept kept -> Optional.of(kept.why());
        case Unknown unknown -> Optional.of(unknown.why());
      };
    }
  }

  private static final Map<String, Type> ASKED =
      Map.of("scram-sha-512", Type.ScramSha512, "tls", Type.MutualTLS);

  private static final Set<Type> WITHIN_TLS = Set.of(Type.MutualTLS, Type.OAuthBearer);

  /** A declared spec with what was found put in. */
  private sealed interface Resolved {
    record Sound(AcceptedBridge bridge) implements Resolved {}

    record Not(Listener.Missing why) implements Resolved {}
  }

  private record Made(AcceptedBridge from, Listener.Found found, AcceptedBridge bridge) {}

  private @Nullable Made last;

  Way of(AcceptedBridge declared, Bridge bridge, Look look) {
    StrimziClusterRefSpec ref = declared.spec().kafka().strimziClusterRef();
    if (ref == null) {
      last = null;
      return new Way.Known(declared);
    }
    ClusterName cluster = named(declared.identity(), ref);
    return switch (look.at(declared.identity().namespace(), cluster, ref.listener())) {
      case Listener.Found found ->
          switch (made(declared, found, bridge)) {
            case Resolved.Sound(AcceptedBridge made) -> new Way.Known(made);
            case Resolved.Not(Listener.Missing why) -> former(declared, ref, bridge, why);
          };
      case Listener.Missing why -> former(declared, ref, bridge, why);
    };
  }

  private Way former(
      AcceptedBridge declared, StrimziClusterRefSpec ref, Bridge bridge, Listener.Missing why) {
    Made known = last;
    return known != null
            && ref.equals(known.from().spec().kafka().strimziClusterRef())
            && made(declared, known.found(), bridge) instanceof Resolved.Sound(AcceptedBridge made)
        ? new Way.Former(made, why)
        : new Way.Unknown(declared, why);
  }

  static ClusterName named(BridgeIdentity bridge, StrimziClusterRefSpec ref) {
    return new ClusterName(
        Objects.requireNonNullElse(ref.namespace(), bridge.namespace()), ref.name());
  }

  /** What would fail at each connection, and be harder to understand there. */
  private static Optional<Listener.Missing> refused(AcceptedBridge declared, Listener.Found found) {
    KafkaAuthenticationSpec authentication = declared.spec().kafka().authentication();
    Type shown = authentication == null ? null : authentication.type();
    Type asked = ASKED.get(found.asks());
    String why = null;
    if (asked != null && asked != shown) {
      why =
          "asks for %s: set spec.kafka.authentication.type to %s, with what its KafkaUser's Secret holds"
              .formatted(found.asks(), asked);
    } else if (shown != null && WITHIN_TLS.contains(shown) && !found.tls()) {
      why =
          "speaks without TLS, which spec.kafka.authentication.type %s needs: name another listener"
              .formatted(shown);
    } else if (!found.tls() && !noTls(declared)) {
      why = "speaks without TLS: name another listener, or leave spec.kafka.tls out";
    }
    return Optional.ofNullable(why)
        .map(words ->
            new Listener.Missing(
                "ListenerMismatch",
                "Listener '%s' of %s %s (spec.kafka.strimziClusterRef)"
                    .formatted(found.name(), found.cluster(), words)));
  }

  private static boolean noTls(AcceptedBridge declared) {
    return declared.spec().kafka().tls() == null;
  }

  private Resolved made(AcceptedBridge declared, Listener.Found found, Bridge bridge) {
    Made known = last;
    if (known != null && known.from() == declared && known.found().equals(found)) {
      return new Resolved.Sound(known.bridge());
    }
    Optional<Listener.Missing> refused = refused(declared, found);
    return refused.isPresent()
        ? new Resolved.Not(refused.get())
        : switch (resolved(declared, found, bridge)) {
          case Acceptance.Accepted(AcceptedBridge its) -> {
            AcceptedBridge made = declared.at(its, found);
            last = new Made(declared, found, made);
            yield new Resolved.Sound(made);
          }
          // Of the resource's author, who may write what the spec's own check doesn't let pass.
          case Acceptance.Refused(String reason, String message) ->
              new Resolved.Not(unusable(found, message));
          case Acceptance.NotJudged ignored ->
              throw new IllegalStateException("what was asked is judged");
        };
  }

  /** By a way that is known, found or kept; empty where the spec can't be served by it. */
  static Optional<AcceptedBridge> led(
      AcceptedBridge declared, Listener.Found found, Bridge bridge) {
    return resolved(declared, found, bridge) instanceof Acceptance.Accepted(AcceptedBridge its)
        ? Optional.of(declared.at(its, found))
        : Optional.empty();
  }

  private static Listener.Missing unusable(Listener.Found found, String why) {
    return new Listener.Missing(
        "KafkaNotReady",
        "%s tells an address of listener '%s' that can't be used: %s"
            .formatted(
                found.cluster(),
                found.name(),
                CleanText.of(why.replace(Acceptance.STANDS, ""), 300)));
  }

  private static Acceptance resolved(AcceptedBridge declared, Listener.Found found, Bridge bridge) {
    ObjectNode spec = declared.specTree().deepCopy();
    ObjectNode kafka = (ObjectNode) spec.get("kafka");
    kafka.remove("strimziClusterRef");
    kafka.put("bootstrapServers", found.bootstrapServers());
    if (found.tls() && noTls(declared)) {
      ObjectNode tls = kafka.putObject("tls");
      if (!found.certificates().isEmpty()) {
        tls.putArray("caRefs")
            .addObject()
            .put("kind", "ConfigMap")
            .put("name", BridgeNames.child(declared.identity()))
            .put("key", BridgeNames.KAFKA_AUTHORITIES);
      }
    }
    ObjectNode file = bridge.asFile();
    file.set("spec", spec);
    return Acceptance.of(declared.identity(), file);
  }
}
