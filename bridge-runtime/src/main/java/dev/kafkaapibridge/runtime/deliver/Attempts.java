package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.runtime.deliver.Failure.Cause;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one record has been through: calls, and how many failures count. Owned by the thread of its
 * lane.
 */
public final class Attempts {

  private final RetrySchedule schedule;
  private final TargetEvidence evidence;
  private final boolean everyFailureCounts;
  private @Nullable Instant first;
  private int sent;
  private int spent;
  private int limits;

  /**
   * Where in the order of calls the first failure stands that isn't decided yet; 0: none. Later
   * ones don't take its place: where calls take longer than the backoff, none would ever be
   * decided.
   */
  private long undecided;

  /**
   * @param everyFailureCounts without a breaker, nobody asked to tell an outage from a bad record
   */
  public Attempts(RetrySchedule schedule, TargetEvidence evidence, boolean everyFailureCounts) {
    this.schedule = schedule;
    this.evidence = evidence;
    this.everyFailureCounts = everyFailureCounts;
  }

  /** What a part of a batch goes on with: what the whole has been through. */
  Attempts goOn() {
    var part = new Attempts(schedule, evidence, everyFailureCounts);
    part.first = first;
    part.sent = sent;
    part.spent = spent;
    part.undecided = undecided;
    return part;
  }

  void sent(Instant at) {
    first = first == null ? at : first;
    sent++;
  }

  /** It was asked to slow down, by itself; returns how often in a row. */
  int limited() {
    return ++limits;
  }

  public void failed() {
    limits = 0;
    if (everyFailureCounts) {
      spent++;
    } else {
      decide();
      undecided = undecided == 0 ? evidence.now() : undecided;
    }
  }

  /** Whether a call for it failed, counted or not. */
  boolean haveFailed() {
    return spent > 0 || undecided > 0;
  }

  private void decide() {
    if (undecided > 0 && evidence.acceptedSince(undecided)) {
      undecided = 0;
      spent++;
    }
  }

  /** Whether no attempt is left, by what is known now. */
  boolean areSpent() {
    decide();
    return schedule.attemptsSpent(spent);
  }

  /**
   * How long to wait after the last failure. Grows with the failures that count: those of an outage
   * don't, for then the breaker keeps calls from the target, and the record is to go on soon after
   * it is back.
   */
  public Duration backoff(DoubleSupplier random) {
    return schedule.backoff(spent + 1, random);
  }

  Failure failure(Cause cause, Verdict last, Instant now) {
    return new Failure(cause, last, sent, first == null ? now : first, now);
  }
}
