package dev.kafkaapibridge.runtime.consume;

import dev.kafkaapibridge.api.v1alpha1.KafkaSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaSpec.OnOffsetOutOfRange;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.IdempotencyKey;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Of a loop that reads retry topics beside their source, by the topic that was read. Pure. */
public record EitherReading(RetryReading retries) implements Reading {

  @Override
  public SourceRecord of(
      ConsumerRecord<byte[], byte[]> read, Assignment assignment, IdempotencyKey key) {
    return reading(read).of(read, assignment, key);
  }

  @Override
  public long dueAt(ConsumerRecord<byte[], byte[]> read) {
    return reading(read).dueAt(read);
  }

  @Override
  public @Nullable Duration delay(String topic) {
    return retries.delay(topic);
  }

  /** Of the source: what is gone of retry topics is found out anew whatever the spec says. */
  @Override
  public OnOffsetOutOfRange whenGone(KafkaSpec kafka) {
    return Reading.SOURCE.whenGone(kafka);
  }

  private Reading reading(ConsumerRecord<byte[], byte[]> read) {
    return delay(read.topic()) != null ? retries : Reading.SOURCE;
  }
}
