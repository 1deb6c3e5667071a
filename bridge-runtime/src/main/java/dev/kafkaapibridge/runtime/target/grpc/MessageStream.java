package dev.kafkaapibridge.runtime.target.grpc;

import dev.kafkaapibridge.api.v1alpha1.StreamSpec.Acknowledgement;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.internal.connection.RealConnection;
import okhttp3.internal.http2.StreamResetException;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/**
 * One stream of messages. Owns its sink, which one lane at a time writes to, and the queue of the
 * messages that have no answer yet. Lanes write on their own threads and wait there for the fate of
 * their message; a {@link StreamReader} tells what comes back.
 *
 * <pre>
 *   opening --> open --bound reached, or retired--> half-closed (writes no more) --> ended: by the server's status, or broken
 * </pre>
 *
 * Where the server's window is full, the lane that writes blocks, and with it those behind it: no
 * message is buffered.
 */
final class MessageStream {

  /** How a lane comes out. */
  sealed interface Sent {
    record Met(Fate fate) implements Sent {}

    /** Nothing was written; the stream takes no more. */
    record Elsewhere() implements Sent {}
  }

  private static final Sent ELSEWHERE = new Sent.Elsewhere();
  private static final Sent CUT = new Sent.Met(Fate.of(new Verdict.Cut("-")));
  private static final Verdict UNREAD = new Verdict.Again("-", Verdict.Again.Why.NotLookedAt);

  /**
   * With {@link Acknowledgement#StreamClose}, a stream to which nothing was added for so long is
   * closed, since all who could add to it may be waiting for its end.
   */
  static final long LINGER = 20_000_000;

  private final Call call;
  private final boolean together;
  private final int capacity;
  private final long longest;
  private volatile long opened = System.nanoTime();
  private final Runnable sent;

  private final CountDownLatch open = new CountDownLatch(1);
  private final ReentrantLock writing = new ReentrantLock(true);
  private volatile @Nullable BufferedSink sink;
  private volatile @Nullable Connection connection;
  private volatile boolean sinkClosed; // changed with writing held
  private volatile boolean retired;
  private volatile long lastWrite = System.nanoTime();
  private volatile @Nullable StreamMessage last;

  private final Unanswered unanswered;

  /**
   * @param capacity messages that it takes in all
   * @param longest it takes messages, in nanoseconds
   * @param sent told of each message that is about to be written
   */
  MessageStream(
      Call call, Acknowledgement acknowledgement, int capacity, long longest, Runnable sent) {
    this.call = call;
    this.together = acknowledgement == Acknowledgement.StreamClose;
    this.unanswered = new Unanswered(acknowledgement);
    this.capacity = capacity;
    this.longest = longest;
    this.sent = sent;
  }

  /** The call is connected; messages may be written. */
  void isOpen(BufferedSink to, @Nullable Connection by) {
    connection = by;
    opened = System.nanoTime();
    lastWrite = opened;
    sink = to;
    open.countDown();
  }

  /** Messages since the beginning. */
  int written() {
    return unanswered.added();
  }

  boolean takesMore() {
    return !retired
        && unanswered.end() == null
        && unanswered.added() < capacity
        && (isOpening() || System.nanoTime() - opened < longest)
        && !isToBeLeft();
  }

  /** It waits for its connection; those who wait for it have their own deadlines. */
  boolean isOpening() {
    return sink == null;
  }

  /** The server has said GOAWAY: what is on it may end, and ends the sooner if no more comes. */
  private boolean isToBeLeft() {
    return connection instanceof RealConnection known && !known.isHealthy(false);
  }

  /**
   * Writes the message and waits for its fate.
   *
   * @param opener whether the stream was opened for it
   * @param leaving asked in the instant before it is written, which it isn't if that says false
   */
  Sent send(StreamMessage message, boolean opener, BooleanSupplier leaving) {
    try {
      open.await();
      writing.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return CUT;
    }
    try {
      BufferedSink to = sink;
      if (to == null || unanswered.end() != null) {
        return notWritten(message, opener);
      }
      if (!takesMore()) {
        return ELSEWHERE;
      }
      switch (unanswered.add(
          message, () -> message.assignment.fenceIsOpen() && leaving.getAsBoolean())) {
        case Ended -> {
          return notWritten(message, opener);
        }
        case MayNot -> {
          return CUT;
        }
        case Yes -> write(message, to);
      }
    } finally {
      unlock();
    }
    return await(message);
  }

  /** The stream has ended, and this message was not on it. */
  private Sent notWritten(StreamMessage message, boolean opener) {
    StreamEnd end = unanswered.end();
    if (end == null) {
      throw new IllegalStateException("a stream is neither open nor at its end");
    }
    if (end.isLate(message)) {
      return met(end.because(message));
    }
    if (unanswered.added() > 0) {
      return ELSEWHERE;
    }
    // It never came to a message: what it says is about the way to the server, or its first one.
    return switch (end.verdict()) {
      case Verdict.Accepted ignored -> opener ? met(UNREAD) : ELSEWHERE;
      case Verdict.RecordRefused refused -> opener ? met(refused) : ELSEWHERE;
      case Verdict about -> met(about);
    };
  }

  private static Sent met(Verdict verdict) {
    return new Sent.Met(Fate.of(verdict));
  }

  private void write(StreamMessage message, BufferedSink to) {
    lastWrite = System.nanoTime();
    last = message;
    sent.run();
    try {
      message.body.writeTo(to);
      to.flush();
    } catch (IOException | RuntimeException e) {
      // Half a message may have been written. The reader tells what becomes of it, and of all.
      breakOff(e);
    }
  }

  private Sent await(StreamMessage message) {
    if (together) {
      message.assignment.wakeAtEnd(Thread.currentThread());
    }
    try {
      while (true) {
        Fate fate = message.fate();
        if (fate != null) {
          return new Sent.Met(fate);
        }
        if (Thread.currentThread().isInterrupted()) {
          // Else nobody may be left who ends it. Not here: what an interrupted thread writes
          // breaks.
          retired = true;
          return CUT;
        }
        if (together && !retired && message.assignment.hasEnded()) {
          retire();
        }
        if (together && !retired && last == message && unanswered.added() < capacity) {
          long now = System.nanoTime();
          long left = Math.min(lastWrite + LINGER - now, opened + longest - now);
          if (left <= 0) {
            retire();
          } else {
            LockSupport.parkNanos(this, left);
          }
        } else {
          LockSupport.park(this);
        }
      }
    } finally {
      if (together) {
        message.assignment.dontWake(Thread.currentThread());
      }
    }
  }

  /** Nothing more is written: the server learns that these were all. */
  void retire() {
    retired = true;
    if (writing.tryLock()) {
      unlock();
    } // else who has the lock closes it
  }

  /** Whoever gives the lock back closes the sink if that is asked for, also if just then. */
  private void unlock() {
    if (isSinkToBeClosed()) {
      closeSink();
    }
    writing.unlock();
    if (isSinkToBeClosed()) {
      retire();
    }
  }

  private boolean isSinkToBeClosed() {
    return !isOpening() && !sinkClosed && (retired || unanswered.added() >= capacity);
  }

  /** With {@link #writing} held. */
  private void closeSink() {
    BufferedSink to = sink;
    if (to == null) {
      return;
    }
    sinkClosed = true;
    try {
      to.close();
    } catch (IOException | RuntimeException e) {
      breakOff(e);
    }
  }

  /**
   * A server may reset the stream behind its last answers and its status, when it has not read all.
   * The reader comes to them, and to the reset if there is nothing else; a cancelled call has
   * neither.
   */
  private void breakOff(Exception why) {
    retired = true;
    if (!(why instanceof StreamResetException)) {
      call.cancel();
    }
  }

  /** The n-th answer is that of the n-th message. False: there were not so many messages. */
  boolean answered(Verdict verdict) {
    return unanswered.answered(verdict);
  }

  /**
   * @param first told of the first message that was too late for its answer, if one was, before
   *     anybody can act on the end
   */
  void ended(StreamEnd how, Consumer<StreamMessage> first) {
    unanswered.ended(how, first);
    call.cancel(); // who writes still, writes to nobody
    open.countDown();
    retire();
  }

  /** Messages without an answer. */
  int unanswered() {
    return unanswered.size();
  }

  long lastWrite() {
    return lastWrite;
  }
}
