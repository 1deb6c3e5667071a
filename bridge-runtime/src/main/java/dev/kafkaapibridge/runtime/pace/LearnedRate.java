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
  private static final double HOLD_JITTER = 0.25;

  /** Where the target counts by the second, what is left of the present one says nothing. */
  private static final double SETTLES = 1;

  /** How long a step of a probe, or of a guess, lasts, seconds. */
  private static final double A_STEP = 1;

  /** A rate that fell by more than this is held anew. */
  private static final double FELL = 0.85;

  /**
   * Not limited for so long, seconds: who is at its limit is limited sooner, also with a small
   * share (a hold of 37.5 s, and a probe) and where the target counts by the minute.
   */
  static final int CALM = 75;

  /** Where a calm rate goes on in other hands, how long until it grows again, seconds. */
  private static final double SOON = 0.2;

  /** A rate never falls below this for each partition: one call in fifty seconds asks on. */
  private static final double LEAST = 0.02;

  private final DoubleSupplier random;
  private final Opening opening = new Opening();
  private final Course course = new Course();
  private final Ceiling ceiling = new Ceiling();
  private final Probe probe = new Probe();

  private Mode mode = Mode.Open;
  private int partitions;

  /**
   * Of {@link #partitions} those that have the mean of the others; 0 once the target has spoken.
   */
  private int guessed;

  /** Calls a second; infinite while nothing is known. */
  private double rate = Double.POSITIVE_INFINITY;

  private long holdUntil;
  private long limitedAt = Long.MIN_VALUE / 2;

  /** See {@link Lowered#closings}. */
  private int closings;

  LearnedRate(DoubleSupplier random, long now) {
    this.random = random;
    start(now);
  }

  Mode mode() {
    return mode;
  }

  /** Calls a second that may be sent now; infinite: as many as there are. */
  double rate(long now) {
    return mode == Mode.Open ? opening.rate(now) : rate;
  }

  /** What was learned, calls a second; infinite: nothing. */
  double learned() {
    return rate;
  }

  /** See {@link Course#number}. */
  int courseNumber() {
    return course.number();
  }

  /** A call is let go. Returns its number within the course. */
  long enter() {
    return course.enter();
  }

  void giveBack(int itsCourse) {
    course.giveBack(itsCourse);
  }

  /** A call would go if the rate were higher. */
  void heldBack() {
    course.heldBack();
  }

  /**
   * The target has taken a call.
   *
   * @param number as {@link #enter} gave it
   */
  void accepted(int itsCourse, long number, long now) {
    course.accepted(itsCourse, number);
    if (mode == Mode.Open && !opening.isRamp()) {
      opening.accepted(1, now);
    }
  }

  /** So many calls were accepted while it was open. */
  void acceptedWhileOpen(long calls, long now) {
    opening.accepted(calls, now);
  }

  /** The target has limited a call. Returns whether the rate was changed for it. */
  boolean limited(int itsCourse, long now) {
    limitedAt = now;
    if (itsCourse != course.number()) {
      return false;
    }
    if (mode == Mode.Hold) {
      if (course.seconds(now) >= SETTLES || ceiling.isGuess()) {
        course.limited(now);
      }
      return false;
    }
    course.limited(now);
    ceiling.is(mode == Mode.Open ? opening.limited(course, now) : endOfProbe(now));
    hold(now);
    return true;
  }

  private Ceiling.Reached endOfProbe(long now) {
    long accepted = course.entered() - course.limited();
    double seconds = Math.max(0.001, course.seconds(now));
    return probe.limited(ceiling.perSecond(), rate, accepted, seconds);
  }

  private void hold(long now) {
    guessed = 0;
    ceiling.changed(least());
    rate = Math.max(least(), ceiling.perSecond() * PLATEAU);
    mode = Mode.Hold;
    closings = 0;
    holdUntil = now + holdTime();
    course.begin(now);
  }

  private long holdTime() {
    return jittered(Math.clamp(HOLD_CALLS / rate, HOLD, LONGEST_HOLD));
  }

  private long jittered(double seconds) {
    return (long) (seconds * SECOND * (1 - HOLD_JITTER + 2 * HOLD_JITTER * random.getAsDouble()));
  }

  private double least() {
    return LEAST * Math.max(1, partitions);
  }

  /** What time alone changes. To be called before each use, and costs next to nothing then. */
  void tick(long now) {
    switch (mode) {
      case Open -> {
        if (opening.isRamp()) {
          climb(now);
        }
      }
      case Hold -> {
        if (course.limited() > 0) {
          if (course.secondsSinceLimited(now) >= looksFor()) {
            lower(now);
          }
        } else if (ceiling.isGuess() && course.secondsOfStep(now) >= A_STEP) {
          raiseGuess(now);
        } else if (now - holdUntil >= 0) {
          beginProbe(now);
        }
      }
      case Probe -> {
        if (course.secondsOfStep(now) >= A_STEP) {
          stepUp(now);
        }
      }
    }
  }

  private void climb(long now) {
    double seconds = course.secondsOfStep(now);
    if (seconds >= Opening.RAMP_LOOK) {
      opening.sent(course.enteredInStep(), seconds);
      course.beginStep(now);
    }
    if (opening.rampIsOver(now)) {
      opening.endRamp(course.entered(), now);
      course.begin(now);
    }
  }

  /** A second, or as long as ten calls take: fewer say too little. */
  private double looksFor() {
    return Math.clamp(10 / rate, 1, 10);
  }

  /** Limited while holding: the ceiling is lower. */
  private void lower(long now) {
    guessed = 0;
    double before = rate;
    Lowered lowered = Lowered.of(before, course, closings, now);
    closings = lowered.closings();
    rate = Math.max(least(), lowered.ceiling() * (1 - Math.min(1 - PLATEAU, lowered.part())));
    ceiling.lower(lowered.ceiling(), before);
    ceiling.changed(least());
    if (rate < FELL * before) {
      holdUntil = Math.max(holdUntil, now + holdTime());
    }
    course.begin(now);
  }

  private void raiseGuess(long now) {
    if (course.stepWasFull(rate, now) && course.stepWasAccepted()) {
      ceiling.raiseGuess();
      rate = ceiling.perSecond() * PLATEAU;
      course.begin(now);
    } else {
      course.beginStep(now);
    }
  }

  private void beginProbe(long now) {
    guessed = 0;
    ceiling.guessHolds();
    probe.begin(rate, savedUp(course.seconds(now), course.entered()), isCalm(now));
    mode = Mode.Probe;
    course.begin(now);
  }

  /** What the target may have saved up for us, for we sent fewer than it takes. */
  private double savedUp(double seconds, long calls) {
    return Math.clamp(ceiling.perSecond() * seconds - calls, 0, ceiling.perSecond());
  }

  private void stepUp(long now) {
    if (!course.stepWasFull(rate, now)) {
      probe.pause(savedUp(course.secondsOfStep(now), course.enteredInStep()), ceiling.perSecond());
      course.begin(now);
    } else if (course.stepWasAccepted()) {
      course.beginStep(now);
      rate = probe.stepUp(rate, Math.max(ceiling.unit(), partitions));
    }
  }

  /** The target advertises more than before: what was learned of less is void. */
  void raised(long now) {
    openAnew(now);
    opening.begin(false, now);
  }

  private void start(long now) {
    openAnew(now);
    opening.begin(true, now);
  }

  private void openAnew(long now) {
    mode = Mode.Open;
    rate = Double.POSITIVE_INFINITY;
    ceiling.forget();
    course.begin(now);
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
    guessed = first || mode == Mode.Open ? partitions : guessed;
    int knowingBefore = partitions - guessed;
    double before = knowingBefore == 0 ? 0 : ofOne() * knowingBefore;
    partitions += all;
    guessed += all - knowing;
    boolean wasCalm = isCalm(now);
    if (!calm) {
      limitedAt = now; // as if it had been here
    }
    if (knowing + knowingBefore > 0) {
      goOnWith((before + known) / (knowing + knowingBefore) * partitions, now);
      if (wasCalm && !calm) {
        holdUntil = Math.max(holdUntil, now + holdTime()); // whichever of them came first
      }
    } else if (first) {
      start(now);
    }
  }

  /** Partitions go, and their part of the rate with them. */
  void lost(int some, long now) {
    double each = ofOne();
    guessed = 0; // who takes one of them away takes this for its rate
    partitions = Math.max(0, partitions - some);
    if (partitions == 0) {
      start(now);
    } else if (mode != Mode.Open) {
      goOnWith(each * partitions, now);
    }
  }

  /**
   * Goes on with another rate; a probe ends, for others may begin just now too. Where nobody was
   * limited of late there is nothing to hold: more hands are there because there is more to do.
   */
  private void goOnWith(double newRate, long now) {
    newRate = Math.max(least(), newRate);
    Mode before = mode;
    switch (before) {
      case Open -> {
        ceiling.takeOver(newRate / PLATEAU, newRate);
        opening.end();
      }
      case Hold -> ceiling.scale(newRate / rate);
      case Probe -> {
        ceiling.scale(newRate / rate);
        ceiling.set(newRate / PLATEAU);
      }
    }
    rate = newRate;
    mode = Mode.Hold;
    if (isCalm(now)) {
      holdUntil = now + jittered(SOON);
    } else if (before != Mode.Hold) {
      holdUntil = now + holdTime();
    }
    course.begin(now);
  }
}
