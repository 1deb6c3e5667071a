package dev.kafkaapibridge.runtime.consume.deal;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What this process knows of what partitions bring: those that it reads, and for a minute those
 * that it has read, for between the two rounds in which a partition moves nobody reads it. Written
 * by who looks at the cluster and by the group's word, read when this process joins.
 */
public final class Loads {

  /** Under which the consumer hands them to its assignor. */
  public static final String CONFIG = "kab.loads";

  private static final Duration KEPT = Duration.ofMinutes(1);

  /**
   * One look at a partition that is read here.
   *
   * @param end the offset where the next record will be
   * @param backlog records that have not ended
   */
  public record Look(long end, long backlog) {}

  /**
   * @param inflow null: it was not looked at here, others have told of it
   * @param at when it was learned, nanoseconds
   */
  private record Known(Brings brings, @Nullable Inflow inflow, long at) {

    boolean isWorthTelling() {
      return inflow == null || inflow.isKnown();
    }

    Known seen(Look look, long now) {
      Inflow next =
          inflow == null
              ? Inflow.told(brings.perSecond(), look.end(), now)
              : inflow.seen(look.end(), now);
      return of(next, look, now);
    }

    static Known of(Inflow inflow, Look look, long now) {
      return new Known(new Brings(inflow.perSecond(), look.backlog()), inflow, now);
    }
  }

  private final LongSupplier nanoTime;
  private final Map<TopicPartition, Known> known = new HashMap<>();

  public Loads(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** All partitions that are read here were looked at. */
  public synchronized void seen(Map<TopicPartition, Look> looks) {
    long now = nanoTime.getAsLong();
    forget(now);
    looks.forEach((partition, look) -> {
      Known before = known.get(partition);
      known.put(
          partition,
          before == null
              ? Known.of(Inflow.first(look.end(), now), look, now)
              : before.seen(look, now));
    });
  }

  /** What others know of partitions that are to be read here from now on. */
  synchronized void learn(Map<TopicPartition, Brings> byOthers) {
    long now = nanoTime.getAsLong();
    forget(now);
    byOthers.forEach((partition, brings) -> {
      Known before = known.get(partition);
      if (before == null || !before.isWorthTelling()) {
        known.put(partition, new Known(brings, null, now));
      }
    });
  }

  /** But for what was looked at once only. */
  synchronized Map<TopicPartition, Brings> known(Set<String> topics) {
    forget(nanoTime.getAsLong());
    var worthTelling = new HashMap<TopicPartition, Brings>();
    known.forEach((partition, each) -> {
      if (each.isWorthTelling() && topics.contains(partition.topic())) {
        worthTelling.put(partition, each.brings());
      }
    });
    return worthTelling;
  }

  private void forget(long now) {
    known.values().removeIf(each -> now - each.at() > KEPT.toNanos());
  }
}
