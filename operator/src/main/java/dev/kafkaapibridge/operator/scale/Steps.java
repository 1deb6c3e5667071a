package dev.kafkaapibridge.operator.scale;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When to act on what is wanted: at once where it is much more, at the second asking where it is a
 * little more, and downwards only after it was less for a while. Immutable.
 *
 * @param wishes how many pods were needed of late
 * @param asking ticks running in which more pods were wanted than there are
 * @param changedAt when the number was changed last; null: never seen
 * @param takenAt when pods were taken away last; null: never seen
 * @param allReadySince since when all pods that were asked for are ready; null: they are not
 * @param readyOf how many these are
 */
public record Steps(
    Wishes wishes,
    int asking,
    @Nullable Instant changedAt,
    @Nullable Instant takenAt,
    @Nullable Instant allReadySince,
    int readyOf) {

  private static final double SETTLED = 30;
  private static final double BETWEEN_TAKING = 60;
  private static final double WHERE_PODS_BUY_NOTHING = 60;

  static Steps none() {
    return new Steps(Wishes.none(), 0, null, null, null, 0);
  }

  static Steps lastAt(@Nullable Instant changedAt) {
    return new Steps(Wishes.none(), 0, changedAt, changedAt, null, 0);
  }

  /** Before a decision: what has become of the last one. */
  Steps seen(Sample sample) {
    boolean all = sample.ready() == sample.replicas() && sample.ready() > 0;
    boolean same = allReadySince != null && readyOf == sample.replicas();
    return new Steps(
        wishes,
        asking,
        changedAt,
        takenAt,
        all ? (same ? allReadySince : sample.at()) : null,
        sample.replicas());
  }

  /** Whether all pods have been there for half a minute. */
  boolean settled(Sample sample) {
    return allReadySince != null && sample.secondsSince(allReadySince) >= SETTLED;
  }

  /** A decision: the number, and what to remember of it. */
  record Step(int replicas, boolean waits, Steps next) {}

  /**
   * @param out wanted, where pods may be added
   * @param in wanted, where pods may be taken away
   * @param capped whether more pods buy nothing at present
   */
  Step towards(int out, int in, Sample sample, Policy policy, boolean capped) {
    int current = sample.replicas();
    double stabilization = Sample.seconds(policy.stabilization());
    Wishes wished = wishes.with(in, sample, Math.max(stabilization, WHERE_PODS_BUY_NOTHING));
    if (out > current) {
      boolean much = out >= current + 2 || out >= 1.5 * current;
      return much || asking >= 1
          ? new Step(out, false, changed(wished, takenAt, sample))
          : new Step(
              current, true, new Steps(wished, 1, changedAt, takenAt, allReadySince, readyOf));
    }
    Steps waiting = new Steps(wished, 0, changedAt, takenAt, allReadySince, readyOf);
    if (in >= current) {
      return new Step(current, false, waiting);
    }
    double window = capped ? Math.min(WHERE_PODS_BUY_NOTHING, stabilization) : stabilization;
    int highest = Math.max(in, Math.min(current, wished.highest(sample, window, current)));
    boolean may =
        settled(sample) && sample.secondsSince(takenAt) >= Math.min(BETWEEN_TAKING, stabilization);
    return may && highest < current
        ? new Step(highest, false, changed(wished, sample.at(), sample))
        : new Step(current, true, waiting);
  }

  /** The number was changed for another reason than what is wanted. */
  Steps moved(int from, int to, Sample sample) {
    return from == to ? this : changed(wishes, to < from ? sample.at() : takenAt, sample);
  }

  /** Nobody could count, so what there is may have been needed. */
  Steps held(int replicas, Sample sample, Policy policy) {
    double kept = Math.max(Sample.seconds(policy.stabilization()), WHERE_PODS_BUY_NOTHING);
    return new Steps(
        wishes.with(replicas, sample, kept), 0, changedAt, takenAt, allReadySince, readyOf);
  }

  private Steps changed(Wishes wished, @Nullable Instant taken, Sample sample) {
    return new Steps(wished, 0, sample.at(), taken, null, 0);
  }
}
