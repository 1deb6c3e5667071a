package dev.kafkaapibridge.operator.bridge.report;

import dev.kafkaapibridge.api.v1alpha1.Condition;
import dev.kafkaapibridge.operator.kube.CleanText;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The merge rule: a condition keeps the time of its last transition as long as its status stays,
 * and all conditions of one reconcile share one time and one generation. Pure.
 */
final class Conditions {

  private static final int LONGEST_MESSAGE = 2048;

  private Conditions() {}

  static List<Condition> merge(
      List<Condition> previous, List<Finding> findings, long generation, OffsetDateTime now) {
    return findings.stream().map(finding -> merge(previous, finding, generation, now)).toList();
  }

  private static Condition merge(
      List<Condition> previous, Finding finding, long generation, OffsetDateTime now) {
    OffsetDateTime since =
        find(previous, finding.type())
            .filter(old -> old.status() == finding.status())
            .map(Condition::lastTransitionTime)
            .orElse(now);
    return new Condition(
        finding.type().name(),
        finding.status(),
        generation,
        since,
        finding.reason(),
        CleanText.of(finding.message(), LONGEST_MESSAGE));
  }

  /** Ours alone, in the one order in which they are written: else the same would look new. */
  static List<Condition> inOrder(List<Condition> conditions) {
    return Stream.of(ConditionType.values())
        .flatMap(type -> find(conditions, type).stream())
        .toList();
  }

  static Optional<Condition> find(List<Condition> conditions, ConditionType type) {
    return conditions.stream().filter(c -> c.type().equals(type.name())).findFirst();
  }
}
