package dev.kafkaapibridge.runtime.deadletter;

import dev.kafkaapibridge.runtime.deliver.DeadLetters;
import dev.kafkaapibridge.runtime.deliver.Failure;
import dev.kafkaapibridge.runtime.record.CleanText;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes dead letters to a topic: the record byte for byte with key, value, headers and timestamp,
 * and headers that say why. Safe for all lanes.
 */
public final class DeadLetterTopic implements DeadLetters, AutoCloseable {

  /**
   * Larger than any record that a broker takes by default, several times over; what is larger still
   * is said to be too large.
   */
  private static final int MAX_REQUEST_BYTES = 32 * 1024 * 1024;

  private final Producer<byte[], byte[]> producer;
  private final TopicPresence topic;
  private final String group;
  private final boolean withAnswers;

  /**
   * @param connection settings that all clients share
   * @param withAnswers whether they tell the beginning of the target's answer
   */
  public static DeadLetterTopic of(
      Map<String, Object> connection, TopicPresence topic, String group, boolean withAnswers) {
    var settings = new HashMap<>(connection);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    // On a topic just made, a first batch that came too early and a second that didn't would leave
    // the first out of sequence until it times
    // out. One at a time also keeps dead letters in the order in which they were given up.
    settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
    // A record that came compressed may be far larger than what its topic takes uncompressed.
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "gzip");
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 20_000);
    return new DeadLetterTopic(
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer()),
        topic,
        group,
        withAnswers);
  }

  DeadLetterTopic(
      Producer<byte[], byte[]> producer, TopicPresence topic, String group, boolean withAnswers) {
    this.producer = producer;
    this.topic = topic;
    this.group = group;
    this.withAnswers = withAnswers;
  }

  @Override
  public Result write(SourceRecord source, Failure failure) throws InterruptedException {
    // Asked before each write while it isn't known to be there, or a broker that makes topics by
    // itself would make it with its own settings.
    Result.Failed inTheWay = topic.inTheWay();
    if (inTheWay != null) {
      return inTheWay;
    }
    var record = source.record();
    var headers = DeadLetterHeaders.of(source, failure, group, topic.clusterId(), withAnswers);
    Long timestamp = record.timestamp() < 0 ? null : record.timestamp();
    try {
      producer
          .send(
              new ProducerRecord<>(
                  topic.name(), null, timestamp, record.key(), record.value(), headers))
          .get();
      return new Result.Written();
    } catch (ExecutionException e) {
      return failed(e.getCause() instanceof Exception cause ? cause : e);
    } catch (KafkaException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      return failed(e);
    }
  }

  private Result failed(Exception e) {
    topic.mayHaveGone();
    String message = CleanText.of(String.valueOf(e.getMessage()), 300);
    return switch (e) {
      case RecordTooLargeException ignored ->
          new Result.Failed(
              "WriteFailed",
              "Topic '%s' doesn't take a record of this size. Mend it: kafka-configs.sh --alter --topic %s --add-config max.message.bytes=BYTES (%s)"
                  .formatted(topic.name(), topic.name(), message));
      case TopicAuthorizationException ignored ->
          new Result.Failed(
              "WriteFailed",
              "No right to write to topic '%s'. Mend it: kafka-acls.sh --add --producer --topic %s --allow-principal PRINCIPAL"
                  .formatted(topic.name(), topic.name()));
      // Where replicas are missing the producer tries again until its time is over, and says that,
      // or what the last answer was, by which of the two it sees first.
      case RetriableException ignored when topic.tooFewReplicas() instanceof String why ->
          new Result.Failed("WriteFailed", why);
      default ->
          new Result.Failed(
              "WriteFailed",
              "Topic '%s' can't be written: %s. Look at it: kafka-topics.sh --describe --topic %s"
                  .formatted(topic.name(), message, topic.name()));
    };
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
  }
}
