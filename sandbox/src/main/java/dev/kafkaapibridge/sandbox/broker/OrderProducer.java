package dev.kafkaapibridge.sandbox.broker;

import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes numbered records to a topic and remembers which of them the broker has acknowledged: only
 * those count as sent. One thread produces; any may ask.
 */
public final class OrderProducer implements AutoCloseable {

  private final KafkaProducer<byte[], byte[]> producer;
  private final String topic;
  private final int orders;
  private final int bytes;
  private final BitSet acknowledged = new BitSet();
  private volatile @Nullable String note;
  private volatile int othersOneIn = 1;
  private long next;

  /**
   * @param orders number of different keys, at least 1
   */
  public OrderProducer(Broker broker, String topic, int orders) {
    this(broker, topic, orders, 0);
  }

  /**
   * @param bytes of each value, at the least
   */
  public OrderProducer(Broker broker, String topic, int orders, int bytes) {
    this.topic = topic;
    this.orders = orders;
    this.bytes = bytes;
    var serializer = new ByteArraySerializer();
    this.producer =
        new KafkaProducer<>(
            new HashMap<>(
                Map.<String, Object>of(
                    "bootstrap.servers",
                    broker.bootstrapServers(),
                    "linger.ms",
                    "5",
                    // On a topic just made, a first batch that came too early and a second that
                    // didn't would leave the first out of sequence for good.
                    "max.in.flight.requests.per.connection",
                    "1",
                    "reconnect.backoff.max.ms",
                    "500",
                    // Partitions that are added get records soon.
                    "metadata.max.age.ms",
                    "2000",
                    "max.request.size",
                    Integer.toString(8 * 1024 * 1024))),
            serializer,
            serializer);
  }

  /** Writes the next {@code count} records and returns when all are acknowledged. */
  public void produce(int count) {
    for (int i = 0; i < count; i++) {
      send();
    }
    producer.flush();
  }

  /**
   * Writes the next {@code count} records, evenly, at {@code perSecond}. Returns when all are
   * acknowledged, or when the thread is interrupted.
   */
  public void produceEvenly(int count, double perSecond) {
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      long due = start + (long) (i * 1e9 / perSecond);
      while (System.nanoTime() < due && !Thread.currentThread().isInterrupted()) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      if (Thread.currentThread().isInterrupted()) {
        return;
      }
      send();
    }
    producer.flush();
  }

  /** Records have one more field from now on. */
  public void note(String text) {
    note = text;
  }

  /** From now on only one record in so many may be of another order than the first. */
  public void mostlyOfOneOrder(int othersOneIn) {
    this.othersOneIn = othersOneIn;
  }

  /** Sequences of the records that the broker has. */
  public BitSet sent() {
    synchronized (acknowledged) {
      return (BitSet) acknowledged.clone();
    }
  }

  /** How many records the broker has. */
  public long sentCount() {
    synchronized (acknowledged) {
      return acknowledged.cardinality();
    }
  }

  @Override
  public void close() {
    producer.close();
  }

  private byte[] value(Order order) {
    String text = note;
    return text == null ? order.value(bytes) : order.noted(text);
  }

  private Order numbered(long sequence) {
    return sequence % othersOneIn == 0
        ? Order.numbered(sequence, orders)
        : new Order(sequence, Order.numbered(0, orders).id());
  }

  private void send() {
    Order order = numbered(next++);
    var message = new ProducerRecord<>(topic, order.key(), value(order));
    message.headers().add("origin", "web-shop".getBytes(StandardCharsets.UTF_8));
    producer.send(
        message,
        (metadata, failure) -> {
          if (failure == null) {
            synchronized (acknowledged) {
              acknowledged.set((int) order.sequence());
            }
          }
        });
  }
}
