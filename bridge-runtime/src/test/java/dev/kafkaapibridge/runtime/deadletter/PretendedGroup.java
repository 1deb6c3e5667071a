package dev.kafkaapibridge.runtime.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaapibridge.runtime.record.GroupStanding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * A broker whose group has one member, and what was committed there: a list for each transaction.
 * Hands out producers; each of them behaves as a real one does when it is refused something.
 */
final class PretendedGroup {

  static final int LARGEST = 100;

  final List<List<String>> committed = new CopyOnWriteArrayList<>();
  final List<List<String>> aborted = new CopyOnWriteArrayList<>();
  final List<Map<TopicPartition, OffsetAndMetadata>> offsets = new CopyOnWriteArrayList<>();
  final List<Fake> producers = new CopyOnWriteArrayList<>();

  /** Of the group; whoever is of another is refused. */
  volatile int generation = 1;

  /** What the process knows of it. */
  final GroupStanding standing = GroupStanding.forTransactions();

  volatile @Nullable RuntimeException initFails;

  /** A permit for each transaction that may begin. */
  final Semaphore mayBegin = new Semaphore(Integer.MAX_VALUE);

  static ConsumerGroupMetadata member(int generation) {
    return new ConsumerGroupMetadata("g", generation, "member", Optional.empty());
  }

  Producer<byte[], byte[]> producer() {
    var fake = new Fake();
    producers.add(fake);
    fake.initTransactionException = initFails;
    return fake;
  }

  final class Fake extends MockProducer<byte[], byte[]> {

    private final List<String> open = new ArrayList<>();
    private @Nullable RuntimeException failed;

    /** Another transaction was begun by the same id. */
    volatile boolean fenced;

    Fake() {
      super(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public void beginTransaction() {
      mayBegin.acquireUninterruptibly();
      super.beginTransaction();
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> record, Callback callback) {
      if (failed != null) {
        throw new KafkaException("Cannot perform send, for one has failed", failed);
      }
      if (record.value().length > LARGEST) {
        failed = new RecordTooLargeException("too large");
        // As a real one: what it hasn't sent yet fails with another's fault.
        while (errorNext(failed)) {}
        callback.onCompletion(
            new RecordMetadata(
                new TopicPartition(record.topic(), record.partition()), -1, 0, -1, -1, -1),
            failed);
        return CompletableFuture.failedFuture(failed);
      }
      open.add(new String(record.value(), UTF_8));
      return super.send(record, callback);
    }

    @Override
    public void sendOffsetsToTransaction(
        Map<TopicPartition, OffsetAndMetadata> ends, ConsumerGroupMetadata member) {
      if (!flushed()) {
        throw new AssertionError("the group is asked before all is acknowledged");
      }
      if (member.generationId() != generation) {
        throw new CommitFailedException("generation " + member.generationId());
      }
      super.sendOffsetsToTransaction(ends, member);
      offsets.add(Map.copyOf(ends));
    }

    @Override
    public void commitTransaction() {
      orFenced();
      super.commitTransaction();
      committed.add(List.copyOf(open));
      open.clear();
    }

    @Override
    public void abortTransaction() {
      orFenced();
      super.abortTransaction();
      aborted.add(List.copyOf(open));
      open.clear();
      failed = null;
    }

    private void orFenced() {
      if (fenced) {
        throw new ProducerFencedException("another has this id");
      }
    }
  }
}
