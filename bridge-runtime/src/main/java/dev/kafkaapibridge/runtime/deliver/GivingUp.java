package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.api.v1alpha1.DeliverySpec;
import dev.kafkaapibridge.runtime.deliver.Failure.Cause;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.time.Duration;

/**
 * What happens to a record that isn't going to be delivered: {@code onRefused} where the API
 * refused it, {@code onExhausted} otherwise. A dead letter that can't be written holds the record,
 * whatever the cause: losing it silently is the one unforgivable thing.
 */
public final class GivingUp {

  /**
   * Between two tries to write a dead letter: it goes on by itself soon after the topic was mended.
   */
  private static final Duration REWRITE_AFTER = Duration.ofSeconds(5);

  private static final Duration BLOCKED_WAIT = Duration.ofHours(1);

  private enum Policy {
    DeadLetter,
    Block,
    Discard
  }

  private final Policy onRefused;
  private final Policy onExhausted;
  private final DeadLetters deadLetters;
  private final DeliveryListener listener;
  private final HeldRecords held;
  private final Slots slots;

  public GivingUp(
      DeliverySpec spec,
      DeadLetters deadLetters,
      DeliveryListener listener,
      HeldRecords held,
      Slots slots) {
    this.onRefused =
        switch (spec.onRefused()) {
          case DeadLetter -> Policy.DeadLetter;
          case Block -> Policy.Block;
          case Discard -> Policy.Discard;
        };
    this.onExhausted =
        switch (spec.onExhausted()) {
          case DeadLetter -> Policy.DeadLetter;
          case Block -> Policy.Block;
          case Discard -> Policy.Discard;
        };
    this.deadLetters = deadLetters;
    this.listener = listener;
    this.held = held;
    this.slots = slots;
  }

  Outcome of(SourceRecord record, Failure failure) throws InterruptedException {
    return switch (policy(failure.cause())) {
      case Discard -> {
        listener.discarded(record, failure);
        yield new Outcome.Discarded();
      }
      case Block -> block(record, failure);
      case DeadLetter -> deadLetter(record, failure);
    };
  }

  private Policy policy(Cause cause) {
    return switch (cause) {
      case Refused -> onRefused;
      case AttemptsExhausted, TooOld -> onExhausted;
      case CircuitOpen -> Policy.DeadLetter; // what onOpen has asked for
    };
  }

  private Outcome block(SourceRecord record, Failure failure) throws InterruptedException {
    listener.blocked(record, failure);
    held.hold(record, HeldRecords.Why.Blocked, failure.cause().name());
    return slots.without(
        record.assignment(),
        () -> {
          while (record.assignment().await(BLOCKED_WAIT)) {
            // Only the end of the assignment ends this: a person decides.
          }
          return new Outcome.Interrupted();
        });
  }

  /**
   * A write takes as long as the producer tries. With a slot, some refused keys would hold all of
   * them, and good records would wait for dead letters.
   */
  private Outcome deadLetter(SourceRecord record, Failure failure) throws InterruptedException {
    return record.assignment().hasEnded()
        ? new Outcome.Interrupted()
        : slots.without(record.assignment(), () -> writeUntilItIsThere(record, failure));
  }

  private Outcome writeUntilItIsThere(SourceRecord record, Failure failure)
      throws InterruptedException {
    do {
      if (write(record, failure)) {
        return new Outcome.DeadLettered();
      }
    } while (record.assignment().await(REWRITE_AFTER));
    return new Outcome.Interrupted();
  }

  /** Once. */
  private boolean write(SourceRecord record, Failure failure) throws InterruptedException {
    return switch (deadLetters.write(record, failure)) {
      case DeadLetters.Result.Written ignored -> {
        listener.deadLettered(record, failure);
        yield true;
      }
      case DeadLetters.Result.Failed(var reason, var message) -> {
        held.hold(record, HeldRecords.Why.DeadLetterFails, reason);
        listener.deadLetterFailed(record, reason, message);
        yield false;
      }
    };
  }
}
