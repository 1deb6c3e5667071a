package dev.kafkaapibridge.operator.offsets;

import dev.kafkaapibridge.operator.offsets.Look.Place;
import dev.kafkaapibridge.operator.offsets.Look.Position;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a bridge's offsets after several looks. Immutable, and pure. A record is seen
 * where a partition ends behind its position, and where its end has moved though nobody knows the
 * position; without either there is no evidence, and without all partitions there is no proof that
 * nothing waits.
 *
 * @param since when the looking began
 * @param lookedAt the last look; null: there was none
 * @param allSeenAt the last look that saw every partition and its position; null: there was none
 * @param trouble what the last look could not see; null where it saw all
 * @param ends of partitions, as they were told last
 * @param waiting records by partition, as far as the last look saw any
 */
public record Vigil(
    Instant since,
    @Nullable Instant lookedAt,
    @Nullable Instant allSeenAt,
    @Nullable Trouble trouble,
    Map<String, Long> ends,
    Map<String, Long> waiting) {

  private static final Duration BETWEEN = Duration.ofSeconds(5);

  /** A cluster that is away is not asked as often. */
  private static final Duration AFTER_TROUBLE = Duration.ofSeconds(10);

  public Vigil {
    ends = Map.copyOf(ends);
    waiting = Map.copyOf(waiting);
  }

  public static Vigil from(Instant now) {
    return new Vigil(now, null, null, null, Map.of(), Map.of());
  }

  public boolean isDue(Instant now) {
    return lookedAt == null
        || !now.isBefore(lookedAt.plus(trouble == null ? BETWEEN : AFTER_TROUBLE));
  }

  public Vigil after(Look look, Instant now) {
    return switch (look) {
      case Look.Blind(var why) -> new Vigil(since, now, allSeenAt, why, ends, Map.of());
      case Look.Seen(var places, var gap) -> {
        Map<String, Long> told = new TreeMap<>(ends);
        Map<String, Long> records = new TreeMap<>();
        for (Place place : places) {
          long behind = behind(place, ends.get(place.partition()));
          if (behind > 0) {
            records.put(place.partition(), behind);
          }
          told.put(place.partition(), place.end());
        }
        yield new Vigil(since, now, gap == null ? now : allSeenAt, gap, told, records);
      }
    };
  }

  private static long behind(Place place, @Nullable Long endBefore) {
    return switch (place.position()) {
      case Position.Committed(long offset) -> place.end() - offset;
      case Position.First(long offset) -> place.end() - offset;
      case Position.Unknown() -> endBefore == null ? 0 : place.end() - endBefore;
    };
  }

  /** Whether the last look proves that nothing waits. */
  public boolean nothingWaits() {
    return lookedAt != null && trouble == null && waiting.isEmpty();
  }

  public long records() {
    return waiting.values().stream().mapToLong(Long::longValue).sum();
  }

  /** How long nobody has seen all partitions. */
  public Duration blindFor(Instant now) {
    return Duration.between(allSeenAt == null ? since : allSeenAt, now);
  }
}
