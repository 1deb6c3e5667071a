package dev.kafkaapibridge.runtime.deadletter;

import dev.kafkaapibridge.runtime.deliver.DeadLetters.Result;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes to topics of the bridge's own, acknowledged by all in-sync replicas, in the order in which
 * they were asked for. Owns the producer; safe for all lanes, each of which waits for its own
 * write.
 */
public final class TopicWriter implements AutoCloseable {

  /**
   * Larger than any record that a broker takes by default, several times over; what is larger still
   * is said to be too large.
   */
  private static final int MAX_REQUEST_BYTES = 32 * 1024 * 1024;

  private final Producer<byte[], byte[]> producer;

  /**
   * @param connection settings that all clients share
   */
  public static TopicWriter of(Map<String, Object> connection) {
    return new TopicWriter(
        new KafkaProducer<>(
            settings(connection), new ByteArraySerializer(), new ByteArraySerializer()));
  }

  /** Of whatever writes to topics of the bridge's own. */
  static Map<String, Object> settings(Map<String, Object> connection) {
    var settings = new HashMap<>(connection);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    // On a topic just made, a first batch that came too early and a second that didn't would leave
    // the first out of sequence until it times
    // out. One at a time also keeps records in the order in which they were written.
    settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
    // A record that came compressed may be far larger than what its topic takes uncompressed.
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "gzip");
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 20_000);
    return settings;
  }

  TopicWriter(Producer<byte[], byte[]> producer) {
    this.producer = producer;
  }

  /**
   * Writes, and returns only when the broker has answered. Never throws for what the broker does.
   *
   * @param headers of the topic's cluster, once the topic is there
   * @param timestamp null: now
   */
  public Result write(
      TopicPresence topic,
      @Nullable Long timestamp,
      byte @Nullable [] key,
      byte @Nullable [] value,
      Supplier<Headers> headers)
      throws InterruptedException {
    // Asked before each write while it isn't known to be there, or a broker that makes topics by
    // itself would make it with its own settings.
    Result.Failed inTheWay = topic.inTheWay();
    if (inTheWay != null) {
      return inTheWay;
    }
    try {
      producer
          .send(new ProducerRecord<>(topic.name(), null, timestamp, key, value, headers.get()))
          .get();
      return new Result.Written();
    } catch (ExecutionException e) {
      return WriteFailure.of(topic, e.getCause() instanceof Exception cause ? cause : e);
    } catch (KafkaException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      return WriteFailure.of(topic, e);
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
  }
}
