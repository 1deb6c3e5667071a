package dev.kafkaapibridge.operator.bridge.observe;

import dev.kafkaapibridge.api.derived.Reference;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Which certificates have come closer to their end than people were told: thirty days, seven, one,
 * or none. Owned by one bridge's reconcile; an operator that has just begun tells once more.
 */
public final class ExpiryNews {

  private static final List<Duration> STAGES =
      List.of(Expiring.SOON, Duration.ofDays(7), Duration.ofDays(1), Duration.ZERO);

  private record Told(OffsetDateTime end, long stage) {}

  private final Map<String, Told> told = new HashMap<>();

  /**
   * @param references those of the spec that pods run
   */
  public List<Expiring> in(Fleet fleet, List<Reference> references, OffsetDateTime now) {
    // Pods that are silent for a while take nothing back.
    told.keySet().retainAll(references.stream().map(Reference::what).collect(Collectors.toSet()));
    var news = new ArrayList<Expiring>();
    for (Expiring one : Expiring.soon(fleet, references, now)) {
      long stage = STAGES.stream().filter(left -> !one.at().minus(left).isAfter(now)).count();
      Told before = told.put(one.what(), new Told(one.at(), stage));
      if (stage > 0
          && (before == null || before.stage() < stage || wasFarther(one, before, stage))) {
        news.add(one);
      }
    }
    return news;
  }

  /**
   * Whether a renewed certificate has ever had more time left than this stage: one that lives for a
   * day and is renewed each eight hours is within its last day all the time, and all is well.
   */
  private static boolean wasFarther(Expiring renewed, Told former, long stage) {
    Duration longer = Duration.between(former.end(), renewed.at());
    return longer.compareTo(STAGES.get((int) stage - 1)) > 0;
  }
}
