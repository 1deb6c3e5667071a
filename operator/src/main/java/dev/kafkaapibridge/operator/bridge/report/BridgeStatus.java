package dev.kafkaapibridge.operator.bridge.report;

import static dev.kafkaapibridge.operator.bridge.report.ConditionType.Accepted;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.Ready;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.Reconciling;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.Stalled;

import dev.kafkaapibridge.api.v1alpha1.Condition;
import dev.kafkaapibridge.api.v1alpha1.ConsumerStatus;
import dev.kafkaapibridge.api.v1alpha1.DeadLetterCauseStatus;
import dev.kafkaapibridge.api.v1alpha1.DeadLetterStatus;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeStatus;
import dev.kafkaapibridge.api.v1alpha1.ScalingStatus;
import dev.kafkaapibridge.api.v1alpha1.SharedLimitStatus;
import dev.kafkaapibridge.api.v1alpha1.TargetStatus;
import dev.kafkaapibridge.operator.bridge.Acceptance;
import dev.kafkaapibridge.operator.bridge.AcceptedBridge;
import dev.kafkaapibridge.operator.bridge.Application;
import dev.kafkaapibridge.operator.bridge.ReplicaDecision;
import dev.kafkaapibridge.operator.bridge.ReplicaDecision.Zero;
import dev.kafkaapibridge.operator.bridge.observe.Fleet;
import dev.kafkaapibridge.operator.bridge.observe.LetterPile;
import dev.kafkaapibridge.operator.bridge.observe.Observer;
import dev.kafkaapibridge.operator.bridge.observe.Workload;
import dev.kafkaapibridge.operator.bridge.resources.BridgeLabels;
import dev.kafkaapibridge.operator.bridge.resources.BridgeNames;
import dev.kafkaapibridge.operator.quota.Portion;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The whole status of a bridge, from all that was seen of it. Pure, and the only place of it. */
public final class BridgeStatus {

  private BridgeStatus() {}

  public static KafkaApiBridgeStatus of(Situation situation) {
    KafkaApiBridgeStatus previous = situation.previous();
    Workload workload = situation.workload();
    Fleet fleet = situation.observation().fleet();
    boolean rolledOut = workload != null && workload.settled();
    String version = fleet.runtimeVersion();
    // Where no step was taken the last one stands; what somebody else made of the Deployment is
    // none.
    Integer desired =
        situation.applied() != null
            ? situation.applied()
            : orElse(
                previous.desiredReplicas(),
                workload == null ? null : Integer.valueOf(workload.desired()));
    return new KafkaApiBridgeStatus(
        situation.generation(),
        Conditions.merge(
            previous.conditions(), findings(situation), situation.generation(), situation.now()),
        workload == null ? 0 : workload.replicas(),
        workload == null ? 0 : workload.ready(),
        desired,
        selector(situation),
        rolledOut && version != null ? version : previous.runtimeVersion(),
        restartedAt(situation),
        target(situation),
        deadLetter(situation),
        PutAside.topics(situation),
        consumer(situation),
        scaling(situation, desired));
  }

  /** What an operator that has just begun takes from the status. */
  public static Observer.Known known(KafkaApiBridgeStatus status) {
    return new Observer.Known(
        DeliveryFindings.cause(status),
        status.deadLetter() == null ? null : status.deadLetter().records());
  }

  /**
   * The status while an unexpected error keeps the operator from its work: what was known stays,
   * and the next attempt is announced. While it is stalled, what stalls it stands alone.
   */
  public static KafkaApiBridgeStatus afterError(
      KafkaApiBridgeStatus previous, long generation, String message, OffsetDateTime now) {
    boolean stalled = Conditions.find(previous.conditions(), Stalled).isPresent();
    var conditions = new ArrayList<>(previous.conditions());
    conditions.removeIf(c -> c.type().equals(Reconciling.name()));
    if (!stalled) {
      conditions.addAll(
          Conditions.merge(
              previous.conditions(),
              List.of(Finding.yes(Reconciling, "RetryingAfterError", message)),
              generation,
              now));
    }
    return with(previous, Conditions.inOrder(conditions));
  }

  /** The status of a bridge that is being deleted, and what that waits for. */
  public static KafkaApiBridgeStatus whileLeaving(
      KafkaApiBridgeStatus previous, long generation, String message, OffsetDateTime now) {
    Finding leaving = Finding.yes(Reconciling, "Draining", message);
    var conditions =
        new ArrayList<>(
            Conditions.merge(
                previous.conditions(),
                List.of(leaving.toldOf(Ready, Condition.Status.Unknown), leaving),
                generation,
                now));
    previous.conditions().stream()
        .filter(c -> !List.of(Ready.name(), Reconciling.name(), Stalled.name()).contains(c.type()))
        .forEach(conditions::add);
    return with(previous, Conditions.inOrder(conditions));
  }

  static KafkaApiBridgeStatus with(KafkaApiBridgeStatus status, List<Condition> conditions) {
    return new KafkaApiBridgeStatus(
        status.observedGeneration(),
        conditions,
        status.replicas(),
        status.readyReplicas(),
        status.desiredReplicas(),
        status.selector(),
        status.runtimeVersion(),
        status.restartedAt(),
        status.target(),
        status.deadLetter(),
        status.retryTopics(),
        status.consumer(),
        status.scaling());
  }

  private static List<Finding> findings(Situation situation) {
    Finding accepted = accepted(situation);
    Finding kafka = PodFindings.kafkaConnected(situation);
    Finding resolvedRefs = PodFindings.resolvedRefs(situation);
    Finding stalled =
        WorkloadFindings.stalled(situation, accepted, kafka, resolvedRefs).orElse(null);
    // Never both: tools take either for the whole answer.
    Finding reconciling =
        stalled != null ? null : WorkloadFindings.reconciling(situation, resolvedRefs).orElse(null);
    var parts =
        new Readiness.Parts(
            reconciling,
            stalled,
            accepted,
            resolvedRefs,
            WorkloadFindings.available(situation),
            kafka,
            PodFindings.targetHealthy(situation),
            PodFindings.deadLetterReady(situation),
            PutAside.ready(situation).orElse(null),
            PodFindings.answersReady(situation).orElse(null));
    var findings = new ArrayList<@Nullable Finding>();
    findings.add(Readiness.of(situation, parts));
    findings.add(reconciling);
    findings.add(stalled);
    findings.add(accepted);
    findings.add(resolvedRefs);
    findings.add(parts.available());
    findings.add(kafka);
    findings.add(parts.targetHealthy());
    findings.add(parts.deadLetterReady());
    findings.add(parts.retryTopicsReady());
    findings.add(parts.answersReady());
    Finding throttled = DeliveryFindings.throttled(situation);
    findings.add(throttled);
    findings.add(ScalingFindings.active(situation));
    findings.add(ScalingFindings.limited(situation));
    findings.add(
        DeliveryFindings.blocked(situation, throttled, parts.targetHealthy()).orElse(null));
    findings.add(Pauses.paused(situation).orElse(null));
    findings.add(Pauses.reconciliation(situation).orElse(null));
    return findings.stream().filter(Objects::nonNull).toList();
  }

  private static Finding accepted(Situation situation) {
    return switch (situation.acceptance()) {
      case Acceptance.Accepted ignored -> Finding.yes(Accepted, "Accepted", "The spec is valid");
      case Acceptance.Refused(var reason, var message) ->
          Finding.no(Accepted, reason, message + frozen(situation));
      case Acceptance.NotJudged ignored ->
          Conditions.find(situation.previous().conditions(), Accepted)
              .map(Finding::of)
              .orElseGet(() -> Finding.unknown(Accepted, "Pending", "The spec was not looked at"));
    };
  }

  /** Of a bridge whose pods run on, and of which nothing else goes on; empty where all does. */
  private static String frozen(Situation situation) {
    return situation.served() != null || situation.workload() == null
        ? ""
        : ", but is neither scaled nor put back: ConfigMap '%s' has no former spec to go on with"
            .formatted(BridgeNames.child(situation.identity()));
  }

  /** A restart that was handed to the Deployment, which goes through with it. */
  private static @Nullable String restartedAt(Situation situation) {
    String before = situation.previous().restartedAt();
    return situation.application() instanceof Application.Done
        ? situation.annotated().restart(before)
        : before;
  }

  private static String selector(Situation situation) {
    return BridgeLabels.selector(situation.identity()).entrySet().stream()
        .map(label -> label.getKey() + "=" + label.getValue())
        .collect(Collectors.joining(","));
  }

  private static @Nullable TargetStatus target(Situation situation) {
    AcceptedBridge served = situation.served();
    TargetStatus previous = situation.previous().target();
    String endpoint =
        served != null ? served.endpoint() : previous == null ? null : previous.endpoint();
    var circuit = situation.observation().fleet().circuit();
    SharedLimitStatus shared = served == null ? null : sharedLimit(served.part());
    return endpoint == null && circuit == null && shared == null
        ? null
        : new TargetStatus(endpoint, circuit == null ? null : circuit.name(), shared);
  }

  private static @Nullable SharedLimitStatus sharedLimit(Portion.@Nullable Part part) {
    return part == null
        ? null
        : new SharedLimitStatus(
            part.terms().requests(),
            part.whole().requests(),
            part.bridges(),
            part.waitsFor().stream().limit(5).toList());
  }

  private static @Nullable DeadLetterStatus deadLetter(Situation situation) {
    DeadLetterStatus previous = situation.previous().deadLetter();
    String seen = situation.observation().fleet().deadLetterTopic();
    String topic = seen == null && previous != null ? previous.topic() : seen;
    Long records = situation.observation().deadLetters();
    if (topic == null && records == null) {
      return null;
    }
    LetterPile pile = situation.observation().fleet().letterPile();
    List<DeadLetterCauseStatus> causes =
        pile.causes().stream()
            .map(c -> new DeadLetterCauseStatus(c.cause(), c.status(), c.reason(), c.records()))
            .toList();
    return new DeadLetterStatus(topic, records, pile.depth(), pile.oldestAt(), causes);
  }

  /** Where and when the bridge started first is never forgotten and never changed. */
  private static ConsumerStatus consumer(Situation situation) {
    ConsumerStatus previous =
        Objects.requireNonNullElseGet(
            situation.previous().consumer(),
            () -> new ConsumerStatus(null, null, null, null, null, null, null));
    Fleet fleet = situation.observation().fleet();
    AcceptedBridge served = situation.served();
    Long lag =
        situation.zero() instanceof Zero.Watched(var vigil) && vigil.nothingWaits()
            ? Long.valueOf(0)
            : fleet.lag();
    OffsetDateTime sampledAt =
        lag == null
            ? null
            : lag.equals(previous.lag()) && previous.sampledAt() != null
                ? previous.sampledAt()
                : situation.now();
    return new ConsumerStatus(
        served == null ? previous.group() : served.consumerGroup(),
        orElse(previous.clusterID(), fleet.clusterID()),
        orElse(previous.startedAt(), fleet.startedAt()),
        orElse(fleet.topics(), previous.topicCount()),
        orElse(fleet.partitions(), previous.partitionCount()),
        lag,
        sampledAt);
  }

  private static @Nullable ScalingStatus scaling(Situation situation, @Nullable Integer desired) {
    ReplicaDecision decision = situation.decision();
    ScalingStatus previous = situation.previous().scaling();
    Integer before = situation.previous().desiredReplicas();
    if (decision == null) {
      return previous;
    }
    boolean observed = decision.cause() == ReplicaDecision.Cause.ObserveOnly;
    if (!decision.cause().isManaged() && !observed) {
      // Whoever decides now, these bounds limit nothing any more.
      return previous == null
          ? null
          : new ScalingStatus(previous.lastScaleTime(), "", null, null, null, null, null, null);
    }
    if (decision.counted() == null) {
      return previous;
    }
    boolean scaled = before != null && !before.equals(desired);
    return ScalingMemory.write(
        decision.counted(),
        scaled ? situation.now() : previous == null ? null : previous.lastScaleTime());
  }

  private static <T> @Nullable T orElse(@Nullable T first, @Nullable T second) {
    return first == null ? second : first;
  }
}
