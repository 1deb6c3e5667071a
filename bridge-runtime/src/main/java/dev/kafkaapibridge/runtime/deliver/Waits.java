package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.time.Clock;
import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * Waits between the calls for a record, or for several by their first: without a slot, and no
 * longer than until it is too old. Safe for all lanes.
 */
final class Waits {

  /** Between two looks whether the retry budget has room again. */
  private static final Duration BUDGET_AGAIN = Duration.ofMillis(500);

  private final RetrySchedule schedule;
  private final RetryBudget budget;
  private final Slots slots;
  private final Clock clock;
  private final DoubleSupplier random;

  Waits(
      RetrySchedule schedule, RetryBudget budget, Slots slots, Clock clock, DoubleSupplier random) {
    this.schedule = schedule;
    this.budget = budget;
    this.slots = slots;
    this.clock = clock;
    this.random = random;
  }

  /** False: the assignment ended meanwhile. */
  boolean await(SourceRecord record, Duration wait) throws InterruptedException {
    long left = schedule.millisLeft(record.agesSince(), clock.millis());
    return slots.awaitWithout(
        record.assignment(), wait.toMillis() < left ? wait : Duration.ofMillis(left));
  }

  /**
   * Waits for the retry budget; a record that is too old needs none: it is not going to be called.
   * False: the assignment ended meanwhile.
   */
  boolean awaitBudget(SourceRecord record) throws InterruptedException {
    if (isTooOld(record) || budget.tryRetry()) {
      return true;
    }
    budget.isWaiting();
    try {
      do {
        Duration wait =
            BUDGET_AGAIN.plus(
                Duration.ofNanos((long) (BUDGET_AGAIN.toNanos() * random.getAsDouble())));
        if (!await(record, wait)) {
          return false;
        }
      } while (!isTooOld(record) && !budget.tryRetry());
      return true;
    } finally {
      budget.noLongerWaiting();
    }
  }

  boolean isTooOld(SourceRecord record) {
    return schedule.tooOld(record.agesSince(), clock.millis());
  }
}
