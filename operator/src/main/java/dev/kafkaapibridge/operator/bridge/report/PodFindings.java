package dev.kafkaapibridge.operator.bridge.report;

import static dev.kafkaapibridge.operator.bridge.report.ConditionType.AnswersReady;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.DeadLetterReady;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.KafkaConnected;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.ResolvedRefs;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.RetryTopicsReady;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.TargetHealthy;
import static dev.kafkaapibridge.operator.bridge.report.Words.counted;
import static java.util.stream.Collectors.joining;

import dev.kafkaapibridge.api.derived.BindingKeys;
import dev.kafkaapibridge.operator.bridge.Acceptance;
import dev.kafkaapibridge.operator.bridge.AcceptedBridge;
import dev.kafkaapibridge.operator.bridge.ReplicaDecision.Zero;
import dev.kafkaapibridge.operator.bridge.observe.Expiring;
import dev.kafkaapibridge.operator.bridge.observe.Fleet;
import dev.kafkaapibridge.operator.bridge.observe.Fleet.Member;
import dev.kafkaapibridge.operator.bridge.observe.PodReport;
import dev.kafkaapibridge.operator.bridge.observe.PodReport.Health;
import dev.kafkaapibridge.operator.bridge.observe.PodReport.Missing;
import dev.kafkaapibridge.operator.bridge.observe.Workload;
import dev.kafkaapibridge.operator.offsets.Trouble;
import dev.kafkaapibridge.operator.strimzi.Listener;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the pods say means for the bridge. Where nobody speaks the answer is Unknown, with the
 * reason of the silence. Pure.
 */
final class PodFindings {

  private PodFindings() {}

  static Finding resolvedRefs(Situation situation) {
    Listener.Missing unresolved = situation.unresolved();
    if (unresolved != null) {
      return Finding.no(
          ResolvedRefs,
          unresolved.reason(),
          situation.workload() == null
              ? unresolved.message()
              : unresolved.message() + Acceptance.STANDS);
    }
    Workload workload = situation.workload();
    if (workload != null
        && workload.podsRefused() != null
        && WorkloadFindings.isServiceAccountMissing(workload.podsRefused())) {
      return Finding.no(
          ResolvedRefs,
          "ServiceAccountNotFound",
          "%s (spec.workload.serviceAccountName)".formatted(workload.podsRefused()));
    }
    AcceptedBridge served = situation.served();
    if (served != null && served.references().isEmpty() && !namesRegistry(served)) {
      return Finding.yes(ResolvedRefs, "ResolvedRefs", "The spec names no Secret and no ConfigMap");
    }
    Fleet fleet = situation.observation().fleet();
    List<Member> speaking = fleet.speaking();
    if (speaking.isEmpty()) {
      return silence(ResolvedRefs, situation);
    }
    if (served != null && fleet.current() == 0) {
      // Former pods may have found all of theirs; the new spec may name something else.
      return Finding.unknown(
          ResolvedRefs, "Pending", "No pod of the newest spec has told yet what it found");
    }
    List<Missing> missing =
        speaking.stream().flatMap(m -> report(m).missing().stream()).distinct().limit(5).toList();
    if (!missing.isEmpty()) {
      String all = missing.stream().map(Missing::message).collect(joining("; "));
      return Finding.no(ResolvedRefs, missing.getFirst().reason(), all);
    }
    return Finding.yes(
        ResolvedRefs,
        "ResolvedRefs",
        served == null
            ? "What the running spec names was found"
            : counted(referred(served), "reference")
                + " found"
                + (namesRegistry(served) ? ", and no schema is missing" : "")
                + ending(served, situation));
  }

  private static String ending(AcceptedBridge served, Situation situation) {
    return Expiring.soon(situation.observation().fleet(), served.references(), situation.now())
        .stream()
        .limit(5)
        .map(one -> "; " + ExpiryNotices.sentence(one, situation.now()))
        .collect(joining());
  }

  /** A binding is one, however many keys of it are looked for. */
  private static int referred(AcceptedBridge served) {
    long ofBinding =
        served.references().stream().filter(r -> r.field().equals(BindingKeys.FIELD)).count();
    return (int) (served.references().size() - Math.max(0, ofBinding - 1));
  }

  private static boolean namesRegistry(AcceptedBridge bridge) {
    return bridge.spec().record().schemaRegistry() != null;
  }

  static Finding kafkaConnected(Situation situation) {
    if (situation.isScaledToZero()) {
      return whileNoPodRuns(situation);
    }
    Fleet fleet = situation.observation().fleet();
    if (fleet.speaking().isEmpty()) {
      return silence(KafkaConnected, situation);
    }
    Optional<Member> fault = faulty(fleet, PodReport::kafka);
    if (fault.isPresent()) {
      Health health = report(fault.get()).kafka();
      boolean undecided =
          health.reason().equals("GroupRebalancing") || health.reason().equals("NotReported");
      return undecided
          ? Finding.unknown(KafkaConnected, health.reason(), told(fault.get(), health))
          : Finding.no(KafkaConnected, health.reason(), told(fault.get(), health));
    }
    Integer partitions = situation.partitions();
    return Finding.yes(
        KafkaConnected,
        "Connected",
        "The group has "
            + counted(fleet.speaking().size(), "member")
            + (partitions == null ? "" : " and " + counted(partitions, "assigned partition")));
  }

  private static Finding whileNoPodRuns(Situation situation) {
    if (!(situation.zero() instanceof Zero.Watched)) {
      return Finding.yes(KafkaConnected, "NotConnectedWhileStopped", "No replica is asked for");
    }
    Trouble blindness = situation.blindness();
    if (blindness == null) {
      return Finding.yes(
          KafkaConnected,
          "NotConnectedWhileStopped",
          "No replica is asked for; the operator looks out for records");
    }
    String message = "No pod runs, and from the operator's own pod " + blindness.message();
    return blindness.reason().equals("NotAsked") || blindness.reason().equals("NotReadable")
        ? Finding.unknown(KafkaConnected, "NotReported", message)
        : Finding.no(KafkaConnected, blindness.reason(), message);
  }

  static Finding targetHealthy(Situation situation) {
    Health target = situation.observation().target();
    if (situation.isScaledToZero() || target == null) {
      return silence(TargetHealthy, situation);
    }
    if (!target.ok()) {
      return Finding.no(TargetHealthy, target.reason(), sentence(target));
    }
    return target.reason().equals("NoTraffic")
        ? Finding.unknown(TargetHealthy, "NoTraffic", "No record was sent yet")
        : Finding.yes(TargetHealthy, "Responding", "The target answers");
  }

  static Finding deadLetterReady(Situation situation) {
    Fleet fleet = situation.observation().fleet();
    if (situation.isScaledToZero() || fleet.speaking().isEmpty()) {
      return silence(DeadLetterReady, situation);
    }
    Optional<Member> fault = faulty(fleet, PodReport::deadLetter);
    if (fault.isPresent()) {
      Health health = report(fault.get()).deadLetter();
      return Finding.no(DeadLetterReady, health.reason(), told(fault.get(), health));
    }
    Health health = report(fleet.speaking().getFirst()).deadLetter();
    return Finding.yes(DeadLetterReady, health.reason(), sentence(health));
  }

  /** Empty where no pod writes answers, or none says so. */
  static Optional<Finding> answersReady(Situation situation) {
    return ofThose(situation, AnswersReady, PodReport::answers);
  }

  /** Empty where no pod reads retry topics, or none says so. */
  static Optional<Finding> retryTopicsReady(Situation situation) {
    return ofThose(
        situation,
        RetryTopicsReady,
        report -> report.retry() == null ? null : report.retry().health());
  }

  /** What those say that have anything to say of it. */
  private static Optional<Finding> ofThose(
      Situation situation, ConditionType type, Function<PodReport, @Nullable Health> side) {
    List<Member> speaking =
        situation.observation().fleet().speaking().stream()
            .filter(member -> side.apply(report(member)) != null)
            .toList();
    if (situation.isScaledToZero() || speaking.isEmpty()) {
      return Optional.empty();
    }
    for (Member member : speaking) {
      Health health = Objects.requireNonNull(side.apply(report(member)));
      if (!health.ok()) {
        return Optional.of(Finding.no(type, health.reason(), told(member, health)));
      }
    }
    Health health = Objects.requireNonNull(side.apply(report(speaking.getFirst())));
    return Optional.of(Finding.yes(type, health.reason(), sentence(health)));
  }

  private static Optional<Member> faulty(Fleet fleet, Function<PodReport, Health> side) {
    return fleet.speaking().stream().filter(m -> !side.apply(report(m)).ok()).findFirst();
  }

  static Finding silence(ConditionType type, Situation situation) {
    if (situation.isScaledToZero()) {
      return Finding.unknown(type, "NoTraffic", "No replica is asked for");
    }
    List<Member> staying = situation.observation().fleet().staying();
    Optional<Member> up = staying.stream().filter(member -> member.pod().ready()).findFirst();
    if (up.isPresent()) {
      return Finding.unknown(
          type,
          "NotReported",
          "Pod '%s' is ready and yet tells the operator nothing: %s. Let the operator's namespace reach port 8080 of the pods"
              .formatted(up.get().pod().name(), up.get().silence()));
    }
    return Finding.unknown(
        type, "Pending", staying.isEmpty() ? "No pod runs yet" : "No pod is up yet");
  }

  private static String told(Member member, Health health) {
    String message = sentence(health);
    return "Pod '%s': %s"
        .formatted(member.pod().name(), message.isEmpty() ? health.reason() : message);
  }

  /** Conditions' messages have no full stop, since they are often joined. */
  private static String sentence(Health health) {
    return health.message().replaceFirst("[.]$", "");
  }

  private static PodReport report(Member member) {
    return Objects.requireNonNull(member.report());
  }
}
