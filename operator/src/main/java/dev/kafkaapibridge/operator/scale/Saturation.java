package dev.kafkaapibridge.operator.scale;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether more pods helped. An API that has reached its limit need not say so: it may just answer
 * more slowly. So each series of scale-outs is judged when its pods have settled, pods that did not
 * help are taken back, and that verdict is judged in turn. Immutable.
 *
 * @param series the steps that wait for their verdict; null: none
 * @param cap what was concluded; null: nothing
 * @param noVerdictUntil so long a verdict that was wrong is not repeated; null: never was
 */
public record Saturation(
    @Nullable Series series, @Nullable Cap cap, @Nullable Instant noVerdictUntil) {

  /** What the pods did before the first of the new ones was there. */
  public record Series(int replicas, double accepted, double inFlight, double latency) {}

  /**
   * @param replicas beyond which pods did not help
   * @param allowed at present: more than {@code replicas} while that is tried again
   * @param accepted calls a second when that was concluded
   * @param from how many pods there were then
   * @param retestAt when to try again
   * @param pause how long that was waited for, in seconds
   * @param confirmed whether fewer pods were seen to do as well
   */
  public record Cap(
      int replicas,
      int allowed,
      double accepted,
      int from,
      Instant retestAt,
      double pause,
      boolean confirmed) {}

  private static final double FIRST_PAUSE = 600;
  private static final double LONGEST_PAUSE = 3600;
  private static final double NO_VERDICT = 900;

  /** More than it takes, so that the backlog shrinks too. */
  private static final double ROOM = 1.1;

  /** Of the pods that were too many; else it is not worth a try. */
  private static final double MUCH_FEWER = .8;

  static Saturation none() {
    return new Saturation(null, null, null);
  }

  static Saturation cappedAt(int replicas, Instant now) {
    return new Saturation(
        null,
        new Cap(
            replicas,
            replicas,
            0,
            replicas,
            now.plusSeconds((long) FIRST_PAUSE),
            FIRST_PAUSE,
            true),
        null);
  }

  /**
   * Before a decision: what the last steps have shown.
   *
   * @param told whether nearly all partitions are told of: while they change hands, what waits in
   *     the others is not gone
   */
  Saturation after(Readings readings, Demand demand, Sample sample, boolean settled, boolean told) {
    return judgedCap(readings, demand, sample, settled, told)
        .judgedSeries(readings, demand, sample, settled);
  }

  /** After a decision. */
  Saturation stepped(int from, int to, Readings readings) {
    boolean ofTheCap = cap != null && !cap.confirmed(); // judged by what the cap is judged by
    return to > from && series == null && !ofTheCap
        ? new Saturation(
            new Series(from, readings.accepted(), readings.inFlight(), readings.latency()),
            cap,
            noVerdictUntil)
        : this;
  }

  private Saturation judgedSeries(
      Readings readings, Demand demand, Sample sample, boolean settled) {
    if (series == null) {
      return this;
    }
    if (sample.replicas() <= series.replicas()) {
      return new Saturation(null, cap, noVerdictUntil);
    }
    if (readings.ready() <= series.replicas()) {
      return new Saturation(
          new Series(
              series.replicas(), readings.accepted(), readings.inFlight(), readings.latency()),
          cap,
          noVerdictUntil);
    }
    if (!settled) {
      return this;
    }
    boolean mayTell = noVerdictUntil == null || !sample.at().isBefore(noVerdictUntil);
    if (!mayTell || !isTelling(readings, demand)) {
      return new Saturation(null, cap, noVerdictUntil);
    }
    return helped(series, readings, sample.replicas())
        ? new Saturation(null, null, noVerdictUntil)
        : new Saturation(null, capped(series, readings, sample), noVerdictUntil);
  }

  /**
   * They did not where there is more under way, each slower, and hardly more accepted. All three:
   * newcomers without work put nothing under way, and an API that has merely become slow gets more
   * done with more under way. Nor did they where newcomers have work enough and yet nothing more is
   * under way: records wait for each other then.
   */
  private static boolean helped(Series before, Readings now, int replicas) {
    double grown = (double) replicas / Math.max(1, before.replicas()) - 1;
    double more = before.inFlight() <= 0 ? 1 : now.inFlight() / before.inFlight();
    double slower = before.latency() <= 0 ? 1 : now.latency() / before.latency();
    boolean slowed =
        more > 1 + Math.min(.3, .5 * grown)
            && slower > 1 + Math.min(.2, grown / 3)
            && now.accepted() < before.accepted() * (1 + .25 * (more - 1));
    boolean inTurn =
        now.mostPressed()
            && more < 1 + .25 * grown
            && now.accepted() < before.accepted() * (1 + .25 * grown);
    return !slowed && !inTurn;
  }

  private Cap capped(Series series, Readings readings, Sample sample) {
    double pause = cap == null ? FIRST_PAUSE : Math.min(LONGEST_PAUSE, 2 * cap.pause());
    return new Cap(
        series.replicas(),
        series.replicas(),
        readings.accepted(),
        sample.replicas(),
        sample.at().plusSeconds((long) pause),
        pause,
        false);
  }

  /** All have more than enough to do, and the API refuses none of it. */
  private static boolean isTelling(Readings readings, Demand demand) {
    return !readings.opposed() && demand.backlog() > 5 * Math.max(1, readings.accepted());
  }

  private Saturation judgedCap(
      Readings readings, Demand demand, Sample sample, boolean settled, boolean told) {
    if (cap == null) {
      return this;
    }
    if ((told && !demand.backlogged(2))
        || (cap.accepted() > 0 && readings.accepted() > 1.25 * cap.accepted())) {
      return new Saturation(null, null, noVerdictUntil);
    }
    if (!cap.confirmed()) {
      boolean telling = settled && told && isTelling(readings, demand);
      if (telling && sample.replicas() == cap.replicas()) {
        return judgedFewer(cap, readings, sample);
      }
      // Nobody has followed, or nothing could be told of it: it is no more than a guess.
      return sample.at().isBefore(cap.retestAt()) ? this : withoutVerdict(sample);
    }
    if (cap.allowed() == cap.replicas() && !sample.at().isBefore(cap.retestAt())) {
      return new Saturation(series, triedAgain(cap), noVerdictUntil);
    }
    return this;
  }

  /** Fewer pods are there. Do they do as well? Else as many as it would take, at what each does. */
  private Saturation judgedFewer(Cap cap, Readings readings, Sample sample) {
    double fewer = 1 - (double) sample.replicas() / Math.max(1, cap.from());
    if (readings.accepted() >= cap.accepted() * (1 - .25 * fewer)) {
      return new Saturation(series, confirmed(cap), noVerdictUntil);
    }
    double each = readings.accepted() / sample.replicas();
    double takes = Math.ceil(ROOM * cap.accepted() / Math.max(1e-9, each));
    return takes < MUCH_FEWER * cap.from()
        ? new Saturation(null, cappedAt((int) takes, cap), noVerdictUntil)
        : withoutVerdict(sample);
  }

  private static Saturation withoutVerdict(Sample sample) {
    return new Saturation(null, null, sample.at().plusSeconds((long) NO_VERDICT));
  }

  private static Cap confirmed(Cap cap) {
    return of(cap, cap.replicas(), cap.allowed(), true);
  }

  /** Not confirmed: it is judged again once there are so many. */
  private static Cap cappedAt(int replicas, Cap cap) {
    return of(cap, replicas, replicas, false);
  }

  private static Cap triedAgain(Cap cap) {
    int more = Math.max(cap.replicas() + 1, (int) Math.ceil(1.25 * cap.replicas()));
    return of(cap, cap.replicas(), more, true);
  }

  private static Cap of(Cap cap, int replicas, int allowed, boolean confirmed) {
    return new Cap(
        replicas, allowed, cap.accepted(), cap.from(), cap.retestAt(), cap.pause(), confirmed);
  }

  boolean isCapped() {
    return cap != null;
  }

  int capping(int replicas) {
    return cap == null ? replicas : Math.min(replicas, cap.allowed());
  }
}
