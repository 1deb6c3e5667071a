package dev.kafkaapibridge.operator.scale;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When to act on what is wanted: at once where it is much more, after some seconds where it is a
 * little more, and downwards only after it was less for a while. Immutable.
 *
 * @param wishes how many pods were needed of late
 * @param askingSince since when more pods are wanted than there are; null: they are not
 * @param changedAt when the number was seen to have changed; null: never
 * @param takenAt when pods were seen to be taken away; null: never
 * @param allReadySince since when all pods that were asked for are ready; null: they are not
 * @param readyOf pods that were asked for a tick ago; 0: not known
 */
public record Steps(
    Wishes wishes,
    @Nullable Instant askingSince,
    @Nullable Instant changedAt,
    @Nullable Instant takenAt,
    @Nullable Instant allReadySince,
    int readyOf) {

  private static final double SETTLED = 30;

  /** So long a little more has to be wanted, seconds. */
  private static final double A_LITTLE_MORE = 9;

  private static final double BETWEEN_TAKING = 60;
  private static final double WHERE_PODS_BUY_NOTHING = 60;

  static Steps none() {
    return new Steps(Wishes.none(), null, null, null, null, 0);
  }

  static Steps lastAt(@Nullable Instant changedAt) {
    return new Steps(Wishes.none(), null, changedAt, changedAt, null, 0);
  }

  /** Before a decision: what has become of the last one, which may not have been followed. */
  Steps seen(Sample sample) {
    int now = sample.replicas();
    boolean known = readyOf > 0;
    boolean all = sample.ready() == now && now > 0;
    boolean same = allReadySince != null && readyOf == now;
    return new Steps(
        wishes,
        askingSince,
        known && now != readyOf ? sample.at() : changedAt,
        known && now < readyOf ? sample.at() : takenAt,
        all ? (same ? allReadySince : sample.at()) : null,
        now);
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
      Instant since = askingSince == null ? sample.at() : askingSince;
      boolean now = much || sample.secondsSince(since) >= A_LITTLE_MORE;
      return new Step(now ? out : current, !now, with(wished, since));
    }
    if (in >= current) {
      return new Step(current, false, with(wished, null));
    }
    double window = capped ? Math.min(WHERE_PODS_BUY_NOTHING, stabilization) : stabilization;
    int highest = Math.max(in, Math.min(current, wished.highest(sample, window, current)));
    boolean may =
        settled(sample) && sample.secondsSince(takenAt) >= Math.min(BETWEEN_TAKING, stabilization);
    int replicas = may ? highest : current;
    return new Step(replicas, replicas == current, with(wished, null));
  }

  /** Nobody could count, so what there is may have been needed. */
  Steps held(int replicas, Sample sample, Policy policy) {
    double kept = Math.max(Sample.seconds(policy.stabilization()), WHERE_PODS_BUY_NOTHING);
    return with(wishes.with(replicas, sample, kept), null);
  }

  private Steps with(Wishes wished, @Nullable Instant asking) {
    return new Steps(wished, asking, changedAt, takenAt, allReadySince, readyOf);
  }
}
