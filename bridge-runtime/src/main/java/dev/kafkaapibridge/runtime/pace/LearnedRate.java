package dev.kafkaapibridge.runtime.pace;

import java.util.function.DoubleSupplier;

/**
 * How many calls a second the target takes from this process, learned from which of them it limits
 * (429). Rates belong to partitions: who gets a partition gets its part of the rate, so the sum
 * over all processes is the same before and after. No clock, no threads: {@code now} comes with
 * each call, in nanoseconds of a clock that doesn't go back. Owned by its {@link Pace}.
 *
 * <pre>
 *   Open --limited: what was accepted is the ceiling--> Hold <--limited: back to the ceiling-- Probe
 *     ^  at first a ramp, then no rate at all            | ^                                     |
 *     |                                                  | +- limited: lower ceiling             +- all accepted and more
 *     |                                                  +---- time is over -----------------^      wanted: a bit faster,
 *     +---- the target advertises more than before --------------------------------------------    more so each second
 * </pre>
 *
 * Only what was let go since the latest change of course counts: calls under way when the first was
 * limited say nothing new.
 */
final class LearnedRate {

  enum Mode {
    Open,
    Hold,
    Probe
  }

  private static final double SECOND = 1e9;

  /** The rate to stay at, of what the target is believed to take. */
  private static final double PLATEAU = 0.97;

  /**
   * How long to stay there before looking for more, seconds; a quarter more or less by chance.
   * Longer where that is less than {@link #HOLD_CALLS}, for a look costs one or two calls.
   */
  private static final double HOLD = 11;

  private static final double LONGEST_HOLD = 30;
  private static final double HOLD_CALLS = 100;

  /** Where the target counts by the second, what is left of the present one says nothing. */
  private static final double SETTLES = SECOND;

  private static final double HOLD_JITTER = 0.25;

  /** The first step up in a probe, of the ceiling; each further one is so much larger. */
  private static final double STEP = 0.03;

  private static final double STEP_GROWS = 1.4;

  /** Steps are counted of the best rate known too, or a rate that fell to nothing stays there. */
  private static final double OF_BEST = 1.0 / 16;

  /** The ramp at the start: calls a second at first, and how long until they have doubled. */
  private static final double RAMP_FROM = 10;

  private static final double RAMP_DOUBLES = 0.4 * SECOND;
  private static final double RAMP_ENDS = 5 * SECOND;

  /** So long after the start what was accepted is a guess of what the target takes, seconds. */
  private static final double YOUNG = 30;

  /** Limited within this time of the last, seconds: it is still too fast. */
  private static final double AGAIN = 5;

  /** A guess that is so near to what it is below is as good as known. */
  private static final double GUESS_IS_GOOD = 1.05;

  /**
   * Not limited for so long, seconds: who is at its limit is limited sooner, also with a small
   * share (a hold of 37.5 s, and a probe) and where the target counts by the minute.
   */
  static final int CALM = 75;

  /** Where a calm rate goes on in other hands, how long until it grows again, seconds. */
  private static final double SOON = 0.2;

  /** And by what part of the ceiling at first: the others grow as well. */
  private static final double CALM_STEP = 0.1;

  /** A rate never falls below this for each partition: one call in fifty seconds asks on. */
  private static final double LEAST = 0.02;

  /** A step counts calls of this part of the rate as having used it. */
  private static final double USED = 0.8;

  private final DoubleSupplier random;

  private Mode mode = Mode.Open;
  private int partitions;

  /** Calls a second; infinite while nothing is known. */
  private double rate = Double.POSITIVE_INFINITY;

  /** What the target is believed to take from this process, calls a second. */
  private double ceiling;

  /** The highest ceiling of late. */
  private double best;

  /** Where the ceiling is a guess: it is below this, calls a second. 0: it is none. */
  private double guessedBelow;

  private boolean raisedGuess;

  private long holdUntil;
  private long limitedAt = Long.MIN_VALUE / 2;

  /** When it began to be open, or its ramp did. */
  private long openAt;

  private boolean ramping;

  /** Accepted in the last full second of being open, and in the present one. */
  private double acceptedRate;

  /** Let go on the ramp, accepted after it. */
  private long acceptedSinceOpen;

  private long secondAt;
  private long acceptedInSecond;

  /** Calls a second that were let go in the last fifth of a second of the ramp. */
  private double sentLately;

  /** The course: counts of it are of calls that were let go since {@link #courseAt}. */
  private int course;

  private long courseAt;
  private long entered;
  private long limited;
  private long firstLimitedAt;
  private long enteredAtFirstLimited;

  /** How often in a row it was limited and closed, soon after each other. */
  private int closings;

  /** The present second of a hold or step of a probe. */
  private long stepAt;

  private long enteredAtStep;
  private long heldBack;
  private boolean confirmed;
  private double step;

  /** Calls that the target may have saved up for us before the probe, for we sent fewer. */
  private double saved;

  /** The rate before the latest step, at which all was accepted. */
  private double rateBefore;

  LearnedRate(DoubleSupplier random, long now) {
    this.random = random;
    openAnew(now, true);
  }

  Mode mode() {
    return mode;
  }

  /** Calls a second that may be sent now; infinite: as many as there are. */
  double rate(long now) {
    if (!ramping) {
      return rate;
    }
    return Math.min(rate, RAMP_FROM * Math.pow(2, (now - openAt) / RAMP_DOUBLES));
  }

  /** What was learned, calls a second; infinite: nothing. */
  double learned() {
    return rate;
  }

  /** Which course it is on; what a call learns counts only for the one that let it go. */
  int course() {
    return course;
  }

  /** A call is let go. Returns its number within the course. */
  long enter() {
    return ++entered;
  }

  void giveBack(int itsCourse) {
    if (itsCourse == course) {
      entered--;
    }
  }

  /** A call would go if the rate were higher. */
  void heldBack() {
    heldBack++;
  }

  /**
   * The target has taken a call.
   *
   * @param number as {@link #enter} gave it
   */
  void accepted(int itsCourse, long number, long now) {
    if (itsCourse == course && number > enteredAtStep) {
      confirmed = true;
    }
    if (mode == Mode.Open && !ramping) {
      acceptedWhileOpen(1, now);
    }
  }

  /** So many calls were accepted while it was open. */
  void acceptedWhileOpen(long calls, long now) {
    acceptedInSecond += calls;
    acceptedSinceOpen += calls;
    double seconds = (now - secondAt) / SECOND;
    if (seconds >= 1) {
      acceptedRate = acceptedInSecond / seconds;
      acceptedInSecond = 0;
      secondAt = now;
    }
  }

  /** The target has limited a call. Returns whether the rate was changed for it. */
  boolean limited(int itsCourse, long now) {
    limitedAt = now;
    if (itsCourse != course) {
      return false;
    }
    limited++;
    switch (mode) {
      case Open -> close(now);
      case Probe -> backToCeiling(now);
      case Hold -> {
        if (now - courseAt < SETTLES && !isGuess()) {
          limited--;
        } else if (limited == 1) {
          firstLimitedAt = now;
          enteredAtFirstLimited = entered;
        }
        return false;
      }
    }
    return true;
  }

  /** What was accepted is what we know of the ceiling; of a ramp it is a guess. */
  private void close(long now) {
    double open = Math.max(0.05, (now - openAt) / SECOND);
    double reached;
    if (ramping) {
      acceptedSinceOpen += entered - limited;
      double lately = (now - stepAt) / SECOND;
      double sent = lately < 0.05 ? sentLately : (entered - enteredAtStep) / lately;
      reached = Math.clamp(Math.max(sent, sentLately), 1, Math.max(1, rate(now)));
    } else {
      double lately = (now - secondAt) / SECOND;
      double took = lately < 0.5 ? 0 : acceptedInSecond / lately;
      reached = Math.max(1, Math.max(acceptedRate, took));
    }
    // So soon after the start something saved up may have been used up just now.
    boolean young = open < YOUNG;
    guess(
        young ? Math.min(reached, Math.max(reached / 4, acceptedSinceOpen / open)) : reached,
        reached);
    ramping = false;
    hold(now);
  }

  /** Ends a probe: was the ceiling higher, or was there only something saved up? */
  private void backToCeiling(long now) {
    double seconds = Math.max(0.001, (now - courseAt) / SECOND);
    double extra = entered - limited - ceiling * seconds;
    if (extra > 2 * saved + 0.2 * ceiling) {
      guess(Math.max(ceiling, rateBefore), rate);
    } else {
      double creeps = Math.clamp(rateBefore, ceiling, ceiling * 1.02);
      ceiling = Math.max(creeps, ceiling + Math.max(0, extra - saved) / seconds);
    }
    hold(now);
  }

  private void guess(double atLeast, double below) {
    ceiling = atLeast;
    guessedBelow = below;
    raisedGuess = false;
  }

  private boolean isGuess() {
    return guessedBelow > ceiling * GUESS_IS_GOOD;
  }

  private void hold(long now) {
    ceiling = Math.max(ceiling, least());
    best = Math.max(ceiling, best * 0.9);
    rate = Math.max(least(), ceiling * PLATEAU);
    mode = Mode.Hold;
    closings = 0;
    holdUntil = now + holdTime();
    newCourse(now);
  }

  private long holdTime() {
    return jittered(Math.clamp(HOLD_CALLS / rate, HOLD, LONGEST_HOLD));
  }

  private long jittered(double seconds) {
    return (long) (seconds * SECOND * (1 - HOLD_JITTER + 2 * HOLD_JITTER * random.getAsDouble()));
  }

  private void newCourse(long now) {
    course++;
    courseAt = now;
    entered = 0;
    limited = 0;
    newStep(now);
  }

  private void newStep(long now) {
    stepAt = now;
    enteredAtStep = entered;
    heldBack = 0;
    confirmed = false;
  }

  private double least() {
    return LEAST * Math.max(1, partitions);
  }

  /** What time alone changes. To be called before each use, and costs next to nothing then. */
  void tick(long now) {
    switch (mode) {
      case Open -> {
        if (ramping) {
          ramp(now);
        }
      }
      case Hold -> {
        if (limited > 0) {
          if (now - firstLimitedAt >= looksFor()) {
            lower(now);
          }
        } else if (isGuess() && now - stepAt >= SECOND) {
          raiseGuess(now);
        } else if (now - holdUntil >= 0) {
          probe(now);
        }
      }
      case Probe -> {
        if (now - stepAt >= SECOND) {
          stepUp(now);
        }
      }
    }
  }

  private void ramp(long now) {
    double lately = (now - stepAt) / SECOND;
    if (lately >= 0.2) {
      sentLately = (entered - enteredAtStep) / lately;
      newStep(now);
    }
    if (now - openAt >= RAMP_ENDS) {
      ramping = false;
      acceptedSinceOpen += entered;
      secondAt = now;
      newCourse(now);
    }
  }

  /** A second, or as long as ten calls take: fewer say too little. */
  private double looksFor() {
    return Math.clamp(10 / rate, 1, 10) * SECOND;
  }

  /** Limited while holding: the ceiling is lower, by what part of the calls was limited. */
  private void lower(long now) {
    double look = (now - firstLimitedAt) / SECOND;
    double sent = entered - enteredAtFirstLimited + 1;
    double estimate;
    double least;
    double part = Math.min(1, limited / sent);
    if (sent >= rate * look / 2) {
      estimate = Math.min(rate, sent / look) * (1 - part);
      least = limited >= 5 ? rate / 8 : rate / 2;
    } else {
      // It was closed meanwhile, as the target has asked, and the few calls just before say little:
      // a little less at first, then much less, but not less than it took over the whole time.
      double whole = Math.max(0.001, (now - courseAt) / SECOND);
      part = Math.min(1, (double) limited / Math.max(1, entered));
      estimate = (entered - limited) / whole;
      closings = whole > AGAIN ? 1 : closings + 1;
      least = rate * Math.max(0.5, 1 - 0.1 * (1 << Math.min(closings - 1, 3)));
    }
    ceiling = Math.max(least, Math.min(rate, estimate));
    double before = rate;
    rate = Math.max(least(), ceiling * (1 - Math.min(1 - PLATEAU, part)));
    ceiling = Math.max(ceiling, least());
    best = Math.max(ceiling, best * 0.9);
    guessedBelow = raisedGuess ? 0 : Math.min(guessedBelow, before);
    if (rate < 0.85 * before) {
      holdUntil = Math.max(holdUntil, now + holdTime());
    }
    newCourse(now);
  }

  private void raiseGuess(long now) {
    boolean used = entered - enteredAtStep >= USED * rate * (now - stepAt) / SECOND;
    if (used && confirmed && heldBack > 0) {
      ceiling = Math.sqrt(ceiling * guessedBelow);
      raisedGuess = true;
      rate = ceiling * PLATEAU;
      newCourse(now);
    } else {
      newStep(now);
    }
  }

  private void probe(long now) {
    guessedBelow = 0;
    saved = savedSince(courseAt, entered, now);
    mode = Mode.Probe;
    step = isCalm(now) ? CALM_STEP : STEP;
    rateBefore = rate;
    newCourse(now);
  }

  private double savedSince(long at, long calls, long now) {
    return Math.clamp(ceiling * (now - at) / SECOND - calls, 0, ceiling);
  }

  /** Validated growth only: what was allowed was used, accepted, and more was wanted. */
  private void stepUp(long now) {
    double seconds = (now - stepAt) / SECOND;
    boolean used = entered - enteredAtStep >= USED * rate * seconds;
    if (!used || heldBack == 0) {
      saved = Math.min(ceiling, saved + savedSince(stepAt, entered - enteredAtStep, now));
      step = STEP;
      newCourse(now);
    } else if (confirmed) {
      newStep(now);
      takeStep();
    }
  }

  private void takeStep() {
    rateBefore = rate;
    double unit = Math.max(Math.max(ceiling, best * OF_BEST), partitions);
    rate += step * unit;
    step *= STEP_GROWS;
  }

  /** The target advertises more than before: what was learned of less is void. */
  void raised(long now) {
    openAnew(now, false);
  }

  private void openAnew(long now, boolean ramp) {
    mode = Mode.Open;
    rate = Double.POSITIVE_INFINITY;
    ceiling = 0;
    best = 0;
    guessedBelow = 0;
    openAt = now;
    secondAt = now;
    acceptedInSecond = 0;
    acceptedSinceOpen = 0;
    acceptedRate = 0;
    ramping = ramp;
    newCourse(now);
  }

  int partitions() {
    return partitions;
  }

  /** Whether the target has not limited any call for a while, if ever. */
  boolean isCalm(long now) {
    return now - limitedAt >= CALM * (long) SECOND;
  }

  /** What one partition takes with it, calls a second; infinite: nothing is known. */
  double ofOne() {
    return partitions == 0 ? Double.POSITIVE_INFINITY : rate / partitions;
  }

  /**
   * Partitions come.
   *
   * @param known the sum of the rates that came with some of them, calls a second
   * @param knowing how many those are
   * @param all how many come
   * @param calm whether none of those that know were limited of late where they come from
   */
  void gained(double known, int knowing, int all, boolean calm, long now) {
    boolean first = partitions == 0;
    double before = first || mode == Mode.Open ? 0 : rate;
    int knowingBefore = first || mode == Mode.Open ? 0 : partitions;
    partitions += all;
    boolean wasCalm = isCalm(now);
    if (!calm) {
      limitedAt = now; // as if it had been here
    }
    if (knowing + knowingBefore == 0) {
      if (first) {
        openAnew(now, true);
      }
      return;
    }
    if (knowing == 0 && mode != Mode.Open || knowing > 0) {
      double whole = (before + known) / (knowing + knowingBefore) * partitions;
      scale(whole, now);
      if (wasCalm && !calm) {
        holdUntil = Math.max(holdUntil, now + holdTime()); // whichever of them came first
      }
    }
  }

  /** Partitions go, and their part of the rate with them. */
  void lost(int some, long now) {
    int left = Math.max(0, partitions - some);
    double each = ofOne();
    partitions = left;
    if (left == 0) {
      openAnew(now, true);
    } else if (mode != Mode.Open) {
      scale(each * left, now);
    }
  }

  /**
   * Goes on with another rate; a probe ends, for others may begin just now too. Where nobody was
   * limited of late there is nothing to hold: more hands are there because there is more to do.
   */
  private void scale(double newRate, long now) {
    double by = newRate / rate;
    boolean holds = mode == Mode.Hold;
    best = mode == Mode.Open ? newRate : best * by;
    ceiling = holds ? ceiling * by : newRate / PLATEAU;
    guessedBelow *= by;
    rate = newRate;
    mode = Mode.Hold;
    ramping = false;
    if (isCalm(now)) {
      holdUntil = now + jittered(SOON);
    } else if (!holds) {
      holdUntil = now + holdTime();
    }
    newCourse(now);
  }
}
