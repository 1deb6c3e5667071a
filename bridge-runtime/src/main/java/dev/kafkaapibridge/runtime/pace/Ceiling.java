package dev.kafkaapibridge.runtime.pace;

/**
 * What the target is believed to take from this process, calls a second: known, or a guess with
 * something above it that it doesn't take. Owned by its {@link LearnedRate}.
 */
final class Ceiling {

  /** A guess that is so near to what it is below is as good as known. */
  private static final double GUESS_IS_GOOD = 1.05;

  /** Steps are counted of the best rate known too, or a rate that fell to nothing stays there. */
  private static final double OF_BEST = 1.0 / 16;

  /** What the best rate is worth after each change. */
  private static final double BEST_FADES = 0.9;

  /**
   * What has shown itself, calls a second.
   *
   * @param below what the target doesn't take for long; 0: that is what it takes
   */
  record Reached(double perSecond, double below) {}

  private double perSecond;

  /** The highest of late. */
  private double best;

  /** Where it is a guess: it is below this. 0: it is none. */
  private double below;

  private boolean guessWasRaised;

  double perSecond() {
    return perSecond;
  }

  boolean isGuess() {
    return below > perSecond * GUESS_IS_GOOD;
  }

  /** What a step up is a part of. */
  double unit() {
    return Math.max(perSecond, best * OF_BEST);
  }

  void is(Reached reached) {
    perSecond = reached.perSecond();
    below = reached.below();
    guessWasRaised = false;
  }

  /** The guess was right so far: half way up, in proportion, to what is too much. */
  void raiseGuess() {
    perSecond = Math.sqrt(perSecond * below);
    guessWasRaised = true;
  }

  /** Nothing more was wanted, or to be had, for a while: as good as known. */
  void guessHolds() {
    below = 0;
  }

  void set(double known) {
    perSecond = known;
  }

  /** What was sent up to now was too much. */
  void lower(double known, double tooMuch) {
    perSecond = known;
    below = guessWasRaised ? 0 : Math.min(below, tooMuch);
  }

  /** To be called after a change; no ceiling is lower than {@code least}. */
  void changed(double least) {
    perSecond = Math.max(perSecond, least);
    best = Math.max(perSecond, best * BEST_FADES);
  }

  /** Partitions have come or gone. */
  void scale(double by) {
    perSecond *= by;
    best *= by;
    below *= by;
  }

  void forget() {
    perSecond = 0;
    best = 0;
    below = 0;
  }

  /** What is known comes from elsewhere. */
  void takeOver(double known, double knownBest) {
    perSecond = known;
    best = knownBest;
    below = 0;
  }
}
