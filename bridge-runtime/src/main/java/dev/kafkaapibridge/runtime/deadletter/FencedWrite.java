package dev.kafkaapibridge.runtime.deadletter;

import dev.kafkaapibridge.runtime.record.Assignment;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One record that a lane wants written in a transaction, and what has become of it. The lane waits,
 * the writer's thread decides; each step is one exchange of the state, so that neither can undo
 * what the other has said.
 *
 * <pre>
 *   Waiting ──a round takes it──► Begun ──committed──────► Written
 *     │ ▲                         │ │ └──it can't be─────► NotWritten
 *     │ └──────── once more ──────┘ └────nobody knows────► Over, and so is its assignment
 *     ├──time is up──► NotWritten
 *     └──its assignment has ended, the writer closes──► Over
 * </pre>
 */
final class FencedWrite {

  sealed interface State {
    record Waiting() implements State {}

    record Begun() implements State {}

    sealed interface End extends State {}

    record Written() implements End {}

    record NotWritten(Exception why) implements End {}

    /** Nobody waits for it any more. */
    record Over() implements End {}
  }

  private static final State WAITING = new State.Waiting();
  private static final State BEGUN = new State.Begun();

  private final ProducerRecord<byte[], byte[]> record;
  private final Assignment assignment;
  private final Thread lane = Thread.currentThread();
  private final AtomicReference<State> state = new AtomicReference<>(WAITING);
  private volatile long since = System.nanoTime();
  private volatile @Nullable Exception trouble;

  /** Made by the lane that will wait. */
  FencedWrite(ProducerRecord<byte[], byte[]> record, Assignment assignment) {
    this.record = record;
    this.assignment = assignment;
  }

  ProducerRecord<byte[], byte[]> record() {
    return record;
  }

  /** Of key and value. */
  int bytes() {
    return (record.key() == null ? 0 : record.key().length)
        + (record.value() == null ? 0 : record.value().length);
  }

  /**
   * Waits for the end.
   *
   * @param patience after which it is said not to be written, where no round has it: who has begun
   *     with it knows soon
   */
  State.End await(Duration patience) throws InterruptedException {
    assignment.wakeAtEnd(lane);
    try {
      while (true) {
        State now = state.get();
        if (now instanceof State.End end) {
          return end;
        }
        if (Thread.interrupted()) {
          state.set(new State.Over());
          throw new InterruptedException();
        }
        long left = since + patience.toNanos() - System.nanoTime();
        if (now == WAITING && assignment.hasEnded()) {
          state.compareAndSet(now, new State.Over());
        } else if (now == WAITING && left <= 0) {
          state.compareAndSet(now, new State.NotWritten(whyNot(patience)));
        } else if (now == WAITING) {
          LockSupport.parkNanos(this, left);
        } else {
          LockSupport.park(this);
        }
      }
    } finally {
      assignment.dontWake(lane);
    }
  }

  private Exception whyNot(Duration patience) {
    Exception last = trouble;
    return last != null
        ? last
        : new TimeoutException("no answer within " + patience.toSeconds() + " s");
  }

  /** A round takes it; false: there is nobody to write it for. */
  boolean begin() {
    if (assignment.hasEnded()) {
      over();
      return false;
    }
    return state.compareAndSet(WAITING, BEGUN);
  }

  /** The round was in vain. */
  void onceMore(Exception why) {
    trouble = why;
    state.compareAndSet(BEGUN, WAITING);
    // Whoever's assignment ended during the round leaves now.
    LockSupport.unpark(lane);
  }

  /**
   * The round was in vain because the group is being divided anew. That is no trouble with the
   * topic, and takes as long as it takes: the lane's patience begins anew.
   */
  void onceMoreInTheNextGeneration(Exception why) {
    since = System.nanoTime();
    onceMore(why);
  }

  void written() {
    end(new State.Written());
  }

  void notWritten(Exception why) {
    end(new State.NotWritten(why));
  }

  /**
   * It may be written or not. What is known of its key, and of all that goes with its partition,
   * doesn't hold any more: its assignment ends here, and the poll loop owns it anew.
   */
  void unknown() {
    assignment.end();
    over();
  }

  Assignment assignment() {
    return assignment;
  }

  void over() {
    end(new State.Over());
  }

  private void end(State.End end) {
    State now = state.get();
    while (!(now instanceof State.End) && !state.compareAndSet(now, end)) {
      now = state.get();
    }
    LockSupport.unpark(lane);
  }
}
