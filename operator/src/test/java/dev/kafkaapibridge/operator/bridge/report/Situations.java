package dev.kafkaapibridge.operator.bridge.report;

import dev.kafkaapibridge.api.v1alpha1.Condition;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeStatus;
import dev.kafkaapibridge.operator.bridge.Acceptance;
import dev.kafkaapibridge.operator.bridge.AcceptedBridge;
import dev.kafkaapibridge.operator.bridge.Annotated;
import dev.kafkaapibridge.operator.bridge.Application;
import dev.kafkaapibridge.operator.bridge.Bridge;
import dev.kafkaapibridge.operator.bridge.BridgeIdentity;
import dev.kafkaapibridge.operator.bridge.Bridges;
import dev.kafkaapibridge.operator.bridge.ReplicaDecision;
import dev.kafkaapibridge.operator.bridge.ReplicaDecision.Cause;
import dev.kafkaapibridge.operator.bridge.ReplicaDecision.Zero;
import dev.kafkaapibridge.operator.bridge.observe.Observation;
import dev.kafkaapibridge.operator.bridge.observe.Pods;
import dev.kafkaapibridge.operator.offsets.Trouble;
import dev.kafkaapibridge.operator.offsets.Vigil;
import dev.kafkaapibridge.operator.scale.Decision;
import dev.kafkaapibridge.operator.scale.Decision.Limit;
import dev.kafkaapibridge.operator.scale.Memory;
import dev.kafkaapibridge.operator.scale.Regime;
import dev.kafkaapibridge.operator.scale.Waking;
import dev.kafkaapibridge.operator.strimzi.Listener;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A bridge's life, one look after the other, for tests. */
final class Situations {
  private Listener.@Nullable Missing unresolved;

  static final OffsetDateTime START = OffsetDateTime.parse("2026-11-25T10:00:00Z");

  private Bridge bridge = Bridges.read(Bridges.MINIMAL);
  private KafkaApiBridgeStatus status = StatusJson.read(null);
  private OffsetDateTime now = START;
  private Application application = new Application.Done();
  private int replicas = 1;

  /** Null: what is decided of a bridge that has little to do. */
  private @Nullable ReplicaDecision decision;

  private @Nullable String formerly;

  Situations spec(String below) {
    bridge = Bridges.read(Bridges.MINIMAL + "  " + below + "\n");
    return this;
  }

  Situations header(String header) {
    bridge =
        Bridges.read(
            Bridges.MINIMAL.replace("/v1/orders\"", "/v1/orders\", headers: [" + header + "]"));
    return this;
  }

  Situations authority(String ref) {
    bridge =
        Bridges.read(
            Bridges.MINIMAL.replace("/v1/orders\"", "/v1/orders\", tls: {caRefs: [" + ref + "]}"));
    return this;
  }

  Situations replicas(int number) {
    replicas = number;
    decision = null;
    return this;
  }

  /** The operator wished for another number than it may have. */
  Situations limited(int replicas, Limit limit) {
    return limited(replicas, limit, "demand 840/s, pod rate 50/s");
  }

  Situations limited(int replicas, Limit limit, String why) {
    return decided(replicas, Regime.Tracking, limit, why);
  }

  /** The operator has counted pods, in this way. */
  Situations decided(int replicas, Regime regime, Limit limit, String why) {
    decision = managed(replicas, regime, limit, why);
    return this;
  }

  /** The operator has let the last pod go, and looks out for records. */
  Situations asleep(Vigil vigil) {
    replicas = 0;
    var none = Waking.none(Memory.empty(), now.toInstant());
    decision =
        new ReplicaDecision(
            0, Cause.Managed, Limit.None, none.why(), 1, none, new Zero.Watched(vigil));
    return this;
  }

  /** The last pod could go, but for this. */
  Situations prevented(Trouble why) {
    var one = managed(1, Regime.Idle, Limit.None, "nothing comes in and nothing waits");
    decision =
        new ReplicaDecision(
            1, Cause.Managed, Limit.None, one.why(), 1, one.counted(), new Zero.Prevented(why));
    return this;
  }

  private static ReplicaDecision managed(int replicas, Regime regime, Limit limit, String why) {
    boolean known = regime != Regime.AwaitingPods;
    var lasting = new Memory.Lasting(regime, known ? 50.0 : null, null, null, null, null, null);
    var counted =
        new Decision(
            replicas,
            regime,
            limit,
            false,
            new Decision.Figures(4, 4, 10, 4, 0, known ? 50.0 : null, null, null, 1, null, 0),
            why,
            Memory.of(lasting, START.toInstant()));
    return new ReplicaDecision(replicas, Cause.Managed, limit, why, 1, counted);
  }

  /** What is decided of a bridge that has little to do. */
  private ReplicaDecision usual(KafkaApiBridgeSpec spec, Observation seen) {
    if (spec.state() == KafkaApiBridgeSpec.State.Stopped) {
      return asWritten(Cause.Stopped);
    }
    return switch (spec.autoscaling().mode()) {
      case Disabled -> asWritten(Cause.Disabled);
      case ObserveOnly -> asWritten(Cause.ObserveOnly);
      case External -> asWritten(Cause.External);
      case Managed ->
          seen.fleet().staying().stream().anyMatch(m -> m.pod().ready())
              ? managed(replicas, Regime.Tracking, Limit.None, "demand 4/s, pod rate 50/s")
              : managed(
                  replicas,
                  Regime.AwaitingPods,
                  Limit.None,
                  "no pod is ready, so the number stays");
    };
  }

  private ReplicaDecision asWritten(Cause cause) {
    return new ReplicaDecision(replicas, cause, Limit.None, "spec.replicas was changed", 1, null);
  }

  Situations after(Duration time) {
    now = now.plus(time);
    return this;
  }

  Situations generation(long generation) {
    bridge.getMetadata().setGeneration(generation);
    return this;
  }

  Situations annotated(String key, String value) {
    bridge.getMetadata().getAnnotations().put(key, value);
    return this;
  }

  Situations notAnnotated(String key) {
    bridge.getMetadata().getAnnotations().remove(key);
    return this;
  }

  /** Null: all is found again. */
  Situations unresolved(Listener.@Nullable Missing why) {
    unresolved = why;
    return this;
  }

  Situations applied(Application result) {
    application = result;
    return this;
  }

  KafkaApiBridgeStatus see(Observation observation) {
    Annotated annotated = Annotated.of(bridge);
    Acceptance acceptance = acceptance(annotated);
    status =
        BridgeStatus.of(
            new Situation(
                BridgeIdentity.of(bridge),
                annotated,
                acceptance,
                served(acceptance),
                served(acceptance) != null ? application : new Application.NotTried(),
                observation,
                unresolved,
                decided(acceptance, observation),
                status,
                now));
    return status;
  }

  private @Nullable ReplicaDecision decided(Acceptance acceptance, Observation observation) {
    AcceptedBridge served = served(acceptance);
    return served == null || Annotated.of(bridge).reconciliationPaused()
        ? null
        : decision(served.spec(), observation);
  }

  private ReplicaDecision decision(KafkaApiBridgeSpec spec, Observation observation) {
    return decision == null ? usual(spec, observation) : decision;
  }

  private @Nullable AcceptedBridge served(Acceptance acceptance) {
    formerly = acceptance.accepted().map(AcceptedBridge::keptSpec).orElse(formerly);
    return acceptance
        .accepted()
        .or(() -> Optional.ofNullable(formerly).flatMap(text -> former(acceptance, text)))
        .orElse(null);
  }

  private Optional<AcceptedBridge> former(Acceptance acceptance, String text) {
    return Bridges.former(bridge, text, acceptance instanceof Acceptance.Refused);
  }

  private Acceptance acceptance(Annotated annotated) {
    Long observed = status.observedGeneration();
    return annotated.reconciliationPaused()
            && observed != null
            && !observed.equals(bridge.getMetadata().getGeneration())
        ? new Acceptance.NotJudged(observed)
        : Bridges.accept(bridge);
  }

  /** A bridge that has run well for a while. */
  static Situations running() {
    var situations = new Situations();
    situations.see(Pods.seen(null, Pods.fleet()));
    situations.see(Pods.seen(Pods.of(1, 1, 1, 0), Pods.fleet(Pods.silent(Pods.starting("a")))));
    situations.see(Pods.seen(Pods.settled(1), Pods.fleet(Pods.says("a"))));
    return situations.after(Duration.ofHours(1));
  }

  /** The operator met an error of its own or of the API server's. */
  KafkaApiBridgeStatus fail(String message) {
    long generation = bridge.getMetadata().getGeneration();
    status = BridgeStatus.afterError(status, generation, message, now);
    return status;
  }

  /** The bridge with its status, as the API server holds it. */
  Bridge object() {
    bridge.setStatus(StatusJson.write(status));
    return bridge;
  }

  java.time.Instant now() {
    return now.toInstant();
  }

  KafkaApiBridgeStatus status() {
    return status;
  }

  static Condition condition(KafkaApiBridgeStatus status, ConditionType type) {
    return Conditions.find(status.conditions(), type).orElseThrow();
  }

  /** {@code Type=Status/Reason} of each. */
  static String[] words(KafkaApiBridgeStatus status) {
    return status.conditions().stream()
        .map(c -> c.type() + "=" + c.status() + "/" + c.reason())
        .toArray(String[]::new);
  }
}
