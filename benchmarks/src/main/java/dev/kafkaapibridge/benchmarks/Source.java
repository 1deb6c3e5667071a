package dev.kafkaapibridge.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Fills topics. The same seed gives every contestant the same keys in the same order.
 *
 * <p>For one thread.
 */
final class Source implements AutoCloseable {

  private final String bootstrapServers;
  private final Admin admin;

  Source(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
    admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
  }

  private KafkaProducer<byte[], byte[]> producer() {
    // Order needs no idempotence here, which a topic that was made a moment ago may refuse.
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers",
            bootstrapServers,
            "linger.ms",
            1,
            "batch.size",
            65_536,
            "enable.idempotence",
            false,
            "max.in.flight.requests.per.connection",
            1),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  /** One topic and what has been written to it. */
  final class Topic implements AutoCloseable {

    final String name;
    private final Load load;
    private final KafkaProducer<byte[], byte[]> producer = producer();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private final Random random = new Random(1);
    private final int[] turns;
    private final Values values;
    private int written;

    private Topic(String name, Load load, Values values) {
      this.name = name;
      this.load = load;
      this.values = values;
      this.turns = new int[load.keys()];
    }

    int written() {
      return written;
    }

    /** Writes records as fast as the broker takes them. */
    void fill(int records) {
      for (int i = 0; i < records; i++) {
        write();
      }
      flush();
    }

    /** Writes records at a rate. */
    void fill(int records, double rate) {
      long from = System.nanoTime();
      for (int i = 0; i < records; i++) {
        long due = from + (long) (i / rate * 1e9);
        while (System.nanoTime() < due) {
          LockSupport.parkNanos(1_000_000);
        }
        write();
      }
      flush();
    }

    private void flush() {
      producer.flush();
      Exception failed = failure.get();
      if (failed != null) {
        throw new IllegalStateException("the broker did not take all records", failed);
      }
    }

    private void write() {
      int key = random.nextInt(load.keys());
      Instant now = Instant.now();
      long micros = now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
      var stamp = new Stamp(written++, key, turns[key]++, micros);
      byte[] value = values.of(stamp, load.bytes());
      var unused =
          producer.send(
              new ProducerRecord<>(name, ("key-" + key).getBytes(US_ASCII), value),
              (written, failed) -> {
                if (failed != null) {
                  failure.set(failed);
                }
              });
    }

    @Override
    public void close() {
      producer.close();
      await(admin.deleteTopics(List.of(name)).all());
    }
  }

  /** What values are made of. */
  interface Values {
    /** Of so many bytes. */
    byte[] of(Stamp stamp, int bytes);
  }

  Topic topic(String name, Load load, Values values) {
    await(admin.createTopics(List.of(new NewTopic(name, load.partitions(), (short) 1))).all());
    return new Topic(name, load, values);
  }

  private static void await(org.apache.kafka.common.KafkaFuture<Void> future) {
    try {
      future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    admin.close();
  }
}
