package dev.kafkaapibridge.operator.bridge.observe;

import dev.kafkaapibridge.operator.bridge.observe.Fleet.Member;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Which resets of positions nobody was told of yet. A report lists the last ones over and over.
 * Owned by one bridge's reconcile.
 */
public final class ResetNews {

  /** Of a pod that is seen for the first time; an earlier operator has told what is older. */
  private static final Duration STILL_NEWS = Duration.ofMinutes(1);

  /** The newest that was told, by the uid of the pod. */
  private final Map<String, OffsetDateTime> told = new HashMap<>();

  public List<PositionReset> in(Fleet fleet) {
    var news = new ArrayList<PositionReset>();
    for (Member member : fleet.members()) {
      PodReport report = member.report();
      if (report != null) {
        OffsetDateTime last = told.get(member.pod().uid());
        report.resets().stream()
            .filter(reset ->
                last == null ? reset.ago().compareTo(STILL_NEWS) <= 0 : reset.at().isAfter(last))
            .forEach(news::add);
        told.merge(member.pod().uid(), newest(report), (a, b) -> a.isAfter(b) ? a : b);
      }
    }
    told.keySet()
        .retainAll(fleet.members().stream().map(m -> m.pod().uid()).collect(Collectors.toSet()));
    return List.copyOf(news);
  }

  private static OffsetDateTime newest(PodReport report) {
    return report.resets().stream()
        .map(PositionReset::at)
        .reduce(OffsetDateTime.MIN, (a, b) -> a.isAfter(b) ? a : b);
  }
}
