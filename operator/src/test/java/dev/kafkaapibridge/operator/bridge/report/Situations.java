package dev.kafkaapibridge.operator.bridge.report;

import dev.kafkaapibridge.api.v1alpha1.Condition;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeStatus;
import dev.kafkaapibridge.operator.bridge.Acceptance;
import dev.kafkaapibridge.operator.bridge.Annotated;
import dev.kafkaapibridge.operator.bridge.Application;
import dev.kafkaapibridge.operator.bridge.Bridge;
import dev.kafkaapibridge.operator.bridge.BridgeIdentity;
import dev.kafkaapibridge.operator.bridge.Bridges;
import dev.kafkaapibridge.operator.bridge.ReplicaDecision;
import dev.kafkaapibridge.operator.bridge.Wishes;
import dev.kafkaapibridge.operator.bridge.observe.Observation;
import dev.kafkaapibridge.operator.bridge.observe.Pods;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;

/** A bridge's life, one look after the other, for tests. */
final class Situations {

  static final OffsetDateTime START = OffsetDateTime.parse("2026-11-25T10:00:00Z");

  private Bridge bridge = Bridges.read(Bridges.MINIMAL);
  private KafkaApiBridgeStatus status = StatusJson.read(null);
  private OffsetDateTime now = START;
  private Application application = new Application.Done();
  private ReplicaDecision decision = decided(1);

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

  Situations replicas(int replicas) {
    decision = decided(replicas);
    return this;
  }

  /** The operator wished for another number than it may have. */
  Situations limited(int replicas, ReplicaDecision.Limit limit) {
    return limited(replicas, limit, "a lag of 80000 asks for 14");
  }

  Situations limited(int replicas, ReplicaDecision.Limit limit, String why) {
    decision =
        new ReplicaDecision(
            replicas,
            ReplicaDecision.Cause.Lag,
            limit,
            why,
            1,
            new Wishes(START.toInstant(), List.of()));
    return this;
  }

  private static ReplicaDecision decided(int replicas) {
    return new ReplicaDecision(
        replicas,
        ReplicaDecision.Cause.Disabled,
        ReplicaDecision.Limit.None,
        "spec.replicas was changed",
        1,
        new Wishes(START.toInstant(), List.of()));
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
                acceptance.accepted().isPresent() ? application : new Application.NotTried(),
                observation,
                acceptance.accepted().isPresent() ? decision : null,
                status,
                now));
    return status;
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
