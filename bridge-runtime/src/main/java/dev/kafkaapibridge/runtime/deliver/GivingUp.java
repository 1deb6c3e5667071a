package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.api.v1alpha1.CircuitBreakerSpec;
import dev.kafkaapibridge.api.v1alpha1.DeliverySpec;
import dev.kafkaapibridge.runtime.deliver.Failure.Cause;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.time.Duration;

/**
 * What happens to a record that isn't going to be delivered now: it goes to the next retry topic
 * where its attempts are spent and one is left for it, unless it is replayed; else as {@code
 * onRefused} says where the API refused it, {@code onOpen} where the circuit is open, and {@code
 * onExhausted} otherwise; behind a record of its key that was put aside it is put aside too. A
 * topic that can't be written holds the record, whatever the cause: losing it silently is the one
 * unforgivable thing.
 */
public final class GivingUp {

  private static final Duration BLOCKED_WAIT = Duration.ofHours(1);

  private enum Policy {
    PutAside,
    DeadLetter,
    Block,
    Discard
  }

  private final Policy onRefused;
  private final Policy onExhausted;
  private final Policy onOpen;
  private final RetryTopics retryTopics;
  private final KeyTurns turns;
  private final UntilWritten retry;
  private final DeadLetters deadLetters;
  private final UntilWritten letter;
  private final DeliveryListener listener;
  private final HeldRecords held;
  private final Slots slots;

  public GivingUp(
      DeliverySpec spec,
      RetryTopics retryTopics,
      KeyTurns turns,
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
    this.onOpen =
        spec.circuitBreaker().onOpen() == CircuitBreakerSpec.OnOpen.RetryTopic
            ? Policy.PutAside
            : Policy.DeadLetter;
    this.retryTopics = retryTopics;
    this.turns = turns;
    this.deadLetters = deadLetters;
    this.listener = listener;
    this.held = held;
    this.slots = slots;
    this.letter =
        new UntilWritten(
            held,
            HeldRecords.Why.DeadLetterFails,
            listener::deadLetterFailed,
            UntilWritten.AGAIN_AFTER);
    this.retry =
        new UntilWritten(
            held,
            HeldRecords.Why.RetryTopicFails,
            listener::retryTopicFailed,
            UntilWritten.AGAIN_AFTER);
  }

  /**
   * @param here what it has been through since it was read here
   */
  Outcome of(SourceRecord record, Failure here) throws InterruptedException {
    Failure failure = here.after(record.past());
    return switch (policy(failure.cause(), record)) {
      case Discard -> {
        listener.discarded(record, failure);
        yield new Outcome.Discarded();
      }
      case Block -> block(record, failure);
      case DeadLetter -> deadLetter(record, failure);
      case PutAside -> putAside(record, failure);
    };
  }

  private Policy policy(Cause cause, SourceRecord record) {
    return switch (cause) {
      case Refused -> onRefused;
      case AttemptsExhausted -> mayGoAside(record) ? Policy.PutAside : onExhausted;
      case TooOld -> onExhausted;
      case CircuitOpen -> onOpen; // what onOpen has asked for; replayed ones wait (Leave)
      case Behind -> Policy.PutAside;
    };
  }

  /**
   * Who asked for a replay is to be told how each of its records ended, and in a retry topic that
   * is open for hours. With an order of keys, also, its partition there may be another process',
   * which would know nothing of it.
   */
  private boolean mayGoAside(SourceRecord record) {
    return !record.assignment().isOfReplay() && retryTopics.isOneLeftFor(record);
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

  private Outcome deadLetter(SourceRecord record, Failure failure) throws InterruptedException {
    return write(
        record,
        () -> {
          if (!letter.isThere(record, () -> deadLetters.write(record, failure))) {
            return new Outcome.Interrupted();
          }
          listener.deadLettered(record, failure);
          return new Outcome.DeadLettered();
        });
  }

  private Outcome putAside(SourceRecord record, Failure failure) throws InterruptedException {
    return write(
        record,
        () -> {
          turns.goesAside(record);
          if (!retry.isThere(record, () -> retryTopics.write(record, failure))) {
            return new Outcome.Interrupted();
          }
          listener.putAside(record, failure);
          return new Outcome.PutAside();
        });
  }

  /**
   * A write takes as long as the producer tries. With a slot, some refused keys would hold all of
   * them, and good records would wait for dead letters.
   */
  private Outcome write(SourceRecord record, Slots.Work<Outcome> write)
      throws InterruptedException {
    return record.assignment().hasEnded()
        ? new Outcome.Interrupted()
        : slots.without(record.assignment(), write);
  }
}
