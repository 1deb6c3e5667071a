package dev.kafkaapibridge.operator.bridge.observe;

import dev.kafkaapibridge.operator.bridge.observe.Fleet.Member;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The last minute of each pod, from counters that run since its process began. Owned by one
 * bridge's reconcile.
 */
final class PaceWindow {

  static final Duration LENGTH = Duration.ofMinutes(1);

  /** Closer together, samples cost more than they tell. */
  private static final Duration BETWEEN_SAMPLES = Duration.ofSeconds(5);

  private record Sample(Instant at, String process, PaceCounters counters) {}

  private final Map<String, ArrayDeque<Sample>> samplesByPod = new HashMap<>();

  private @Nullable Settled<Throttling> settled;

  /**
   * @param known the cause that the status names; null while it names none
   * @return null while nothing is known
   */
  @Nullable Throttling look(Fleet fleet, Throttling.@Nullable Cause known, Instant now) {
    if (settled == null && known != null) {
      settled = Settled.on(new Throttling(known, null));
    }
    Throttling.Counted counted = count(fleet, now);
    if (counted != null) {
      Throttling seen = Throttling.of(counted);
      settled =
          settled == null
              ? Settled.on(seen)
              : settled.hear(seen, (a, b) -> a.cause() == b.cause(), now);
    }
    return settled == null ? null : settled.said();
  }

  /** Null while no pod has told of a stretch of time. */
  private Throttling.@Nullable Counted count(Fleet fleet, Instant now) {
    samplesByPod
        .keySet()
        .retainAll(fleet.members().stream().map(m -> m.pod().uid()).collect(Collectors.toSet()));
    boolean heard = false;
    long requests = 0;
    long rateLimited = 0;
    int limited = 0;
    int slowed = 0;
    for (Member member : fleet.speaking()) {
      PaceCounters last = pace(member);
      PaceCounters first = last == null ? null : earlier(member, last, now);
      if (last != null && first != null) {
        heard = true;
        Duration time = last.age().minus(first.age());
        requests += Math.max(0, last.requests() - first.requests());
        rateLimited += Math.max(0, last.rateLimited() - first.rateLimited());
        limited =
            Math.max(limited, Throttling.percent(last.limited().minus(first.limited()), time));
        slowed = Math.max(slowed, Throttling.percent(last.slowed().minus(first.slowed()), time));
      }
    }
    return heard ? new Throttling.Counted(requests, rateLimited, limited, slowed) : null;
  }

  /** What the pod had counted a minute ago, or as long ago as is known; null: nothing is known. */
  private @Nullable PaceCounters earlier(Member member, PaceCounters last, Instant now) {
    String process = Objects.requireNonNull(member.report()).process();
    ArrayDeque<Sample> samples =
        samplesByPod.computeIfAbsent(member.pod().uid(), uid -> new ArrayDeque<>());
    samples.removeIf(sample -> !sample.process().equals(process));
    if (samples.isEmpty() && last.age().compareTo(LENGTH) <= 0 && !last.age().isNegative()) {
      samples.add(new Sample(now.minus(last.age()), process, PaceCounters.none()));
    }
    while (samples.size() > 1 && !second(samples).at().isAfter(now.minus(LENGTH))) {
      samples.removeFirst();
    }
    PaceCounters first = samples.isEmpty() ? null : samples.getFirst().counters();
    if (samples.isEmpty() || !now.isBefore(samples.getLast().at().plus(BETWEEN_SAMPLES))) {
      samples.add(new Sample(now, process, last));
    }
    return first != null && last.age().compareTo(first.age()) > 0 ? first : null;
  }

  private static Sample second(ArrayDeque<Sample> samples) {
    var each = samples.iterator();
    each.next();
    return each.next();
  }

  private static @Nullable PaceCounters pace(Member member) {
    return member.report() == null ? null : member.report().pace();
  }
}
