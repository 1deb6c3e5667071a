package dev.kafkaapibridge.runtime.pace;

/**
 * What became of the calls that were let go since the latest change of course, as a whole and in
 * the present step. Calls that were under way at the change say nothing new, and don't count. Owned
 * by its {@link LearnedRate}; {@code now} is nanoseconds.
 */
final class Course {

  private static final double SECOND = 1e9;

  /** Calls of this part of a rate have used it. */
  private static final double USED = 0.8;

  private int number;
  private long beganAt;
  private long entered;
  private long limited;
  private long firstLimitedAt;
  private long enteredAtFirstLimited;

  private long stepAt;
  private long enteredAtStep;
  private boolean moreWanted;
  private boolean accepted;

  void begin(long now) {
    number++;
    beganAt = now;
    entered = 0;
    limited = 0;
    beginStep(now);
  }

  void beginStep(long now) {
    stepAt = now;
    enteredAtStep = entered;
    moreWanted = false;
    accepted = false;
  }

  /** Which course it is; what a call learns counts only for the one that let it go. */
  int number() {
    return number;
  }

  /** A call is let go. Returns its number within the course. */
  long enter() {
    return ++entered;
  }

  void giveBack(int itsCourse) {
    if (itsCourse == number) {
      entered--;
    }
  }

  /** A call would go if the rate were higher. */
  void heldBack() {
    moreWanted = true;
  }

  void accepted(int itsCourse, long itsNumber) {
    if (itsCourse == number && itsNumber > enteredAtStep) {
      accepted = true;
    }
  }

  void limited(long now) {
    limited++;
    if (limited == 1) {
      firstLimitedAt = now;
      enteredAtFirstLimited = entered;
    }
  }

  double seconds(long now) {
    return (now - beganAt) / SECOND;
  }

  long entered() {
    return entered;
  }

  long limited() {
    return limited;
  }

  double secondsSinceLimited(long now) {
    return (now - firstLimitedAt) / SECOND;
  }

  /** The first that was limited, and what was let go after it. */
  long enteredSinceLimited() {
    return entered - enteredAtFirstLimited + 1;
  }

  double secondsOfStep(long now) {
    return (now - stepAt) / SECOND;
  }

  long enteredInStep() {
    return entered - enteredAtStep;
  }

  /** Whether the step's calls have used the rate, and more were there. */
  boolean stepWasFull(double rate, long now) {
    return enteredInStep() >= USED * rate * secondsOfStep(now) && moreWanted;
  }

  /** Whether the target has taken a call of this step. */
  boolean stepWasAccepted() {
    return accepted;
  }
}
