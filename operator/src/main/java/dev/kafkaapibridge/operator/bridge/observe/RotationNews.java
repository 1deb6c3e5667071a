package dev.kafkaapibridge.operator.bridge.observe;

import dev.kafkaapibridge.api.derived.Reference;
import dev.kafkaapibridge.operator.bridge.observe.Fleet.Member;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which Secrets and ConfigMaps have changed, in all pods, and nobody was told of yet: from then on
 * the former content may be withdrawn. Owned by one bridge's reconcile.
 */
public final class RotationNews {

  /** What an operator that has just begun sees and is older, an earlier one has told. */
  private static final Duration STILL_NEWS = Duration.ofMinutes(1);

  /** The newest that was told, by what it is. */
  private final Map<String, OffsetDateTime> told = new HashMap<>();

  /**
   * Kind, name and key of each.
   *
   * @param references those of the spec that pods run: what else they name is nobody's
   */
  public List<String> in(Fleet fleet, List<Reference> references, OffsetDateTime now) {
    Set<String> ofSpec = references.stream().map(Reference::what).collect(Collectors.toSet());
    told.keySet().retainAll(ofSpec);
    List<Member> pods = fleet.staying();
    var news = new ArrayList<String>();
    if (pods.stream().anyMatch(pod -> pod.report() == null)) {
      return news;
    }
    List<PodReport> reports =
        pods.stream().map(pod -> Objects.requireNonNull(pod.report())).toList();
    for (String what : named(reports, ofSpec)) {
      OffsetDateTime last = told.computeIfAbsent(what, any -> now.minus(STILL_NEWS));
      List<OffsetDateTime> times =
          reports.stream()
              .flatMap(report -> takenUp(what, report).stream())
              .filter(at -> at.isAfter(last))
              .sorted()
              .toList();
      if (!times.isEmpty()
          && reports.stream().allMatch(report -> has(what, report, last, times.getFirst()))) {
        told.put(what, times.getLast());
        news.add(what);
      }
    }
    return news;
  }

  private static TreeSet<String> named(List<PodReport> reports, Set<String> ofSpec) {
    var named = new TreeSet<String>();
    reports.forEach(report -> report.takenUp().forEach(takenUp -> named.add(takenUp.what())));
    named.retainAll(ofSpec);
    return named;
  }

  /** A process that began after the first one took it up has begun with it. */
  private static boolean has(
      String what, PodReport report, OffsetDateTime last, OffsetDateTime first) {
    return takenUp(what, report).filter(at -> at.isAfter(last)).isPresent()
        || (report.processStartedAt() != null && report.processStartedAt().isAfter(first));
  }

  private static Optional<OffsetDateTime> takenUp(String what, PodReport report) {
    return report.takenUp().stream()
        .filter(takenUp -> takenUp.what().equals(what))
        .map(TakenUp::at)
        .findFirst();
  }
}
