package dev.kafkaapibridge.runtime.target.grpc;

import dev.kafkaapibridge.api.v1alpha1.StreamSpec.Acknowledgement;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one stream that have no answer yet, in the order in which they are written. Owns
 * that order, and the stream's end: each message that was added has one fate, by its answer or by
 * the end. Safe for lanes and the reader.
 */
final class Unanswered {

  enum Added {
    Yes,
    /** It has no leave any more. */
    MayNot,
    /** The stream has ended. */
    Ended
  }

  private final Acknowledgement acknowledgement;
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<StreamMessage> messages = new ArrayDeque<>(); // guarded by lock
  private volatile int added; // changed under lock
  private volatile @Nullable StreamEnd end; // set under lock, once

  Unanswered(Acknowledgement acknowledgement) {
    this.acknowledgement = acknowledgement;
  }

  /**
   * To be called in the order of writing, right before it.
   *
   * @param leaving asked if there is a stream to write to, and at once before that
   */
  Added add(StreamMessage message, BooleanSupplier leaving) {
    lock.lock();
    try {
      if (end != null) {
        return Added.Ended;
      }
      if (!leaving.getAsBoolean()) {
        return Added.MayNot;
      }
      messages.add(message);
      added = added + 1;
      return Added.Yes;
    } finally {
      lock.unlock();
    }
  }

  /** The n-th answer is that of the n-th message. False: there were not so many messages. */
  boolean answered(Verdict verdict) {
    StreamMessage message;
    lock.lock();
    try {
      message = messages.poll();
    } finally {
      lock.unlock();
    }
    if (message == null) {
      return false;
    }
    message.meets(Fate.of(verdict));
    return true;
  }

  /**
   * Gives their fate to all that are left.
   *
   * @param first told of the first that was too late for its answer, if one was, before anybody
   *     sees that the stream has ended
   */
  void ended(StreamEnd how, Consumer<StreamMessage> first) {
    StreamMessage late = copy().stream().filter(how::isLate).findFirst().orElse(null);
    if (late != null) {
      first.accept(late);
    }
    List<StreamMessage> left;
    lock.lock();
    try {
      end = how;
      left = List.copyOf(messages);
      messages.clear();
    } finally {
      lock.unlock();
    }
    for (int i = 0; i < left.size(); i++) {
      StreamMessage message = left.get(i);
      Verdict verdict = late == null ? how.verdict() : how.because(late);
      boolean blamed = late == null ? i == 0 : how.isLate(message);
      message.meets(Fate.atEnd(acknowledgement, verdict, left.size(), blamed));
    }
  }

  private List<StreamMessage> copy() {
    lock.lock();
    try {
      return List.copyOf(messages);
    } finally {
      lock.unlock();
    }
  }

  /** Null while it hasn't ended. */
  @Nullable StreamEnd end() {
    return end;
  }

  /** So many have been added since the beginning. */
  int added() {
    return added;
  }

  int size() {
    lock.lock();
    try {
      return messages.size();
    } finally {
      lock.unlock();
    }
  }
}
