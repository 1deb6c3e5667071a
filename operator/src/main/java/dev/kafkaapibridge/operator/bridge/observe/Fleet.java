package dev.kafkaapibridge.operator.bridge.observe;

import dev.kafkaapibridge.operator.bridge.observe.PodReport.Circuit;
import dev.kafkaapibridge.operator.replay.ReplaySeen;
import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A bridge's pods taken together. What only some of them say is no figure: a sum over all is known
 * when all have spoken, and null otherwise, never zero. Pure.
 *
 * @param members sorted by name
 * @param specHash of the spec that pods are to run; null while there is none
 */
public record Fleet(List<Member> members, @Nullable String specHash) {

  /**
   * @param report null where the pod does not speak
   * @param silence why not
   */
  public record Member(PodState pod, @Nullable PodReport report, @Nullable String silence) {}

  /** Pods that stay, also those that are not up yet. */
  public List<Member> staying() {
    return members.stream().filter(member -> !member.pod().leaving()).toList();
  }

  /**
   * Those whose word counts for conditions: pods of the newest spec, and while none of them speaks,
   * the older ones that still serve.
   */
  public List<Member> speaking() {
    List<Member> speaking = staying().stream().filter(member -> member.report() != null).toList();
    List<Member> current = speaking.stream().filter(this::isCurrent).toList();
    return current.isEmpty() ? speaking : current;
  }

  /** How many pods say that they run the newest spec. */
  public long current() {
    return staying().stream().filter(this::isCurrent).count();
  }

  /** How many pods say that they have paused. */
  public long paused() {
    return staying().stream()
        .filter(member -> member.report() != null && member.report().paused())
        .count();
  }

  private boolean isCurrent(Member member) {
    return member.report() != null && member.report().specHash().equals(specHash);
  }

  /** What all that speak say of replays. */
  public List<ReplaySeen> replays() {
    return reports().map(PodReport::replay).filter(Objects::nonNull).toList();
  }

  /** The first pod that is in trouble. */
  public @Nullable PodTrouble trouble() {
    return staying().stream()
        .map(member -> member.pod().trouble())
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  /**
   * Whether the reports cover every partition exactly once: all pods have spoken, and all know the
   * same generation of the group, and none is claimed twice or by nobody. A pod on its way out may
   * still own partitions, and so may one that is gone, until its session ends.
   */
  private boolean covers() {
    List<PodReport> reports = reports().toList();
    return !reports.isEmpty()
        && staying().stream().allMatch(member -> member.report() != null)
        && reports.stream().map(PodReport::generation).distinct().count() == 1
        && reports.getFirst().generation() != null
        && reports.stream().flatMap(r -> r.owned().stream()).distinct().count()
            == reports.stream().mapToInt(PodReport::partitions).sum()
        && noneIsMissing(reports);
  }

  /**
   * Where no pod says how many there are, since its runtime is an older one, that can't be told.
   */
  private static boolean noneIsMissing(List<PodReport> reports) {
    return reports.stream()
        .map(PodReport::partitionCount)
        .filter(Objects::nonNull)
        .max(Comparator.naturalOrder())
        .filter(all -> all > reports.stream().mapToInt(PodReport::partitions).sum())
        .isEmpty();
  }

  public @Nullable Long lag() {
    return covers() && reports().allMatch(report -> report.lag() != null)
        ? sum(PodReport::lag)
        : null;
  }

  public @Nullable Integer partitions() {
    return covers() ? reports().mapToInt(PodReport::partitions).sum() : null;
  }

  public @Nullable Integer topics() {
    return reports()
        .map(PodReport::topics)
        .filter(Objects::nonNull)
        .max(Comparator.naturalOrder())
        .orElse(null);
  }

  public @Nullable String clusterID() {
    return first(PodReport::clusterID);
  }

  /** When the start position was committed: the earliest that is known. */
  public @Nullable OffsetDateTime startedAt() {
    return reports()
        .map(PodReport::startedAt)
        .filter(Objects::nonNull)
        .min(Comparator.naturalOrder())
        .orElse(null);
  }

  /** The worst of all pods. */
  public @Nullable Circuit circuit() {
    return speaking().stream()
        .map(member -> Objects.requireNonNull(member.report()).circuit())
        .filter(Objects::nonNull)
        .max(Comparator.naturalOrder())
        .orElse(null);
  }

  public @Nullable String deadLetterTopic() {
    return first(PodReport::deadLetterTopic);
  }

  /** What lies in the dead-letter topic, by all that speak. */
  public LetterPile letterPile() {
    return LetterPile.of(
        speaking().stream()
            .map(member -> Objects.requireNonNull(member.report()).letterPile())
            .toList());
  }

  /**
   * What waits in retry topics, in the order in which records pass through them. Without figures
   * where a pod doesn't speak, or doesn't know the topic: its partitions may have moved to that
   * pod.
   */
  public List<RetrySeen.Topic> retryTopics() {
    List<RetrySeen> seen = reports().map(PodReport::retry).filter(Objects::nonNull).toList();
    return RetrySeen.together(seen).stream()
        .map(topic ->
            topic.partitions() > 0
                    && seen.size() == members.size()
                    && seen.stream().allMatch(one -> one.names(topic.name()))
                ? topic
                : topic.withoutFigures())
        .toList();
  }

  /** Whether each pod, also one that is on its way out, says something. */
  public boolean allSpeak() {
    return members.stream().allMatch(member -> member.report() != null);
  }

  /** The one version that all pods run; null while they differ or one does not speak. */
  public @Nullable String runtimeVersion() {
    List<String> versions =
        staying().stream()
            .map(m ->
                m.report() == null
                    ? ""
                    : Objects.requireNonNullElse(m.report().runtimeVersion(), ""))
            .distinct()
            .toList();
    return versions.size() == 1 && !versions.getFirst().isEmpty() ? versions.getFirst() : null;
  }

  private <T> @Nullable T first(Function<PodReport, @Nullable T> what) {
    return speaking().stream()
        .map(member -> what.apply(Objects.requireNonNull(member.report())))
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  private long sum(Function<PodReport, @Nullable Long> what) {
    return reports().mapToLong(report -> Objects.requireNonNull(what.apply(report))).sum();
  }

  private Stream<PodReport> reports() {
    return members.stream().map(Member::report).filter(Objects::nonNull);
  }
}
