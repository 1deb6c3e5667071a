package dev.kafkaapibridge.runtime.consume;

import dev.kafkaapibridge.api.v1alpha1.KafkaSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaSpec.OnOffsetOutOfRange;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.IdempotencyKey;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** What the records of a topic are to the bridge. Pure. */
public interface Reading {

  /** A source topic: each record stands for itself, and its time has come. */
  Reading SOURCE = (read, assignment, key) -> new SourceRecord(read, assignment, key);

  /** The record to be worked on; its {@code offset} is that of {@code read}. */
  SourceRecord of(ConsumerRecord<byte[], byte[]> read, Assignment assignment, IdempotencyKey key);

  /** Before this time it is not worked on, nor what comes after it; milliseconds since 1970. */
  default long dueAt(ConsumerRecord<byte[], byte[]> read) {
    return 0;
  }

  /** How long records wait in a topic; null: it is no retry topic. */
  default @Nullable Duration delay(String topic) {
    return null;
  }

  /** What to do when the next record is gone. */
  default OnOffsetOutOfRange whenGone(KafkaSpec kafka) {
    return kafka.onOffsetOutOfRange();
  }
}
