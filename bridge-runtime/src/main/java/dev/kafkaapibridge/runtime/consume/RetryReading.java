package dev.kafkaapibridge.runtime.consume;

import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.IdempotencyKey;
import dev.kafkaapibridge.runtime.record.OriginHeaders;
import dev.kafkaapibridge.runtime.record.OriginHeaders.Origin;
import dev.kafkaapibridge.runtime.record.Past;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * A record of a retry topic stands for the one that was put aside, and waits until its time has
 * come. One that somebody else has written there stands for itself. Pure.
 */
public final class RetryReading implements Reading {

  private final List<String> topics;

  /**
   * @param topics in the order in which records pass through them
   */
  public RetryReading(List<String> topics) {
    this.topics = List.copyOf(topics);
  }

  @Override
  public SourceRecord of(
      ConsumerRecord<byte[], byte[]> read, Assignment assignment, IdempotencyKey key) {
    int position = topics.indexOf(read.topic()) + 1;
    Optional<Origin> origin =
        OriginHeaders.read(read, OriginHeaders.RETRY, name -> name.startsWith(OriginHeaders.RETRY));
    if (origin.isEmpty()) {
      var past = new Past(0, Optional.empty(), 0, position);
      return new SourceRecord(read, assignment, read.offset(), key.of(read.offset()), past);
    }
    Past before = origin.get().past();
    return new SourceRecord(
        origin.get().record(),
        assignment,
        read.offset(),
        origin.get().idempotencyKey(),
        new Past(before.attempts(), before.firstAttempt(), before.generation(), position));
  }

  @Override
  public long dueAt(ConsumerRecord<byte[], byte[]> read) {
    Header due = read.headers().lastHeader(OriginHeaders.RETRY_DUE_AT);
    if (due == null || due.value() == null) {
      return 0;
    }
    try {
      return Long.parseLong(new String(due.value(), StandardCharsets.UTF_8));
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
