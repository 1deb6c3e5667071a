package dev.kafkaapibridge.operator.scale;

import dev.kafkaapibridge.operator.scale.Sample.Partition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How fast records come in, from the ends of partitions at two moments each. Immutable.
 *
 * @param flows by partition
 * @param totals of all partitions together over the last 90 s, the oldest first
 * @param madeAgainAt when an end went backwards: somebody made the topic anew; null: never
 */
public record Arrivals(Map<String, Flow> flows, List<Total> totals, @Nullable Instant madeAgainAt) {

  /**
   * @param endAt when the end was asked for, by the pod's clock
   * @param seenAt when that was news, by our own
   * @param perSecond between the last two ends; -1 before there were two
   * @param smooth the same, over about half a minute
   */
  public record Flow(long end, Instant endAt, Instant seenAt, double perSecond, double smooth) {}

  /** Records a second between the tick before and {@code at}. */
  public record Total(Instant at, double seconds, double perSecond) {}

  private static final double WINDOW = 90;
  private static final double SMOOTHING = 20;
  private static final double FORGOTTEN = 600;

  /** Fewer ticks say nothing of what is usual. */
  private static final int BEFORE_A_LEVEL = 4;

  /** Of what came before. */
  private static final double MUCH_MORE = .2;

  /** Times what came before: more has to be seen twice. */
  private static final double SUDDEN = 5;

  /** So many partitions are remembered that no pod tells of any more: pods can invent them. */
  private static final int MOST_UNTOLD = 10_000;

  static Arrivals none() {
    return new Arrivals(Map.of(), List.of(), null);
  }

  Arrivals after(Sample sample, double elapsed) {
    Map<String, Flow> next = new TreeMap<>();
    boolean backwards = false;
    double sum = 0;
    boolean known = false;
    for (Partition partition : sample.partitions()) {
      Flow last = flows.get(partition.name());
      Flow before = last != null && isRemembered(last, sample) ? last : null;
      Flow now = flow(before, partition, sample.at());
      backwards |= before != null && now.end() < before.end();
      known |= now != before && now.perSecond() >= 0;
      sum += Math.max(0, now.perSecond());
      next.put(partition.name(), now);
    }
    flows.entrySet().stream()
        .filter(e -> !next.containsKey(e.getKey()) && isRemembered(e.getValue(), sample))
        .limit(MOST_UNTOLD)
        .toList()
        .forEach(e -> next.put(e.getKey(), e.getValue()));
    var recent = new ArrayList<Total>();
    if (!backwards) {
      totals.stream().filter(t -> sample.secondsSince(t.at()) < WINDOW).forEach(recent::add);
    }
    // What only some pods tell is no sum; the last one stands.
    if (known && sample.complete() && elapsed > 0) {
      recent.add(new Total(sample.at(), elapsed, sum));
    }
    return new Arrivals(
        Collections.unmodifiableMap(next),
        List.copyOf(recent),
        backwards ? sample.at() : madeAgainAt);
  }

  private static boolean isRemembered(Flow flow, Sample sample) {
    return sample.secondsSince(flow.seenAt()) < FORGOTTEN;
  }

  private static Flow flow(@Nullable Flow before, Partition partition, Instant at) {
    double seconds =
        before == null ? 0 : Sample.seconds(Duration.between(before.endAt(), partition.endAt()));
    if (before != null && seconds < 1) {
      return before; // Nobody asked again, or too soon to divide by; or an older word.
    }
    if (before == null || partition.end() < before.end()) {
      return new Flow(partition.end(), partition.endAt(), at, -1, 0);
    }
    double now = (partition.end() - before.end()) / seconds;
    double weight = before.perSecond() < 0 ? 1 : 1 - Math.exp(-seconds / SMOOTHING);
    return new Flow(
        partition.end(),
        partition.endAt(),
        at,
        now,
        before.smooth() + weight * (now - before.smooth()));
  }

  boolean known() {
    return !totals.isEmpty();
  }

  /**
   * Records a second that are to be expected: quick to rise, at once to a new level, and with a
   * trend, where there is one.
   */
  double expected(Instant at) {
    double half = mean(at, 30);
    double quarter = mean(at, 15);
    OptionalDouble level = newLevel();
    return level.isPresent()
        ? Math.max(level.getAsDouble(), Math.max(half, quarter))
        : Math.max(0, Math.max(half, (half + quarter) / 2) + trend(at) * 30);
  }

  /**
   * What each of the last ticks brought at the least, if that is more than any of those before did,
   * by more than chance does. A producer that writes in batches makes a new level at most by those
   * that are further apart than what is remembered; so one tick alone is not believed to be many
   * times what was, nor are two over which a batch is spread.
   */
  private OptionalDouble newLevel() {
    int last = totals.size() - 1;
    double[] highest = new double[totals.size()];
    for (int i = 1; i <= last; i++) {
      highest[i] = Math.max(highest[i - 1], totals.get(i - 1).perSecond());
    }
    double lowest = Double.MAX_VALUE;
    for (int i = last; i >= BEFORE_A_LEVEL; i--) {
      Total tick = totals.get(i);
      lowest = Math.min(lowest, tick.perSecond());
      double chance = 4 * Math.sqrt(Math.max(1, highest[i] * tick.seconds())) / tick.seconds();
      if (lowest - highest[i] > Math.max(chance, MUCH_MORE * highest[i])) {
        return OptionalDouble.of(i == last ? Math.min(lowest, SUDDEN * highest[last - 1]) : lowest);
      }
    }
    return OptionalDouble.empty();
  }

  /** By partition, in proportion to what each got of late, so that they add up to the expected. */
  Map<String, Double> expectedByPartition(Sample sample) {
    double expected = expected(sample.at());
    double sum = 0;
    for (Partition partition : sample.partitions()) {
      sum += smooth(partition);
    }
    var shares = new HashMap<String, Double>();
    for (Partition partition : sample.partitions()) {
      shares.put(partition.name(), sum > 0 ? expected * smooth(partition) / sum : 0);
    }
    return shares;
  }

  private double smooth(Partition partition) {
    Flow flow = flows.get(partition.name());
    return flow == null ? 0 : flow.smooth();
  }

  /** Over the last seconds; a stretch that began before counts in part. */
  private double mean(Instant at, double seconds) {
    return mean(at, 0, seconds);
  }

  private double mean(Instant at, double from, double to) {
    double records = 0;
    double covered = 0;
    for (Total total : totals) {
      double end = Sample.seconds(Duration.between(total.at(), at));
      double overlap = Math.min(to, end + total.seconds()) - Math.max(from, end);
      if (overlap > 0) {
        records += overlap * total.perSecond();
        covered += overlap;
      }
    }
    if (covered > 0) {
      return records / covered;
    }
    return totals.isEmpty() ? 0 : totals.getLast().perSecond();
  }

  /**
   * Records a second, each second. 0 unless the halves of the window differ by more than chance,
   * and the later half by itself goes the same way: the end of a burst is no trend.
   */
  private double trend(Instant at) {
    if (totals.isEmpty()
        || Sample.seconds(Duration.between(totals.getFirst().at(), at))
                + totals.getFirst().seconds()
            < WINDOW - 20) {
      return 0;
    }
    double half = WINDOW / 2;
    double late = mean(at, 0, half);
    double early = mean(at, half, WINDOW);
    double chance = 3 * Math.sqrt((late + early) * half);
    if (Math.abs(late - early) * half <= chance) {
      return 0;
    }
    double whole = (late - early) / half;
    double lately = (mean(at, 0, half / 2) - mean(at, half / 2, half)) / (half / 2);
    return whole * lately <= 0
        ? 0
        : Math.copySign(Math.min(Math.abs(whole), Math.abs(lately)), whole);
  }
}
