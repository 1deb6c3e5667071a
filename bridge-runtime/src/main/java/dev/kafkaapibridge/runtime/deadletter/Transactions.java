package dev.kafkaapibridge.runtime.deadletter;

import dev.kafkaapibridge.runtime.record.GroupStanding;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes records in transactions that the consumer group has to agree to. Owns the producer, and
 * makes another when one can't go on; for one thread.
 *
 * <pre>
 *   send all ──all acknowledged──► ask the group ──it agrees──► commit ──► Committed
 *      │                                │                          │
 *      │ one isn't                      │ it doesn't               │ failed, or no answer
 *      ▼                                ▼                          ▼
 *    abort ──► Aborted                abort ──► Refused         Unknown, and another producer, which
 *      │ fails                          │ fails                          ends what this one has left
 *      └────────► Broken ◄──────────────┘ and another producer
 * </pre>
 */
final class Transactions implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Transactions.class);

  sealed interface Ending {
    record Committed() implements Ending {}

    /** By the group: that membership is none any more. Nothing is written. */
    record Refused(Exception cause) implements Ending {}

    /**
     * Nothing is written.
     *
     * @param failures of those whose own answer was one, which may be another's fault: what has not
     *     been sent yet fails with the first that did
     */
    record Aborted(Map<FencedWrite, Exception> failures, Exception cause) implements Ending {}

    /** Nothing is written, nor will it be. */
    record Broken(Exception cause) implements Ending {}

    /** All may be written, or nothing. */
    record Unknown() implements Ending {}
  }

  /** Longer than a commit of the poll loop, which may take 5 s. */
  private static final Duration TURN = Duration.ofSeconds(6);

  private final Supplier<Producer<byte[], byte[]>> maker;
  private final GroupStanding standing;
  private @Nullable Producer<byte[], byte[]> producer;

  /** Whether the present transaction was asked to be committed. */
  private boolean committing;

  /**
   * @param maker of producers that all have the same transactional id, so that each ends what the
   *     one before it has left behind
   * @param standing in whose turn to commit transactions are committed
   */
  Transactions(Supplier<Producer<byte[], byte[]>> maker, GroupStanding standing) {
    this.maker = maker;
    this.standing = standing;
  }

  /**
   * @param member whose membership has to be the group's at the moment when all is acknowledged
   * @throws InterruptException the thread was interrupted, and the transaction is open
   */
  Ending write(List<FencedWrite> writes, ConsumerGroupMetadata member) {
    committing = false;
    try {
      return write(ready(), writes, member);
    } catch (InterruptException e) {
      throw e;
    } catch (RuntimeException e) {
      log.atWarn()
          .addKeyValue("cause", e.toString())
          .log("a transaction can't be ended: another producer takes over");
      discard();
      return committing ? new Ending.Unknown() : new Ending.Broken(told(e));
    }
  }

  private Ending write(
      Producer<byte[], byte[]> producer, List<FencedWrite> writes, ConsumerGroupMetadata member) {
    producer.beginTransaction();
    var answers = new Answers();
    RuntimeException cause;
    try {
      for (FencedWrite write : writes) {
        producer.send(write.record(), (where, failure) -> answers.note(write, where, failure));
      }
      producer.flush();
      answers.allAcknowledged(writes);
      // The group is asked only now that the records are there. The next owner reads the topic up
      // to the end that it had when the group gave it the partition: had the group agreed before,
      // it might read too early, and miss what it is to wait for.
      try (var turn = standing.take(TURN).orElseThrow(Transactions::noTurn)) {
        // A partition that this very process owns anew is of the same generation. Whoever does that
        // has ended the assignment, and takes a turn before it looks at what is there.
        if (writes.stream().anyMatch(write -> write.assignment().hasEnded())) {
          throw noTurn();
        }
        producer.sendOffsetsToTransaction(
            turn.committed(partitions(writes)).orElseThrow(Transactions::noTurn), member);
        committing = true;
        commit(producer);
      }
      return new Ending.Committed();
    } catch (InterruptException e) {
      throw e;
    } catch (RuntimeException e) {
      cause = e;
    }
    abort(producer, cause);
    Exception told = told(cause);
    return told instanceof CommitFailedException || told instanceof FencedInstanceIdException
        ? new Ending.Refused(told)
        : new Ending.Aborted(Map.copyOf(answers.failures), told);
  }

  private static Set<TopicPartition> partitions(List<FencedWrite> writes) {
    return writes.stream().map(write -> write.assignment().partition()).collect(Collectors.toSet());
  }

  /** Whether its partition can be committed once more; soon it can, for the poll loop commits. */
  boolean mayBegin(FencedWrite write) {
    return standing.knows(write.assignment().partition());
  }

  private static RuntimeException noTurn() {
    return new CommitFailedException(
        "a partition was let go of just then, or another commit is under way");
  }

  private static void abort(Producer<byte[], byte[]> producer, RuntimeException because) {
    try {
      producer.abortTransaction();
    } catch (InterruptException e) {
      throw e;
    } catch (RuntimeException e) {
      because.addSuppressed(e);
      throw because; // which tells more
    }
  }

  /** Whoever had no answer may ask once more, and should: a lost answer is no lost transaction. */
  private static void commit(Producer<byte[], byte[]> producer) {
    try {
      producer.commitTransaction();
    } catch (TimeoutException e) {
      producer.commitTransaction();
    }
  }

  private Producer<byte[], byte[]> ready() {
    Producer<byte[], byte[]> ready = producer;
    if (ready == null) {
      ready = maker.get();
      producer = ready;
      ready.initTransactions();
    }
    return ready;
  }

  private void discard() {
    if (producer != null) {
      close(producer, Duration.ZERO); // it has nothing to say any more
      producer = null;
    }
  }

  /** What is open is aborted, if the brokers are quick; else they do it in their time. */
  @Override
  public void close() {
    if (producer != null) {
      close(producer, Duration.ofSeconds(2));
    }
  }

  private static void close(Producer<byte[], byte[]> producer, Duration bound) {
    try {
      producer.close(bound);
    } catch (InterruptException e) {
      throw e;
    } catch (RuntimeException e) {
      log.atDebug().setCause(e).log("a producer could not be closed in order");
    }
  }

  /** A producer that has failed tells it again and again, in wrappings of its own. */
  private static Exception told(Exception e) {
    Exception told = e;
    while ((told.getClass() == KafkaException.class || told instanceof IllegalStateException)
        && told.getCause() instanceof Exception inner) {
      told = inner;
    }
    return told;
  }

  /** Of one round; the producer's thread tells, ours looks when all have been told. */
  private static final class Answers {
    private final Map<FencedWrite, Exception> failures = new ConcurrentHashMap<>();
    private final Map<FencedWrite, Long> offsets = new ConcurrentHashMap<>();

    void note(FencedWrite write, RecordMetadata where, @Nullable Exception failure) {
      if (failure == null) {
        offsets.put(write, where.offset());
      } else {
        failures.put(write, told(failure));
      }
    }

    void allAcknowledged(List<FencedWrite> writes) {
      if (!failures.isEmpty() || offsets.size() < writes.size()) {
        throw new IllegalStateException(
            "%d of %d records are acknowledged".formatted(offsets.size(), writes.size()),
            failures.values().stream().findFirst().orElse(null));
      }
    }
  }
}
