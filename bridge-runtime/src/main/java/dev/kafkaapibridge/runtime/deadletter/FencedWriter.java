package dev.kafkaapibridge.runtime.deadletter;

import dev.kafkaapibridge.runtime.deadletter.FencedWrite.State;
import dev.kafkaapibridge.runtime.deliver.DeadLetters.Result;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.GroupStanding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to topics of the bridge's own such that nothing appears there of a process that has lost
 * the record's partition: each write is part of a transaction that also commits once more what is
 * committed for that partition, which the group refuses to whoever is no member of its present
 * generation (KIP-447). Owns the thread that writes, and what waits for it; safe for all lanes.
 */
public final class FencedWriter implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(FencedWriter.class);

  /** Until the poll loop may have committed a partition. */
  private static final Duration COMMIT_PAUSE = Duration.ofMillis(50);

  private static final int MOST_RECORDS = 500;
  private static final int MOST_BYTES = 4 * 1024 * 1024;

  /**
   * Whoever has waited for so long is told why, holds the record, and comes again. With what is
   * asked of the cluster for the sentence, that is within 20 s.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final FencedRounds rounds;
  private final String group;
  private final Duration patience;
  private final LinkedBlockingQueue<FencedWrite> queue = new LinkedBlockingQueue<>();
  private final Set<FencedWrite> unended = ConcurrentHashMap.newKeySet();
  private final Thread thread;
  private volatile boolean closed;

  /**
   * @param connection settings that all clients share
   * @param group the source group
   * @param standing this process' in that group
   */
  public static FencedWriter of(
      Map<String, Object> connection, String group, GroupStanding standing) {
    var settings = TopicWriter.settings(connection);
    // Nobody else has this id: it is the group that fences, and a process that comes after this one
    // must not wait for it. The prefix is for one ACL.
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, group + "." + UUID.randomUUID());
    // For so long the next owner of a partition can't read on where this process has died.
    settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 15_000);
    // One that can't be written holds up all other lanes, and is aborted by the brokers at that
    // time.
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 4_000);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 4_000);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 8_000);
    // Each transaction is told at first that the one before it still ends, and asks again.
    settings.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 10);
    return new FencedWriter(
        new Transactions(
            () ->
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer()),
            standing),
        group,
        standing::membership,
        PATIENCE);
  }

  /**
   * @param membership as {@link GroupStanding#membership}
   * @param patience after which a write is said to have failed
   */
  FencedWriter(
      Transactions transactions,
      String group,
      Supplier<Optional<ConsumerGroupMetadata>> membership,
      Duration patience) {
    this.rounds = new FencedRounds(transactions, membership);
    this.group = group;
    this.patience = patience;
    this.thread = Thread.ofVirtual().name("fenced-writer").start(this::work);
  }

  /**
   * Writes, and returns only when the transaction is committed, or could not be.
   *
   * @param headers of the topic's cluster, once the topic is there
   * @throws InterruptedException the assignment has ended, or the writer is closed
   */
  public Result write(
      TopicPresence topic,
      Assignment assignment,
      int partition,
      byte @Nullable [] key,
      byte @Nullable [] value,
      Supplier<Headers> headers)
      throws InterruptedException {
    Result.Failed inTheWay = topic.inTheWay();
    if (inTheWay != null) {
      return inTheWay;
    }
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic.name(), partition, null, key, value, headers.get());
    return switch (write(record, assignment)) {
      case State.Written ignored -> new Result.Written();
      case State.NotWritten(TransactionalIdAuthorizationException ignored) ->
          new Result.Failed(
              "WriteFailed",
              "No right to write to topic '%s' in transactions. Mend it: kafka-acls.sh --add --operation Write --operation Describe --transactional-id %s. --resource-pattern-type prefixed --allow-principal PRINCIPAL"
                  .formatted(topic.name(), group));
      case State.NotWritten(var why) -> WriteFailure.of(topic, why);
      case State.Over ignored -> throw new InterruptedException();
    };
  }

  State.End write(ProducerRecord<byte[], byte[]> record, Assignment assignment)
      throws InterruptedException {
    var write = new FencedWrite(record, assignment);
    unended.add(write);
    try {
      if (closed) {
        throw new InterruptedException();
      }
      queue.add(write);
      return write.await(patience);
    } finally {
      unended.remove(write);
    }
  }

  /** How many no round has taken yet. */
  int waiting() {
    return queue.size();
  }

  private void work() {
    try {
      while (!closed) {
        write(fromTheQueue());
      }
    } catch (InterruptedException | InterruptException e) {
      // closed
    } finally {
      Thread.interrupted(); // the producer is still to end what is open
      rounds.close();
    }
  }

  private void write(List<FencedWrite> writes) throws InterruptedException {
    try {
      List<FencedWrite> later = rounds.write(writes);
      if (!later.isEmpty()) {
        if (queue.isEmpty()) {
          Thread.sleep(COMMIT_PAUSE);
        }
        queue.addAll(later);
      }
    } catch (InterruptException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      log.atError().setCause(e).log("writing in transactions failed unexpectedly");
      writes.forEach(FencedWrite::unknown);
    }
  }

  private List<FencedWrite> fromTheQueue() throws InterruptedException {
    var taken = new ArrayList<FencedWrite>();
    FencedWrite next = queue.take();
    for (int bytes = 0; next != null; next = queue.poll()) {
      taken.add(next);
      bytes += next.bytes();
      if (taken.size() == MOST_RECORDS || bytes >= MOST_BYTES) {
        break;
      }
    }
    return taken;
  }

  /** Whoever waits is told that it is over, at once. */
  @Override
  public void close() {
    closed = true;
    unended.forEach(FencedWrite::over);
    thread.interrupt();
    try {
      thread.join(Duration.ofSeconds(4));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
