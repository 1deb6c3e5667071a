package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.runtime.deliver.Round.Look;
import dev.kafkaapibridge.runtime.deliver.Round.Seen;

/**
 * How many calls at once the target takes, by which of them fail. A cut is a trial: failures that
 * go on at the same rate with fewer calls at once are not made by the calls at once, and the number
 * is given back. Values in, values out; {@code now} is of a clock that doesn't go back,
 * nanoseconds.
 *
 * <pre>
 *   Steady --some fail: as many as were accepted at once--> Trial --hardly any fails--> Steady, with fewer
 *    |  ^                                                   |  |                          |
 *    |  +--as before: the number is given back--------------+  +-- better, but not well:  | well, and all were used:
 *    +-- all fail: half of them; the rest is the breaker's     |   fewer yet              | some more, until some fail
 *                                                              +-- all fail: no verdict   |
 * </pre>
 *
 * @param most calls at once: what the user allows, and memory
 * @param limit calls at once now; 1 to {@code most}
 */
record Concurrency(int most, int limit, Phase phase, Growth growth, UsualFailures usual) {

  sealed interface Phase {}

  /**
   * @param grownFrom what was well before the latest step; 0: there was none, or it was well since
   */
  record Steady(int grownFrom) implements Phase {}

  /**
   * @param from what to give back
   * @param failing share of the calls that failed with {@code from}
   * @param before the share with the number before this one
   * @param grown whether the cut takes back a step
   * @param cuts so far
   */
  record Trial(int from, double failing, double before, boolean grown, int cuts) implements Phase {}

  /** A cut has helped when accepted calls, by failed ones, are so many times as many. */
  private static final double HELPED = 3;

  /** It is worth another when they are so many times as many. */
  private static final double BETTER = 1.5;

  /** A trial counts calls until so many would have failed as before. */
  private static final double TELLING = 12;

  private static final double NEARLY_ALL = 0.95;

  private static final int FEWEST_CALLS = 24;
  private static final int MOST_CALLS = 240;

  private static final int ROUND = 20;
  private static final int GENERATIONS = 3;

  /** The deepest that is cut at once: what is accepted at once is measured in a hurry. */
  private static final int DEEPEST = 8;

  static Concurrency of(int most) {
    return new Concurrency(most, most, new Steady(0), Growth.none(), UsualFailures.none());
  }

  /** What to look at next. */
  Look look(long now) {
    return switch (phase) {
      // Whoever has just taken a step knows what to suspect.
      case Steady(int grownFrom) ->
          new Look(ROUND, GENERATIONS, 1, usual.bearable(now), grownFrom > 0);
      case Trial trial ->
          new Look(
              (int) Math.clamp(TELLING / trial.failing(), FEWEST_CALLS, MOST_CALLS),
              0,
              limit / 2 + 1,
              failing(HELPED * odds(trial.failing())),
              false);
    };
  }

  /** Whether there is nothing to be found: as many as there may be, and no trial. */
  boolean isFree() {
    return limit == most && phase instanceof Steady;
  }

  /** The number to reckon with: a trial has found nothing yet. */
  int settled() {
    return phase instanceof Trial trial ? trial.from() : limit;
  }

  Concurrency after(Seen seen, long now) {
    return switch (phase) {
      case Steady steady ->
          seen.failed() < Round.SOME || seen.failing() <= usual.bearable(now)
              ? well(steady, seen, now)
              : suspect(steady, seen, now);
      case Trial trial -> tried(trial, seen, now);
    };
  }

  /**
   * The circuit had opened, and has closed. Of a round in which all calls failed that is a verdict;
   * a trial in which they didn't has not gone down far enough. What else was seen is forgotten, or
   * the end of an outage would look like a target that takes fewer.
   */
  Concurrency circuitHasOpened(Round round, long now) {
    return switch (phase) {
      case Steady ignored -> round.seen().acceptedAtOnce() == 0 ? after(round.seen(), now) : this;
      case Trial trial -> round.isMixed() && limit > 1 ? with(limit / 2, trial) : this;
    };
  }

  private Concurrency well(Steady steady, Seen seen, long now) {
    boolean used = seen.most() >= limit;
    Growth known = used && steady.grownFrom() > 0 ? growth.isWell(limit) : growth;
    UsualFailures fewer = usual.after(seen);
    if (used && limit < most && !growth.rests(now)) {
      int more = known.next(limit, most);
      return new Concurrency(most, more, new Steady(limit), known.grown(most), fewer);
    }
    return new Concurrency(most, limit, used ? new Steady(0) : steady, known, fewer);
  }

  private Concurrency suspect(Steady steady, Seen seen, long now) {
    boolean grown = steady.grownFrom() > 0 && steady.grownFrom() < seen.most();
    if (limit == 1) {
      // There is none fewer, so it is not for the number.
      var known = UsualFailures.shown(Math.min(seen.failing(), NEARLY_ALL), now, usual);
      return new Concurrency(most, limit, phase, growth, known).well(steady, seen, now);
    }
    if (seen.most() == 1) {
      return this;
    }
    int fewer = grown ? steady.grownFrom() : fewer(seen);
    double failing = Math.min(seen.failing(), NEARLY_ALL);
    return with(fewer, new Trial(limit, failing, failing, grown, 1));
  }

  private Concurrency tried(Trial trial, Seen seen, long now) {
    if (seen.acceptedAtOnce() == 0) {
      return this; // it shows nothing, and not all should come at once when the target is back
    }
    if (odds(seen.failing()) >= HELPED * odds(trial.failing())) {
      Growth next = trial.grown() ? growth.between(limit, trial.from(), now) : Growth.from(limit);
      return new Concurrency(most, limit, new Steady(0), next, usual);
    }
    if (seen.most() <= limit / 2 && seen.most() > 1) {
      return with(accepted(seen, seen.most(), seen.most() - 1), trial); // it was no trial yet
    }
    boolean guessed =
        trial.grown() ? trial.cuts() == 1 : trial.failing() >= NEARLY_ALL && trial.cuts() < 4;
    boolean better = odds(seen.failingAtMost()) >= BETTER * odds(trial.before());
    if (limit > 1 && (guessed || better)) {
      return with(
          accepted(seen, limit, limit / 2),
          new Trial(
              trial.from(), trial.failing(), seen.failing(), trial.grown(), trial.cuts() + 1));
    }
    double still = Math.max(seen.failing(), Math.min(seen.failingAtMost(), trial.failing()));
    return new Concurrency(
        most,
        trial.from(),
        new Steady(0),
        growth.notTooMany(),
        UsualFailures.shown(still, now, usual));
  }

  private Concurrency with(int other, Phase next) {
    return new Concurrency(most, other, next, growth, usual);
  }

  /** Where all fail it is most likely an outage: half of them are soon all of them again. */
  private static int fewer(Seen seen) {
    return seen.acceptedAtOnce() == 0
        ? seen.most() / 2
        : accepted(seen, seen.most(), seen.most() - 1);
  }

  /** As many as were accepted at once, which is the best guess there is. */
  private static int accepted(Seen seen, int of, int atMost) {
    int least = Math.min(Math.ceilDiv(of, DEEPEST), atMost);
    return (int) Math.clamp(Math.ceil(seen.acceptedAtOnce()), least, atMost);
  }

  /** Accepted calls by failed ones. */
  private static double odds(double failing) {
    return failing <= 0 ? Double.POSITIVE_INFINITY : (1 - failing) / failing;
  }

  private static double failing(double odds) {
    return 1 / (1 + odds);
  }
}
