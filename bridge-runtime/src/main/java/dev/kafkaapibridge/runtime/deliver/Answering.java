package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.api.v1alpha1.ResponseSpec;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.KeptAnswer;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Writes a record's answer before its end is told, so that its offset can't pass an answer that
 * isn't there. One that can't be written holds the record until it is, and its lane with it; the
 * target is not called again for it. Safe for all lanes.
 *
 * <pre>
 *   ended --Skipped, Interrupted, or not wanted----------------------------------> its end
 *         --wanted--> write --Written--------------------------------------------> its end
 *                      ^  |--Failed: held, again after a while
 *                      +--+     assignment ended meanwhile, or cut: its answer is the next owner's
 * </pre>
 *
 * A write is made without the record's slot, so that the target is called meanwhile; but only as
 * long as the answers that wait for theirs fit into their share of the memory. One that doesn't
 * keeps its slot: then no more answers come than can be held.
 */
public final class Answering {

  private enum Wanted {
    Nothing,
    OfDelivered,
    OfAll
  }

  private final Wanted wanted;
  private final Answers answers;
  private final UntilWritten answer;
  private final DeliveryListener listener;
  private final Slots slots;

  /** Bytes of answers that may wait without a slot. */
  private final Semaphore room;

  /**
   * @param spec null: answers are not wanted
   * @param roomBytes of answers that may be written at the same time, beyond one for each slot
   */
  public Answering(
      @Nullable ResponseSpec spec,
      Answers answers,
      DeliveryListener listener,
      HeldRecords held,
      Slots slots,
      int roomBytes) {
    this(spec, answers, listener, held, slots, roomBytes, UntilWritten.AGAIN_AFTER);
  }

  Answering(
      @Nullable ResponseSpec spec,
      Answers answers,
      DeliveryListener listener,
      HeldRecords held,
      Slots slots,
      int roomBytes,
      Duration rewriteAfter) {
    this.wanted =
        spec == null
            ? Wanted.Nothing
            : spec.when() == ResponseSpec.When.Always ? Wanted.OfAll : Wanted.OfDelivered;
    this.answers = answers;
    this.listener = listener;
    this.slots = slots;
    this.room = new Semaphore(roomBytes);
    this.answer =
        new UntilWritten(held, HeldRecords.Why.AnswerFails, listener::answerFailed, rewriteAfter);
  }

  /** The record's end, once its answer is written. */
  Outcome of(SourceRecord record, Verdict last, Outcome outcome) throws InterruptedException {
    if (!isWanted(outcome)) {
      return outcome;
    }
    int bytes = bytes(last.clues().kept());
    if (!room.tryAcquire(bytes)) {
      return write(record, last, outcome);
    }
    try {
      return slots.atTheEnd(() -> write(record, last, outcome));
    } finally {
      room.release(bytes);
    }
  }

  private boolean isWanted(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Delivered ignored -> wanted != Wanted.Nothing;
      case Outcome.DeadLettered ignored -> wanted == Wanted.OfAll;
      case Outcome.Discarded ignored -> wanted == Wanted.OfAll;
      case Outcome.PutAside ignored -> false; // that comes from its retry topic
      case Outcome.Skipped ignored -> false;
      case Outcome.Interrupted ignored -> false;
    };
  }

  private static int bytes(@Nullable KeptAnswer answer) {
    return answer == null ? 0 : answer.body().length;
  }

  /** Whatever has become of the assignment: the target has done its part. */
  private Outcome write(SourceRecord record, Verdict last, Outcome outcome)
      throws InterruptedException {
    if (!answer.isThere(record, () -> answers.write(record, last, outcome))) {
      return new Outcome.Interrupted();
    }
    listener.answerWritten(record);
    return outcome;
  }
}
