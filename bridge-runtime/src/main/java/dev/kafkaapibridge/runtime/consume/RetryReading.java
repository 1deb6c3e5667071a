package dev.kafkaapibridge.runtime.consume;

import dev.kafkaapibridge.api.v1alpha1.KafkaSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaSpec.OnOffsetOutOfRange;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.HeaderValue;
import dev.kafkaapibridge.runtime.record.IdempotencyKey;
import dev.kafkaapibridge.runtime.record.OriginHeaders;
import dev.kafkaapibridge.runtime.record.OriginHeaders.Origin;
import dev.kafkaapibridge.runtime.record.Past;
import dev.kafkaapibridge.runtime.record.RecordKey;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record of a retry topic stands for the one that was put aside, and waits until its time has
 * come. One that somebody else has written there stands for itself. Pure.
 */
public final class RetryReading implements Reading {

  /** Clocks of brokers and pods may differ by so much. */
  private static final long SKEW_MILLIS = 60_000;

  /**
   * @param delay how long a record stays there at least, by the spec as it is now
   */
  public record Topic(String name, Duration delay) {}

  private final List<String> names;
  private final List<Topic> topics;

  /**
   * @param topics in the order in which records pass through them
   */
  public RetryReading(List<Topic> topics) {
    this.topics = List.copyOf(topics);
    this.names = topics.stream().map(Topic::name).toList();
  }

  @Override
  public @Nullable Duration delay(String topic) {
    int position = names.indexOf(topic);
    return position < 0 ? null : topics.get(position).delay();
  }

  @Override
  public SourceRecord of(
      ConsumerRecord<byte[], byte[]> read, Assignment assignment, IdempotencyKey key) {
    int position = names.indexOf(read.topic()) + 1;
    Optional<Origin> origin =
        OriginHeaders.read(read, OriginHeaders.RETRY, name -> name.startsWith(OriginHeaders.RETRY));
    if (origin.isEmpty()) {
      var past = new Past(0, Optional.empty(), 0, position);
      return new SourceRecord(read, assignment, read.offset(), key, past);
    }
    Past before = origin.get().past();
    return new SourceRecord(
        origin.get().record(),
        assignment,
        read.offset(),
        new RecordKey.Given(origin.get().idempotencyKey()),
        new Past(before.attempts(), before.firstAttempt(), before.generation(), position));
  }

  /**
   * As it says, but not much later than the topic's delay after it was written there: a delay that
   * was shortened holds for what waits already, and what nobody can wait for is not waited for.
   */
  @Override
  public long dueAt(ConsumerRecord<byte[], byte[]> read) {
    long said = said(read);
    int position = names.indexOf(read.topic());
    if (position < 0 || read.timestamp() < 0) {
      return said;
    }
    long latest = read.timestamp() + topics.get(position).delay().toMillis();
    return said > latest + SKEW_MILLIS ? latest : said;
  }

  /** Whatever the spec says for sources: what waits here was promised to come back. */
  @Override
  public OnOffsetOutOfRange whenGone(KafkaSpec kafka) {
    return OnOffsetOutOfRange.Earliest;
  }

  private static long said(ConsumerRecord<byte[], byte[]> read) {
    try {
      return HeaderValue.text(read.headers(), OriginHeaders.RETRY_DUE_AT)
          .map(Long::valueOf)
          .orElse(0L);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
