package dev.kafkaapibridge.runtime.record;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/**
 * Headers by which a record in a topic of ours says which record it stands for, and what that one
 * has been through. The names begin with what the topic is for. Pure.
 */
public final class OriginHeaders {

  /** Of dead letters, see docs/contracts/dead-letter-headers.md. */
  public static final String DEAD_LETTER = "kab-";

  /** Of retry topics, see docs/contracts/retry-headers.md. */
  public static final String RETRY = "kab-retry-";

  /** When a record of a retry topic is worked on again, milliseconds since 1970. */
  public static final String RETRY_DUE_AT = RETRY + "due-at";

  private static final String TOPIC = "topic";
  private static final String PARTITION = "partition";
  private static final String OFFSET = "offset";
  private static final String TIMESTAMP = "timestamp";
  private static final String TIMESTAMP_TYPE = "timestamp-type";
  private static final String IDEMPOTENCY_KEY = "idempotency-key";
  private static final String ATTEMPTS = "attempts";
  private static final String FIRST_ATTEMPT_AT = "first-attempt-at";
  private static final String GENERATION = "generation";

  private OriginHeaders() {}

  /**
   * What a record stands for.
   *
   * @param record as it was in its own topic; of sizes and leader epochs there nothing is known
   * @param past without the retry topic, which who reads it knows
   */
  public record Origin(ConsumerRecord<byte[], byte[]> record, String idempotencyKey, Past past) {}

  /**
   * Those that are there already under the same names are replaced.
   *
   * @param attempts all calls that were sent for it
   * @param firstAttempt when the first of them began
   */
  public static void put(
      Headers headers, String prefix, SourceRecord source, int attempts, Instant firstAttempt) {
    ConsumerRecord<byte[], byte[]> record = source.record();
    put(headers, prefix + TOPIC, record.topic());
    put(headers, prefix + PARTITION, Integer.toString(record.partition()));
    put(headers, prefix + OFFSET, Long.toString(record.offset()));
    put(headers, prefix + TIMESTAMP, Long.toString(record.timestamp()));
    put(headers, prefix + TIMESTAMP_TYPE, record.timestampType().name);
    put(headers, prefix + IDEMPOTENCY_KEY, source.idempotencyKey());
    put(headers, prefix + ATTEMPTS, Integer.toString(attempts));
    put(headers, prefix + FIRST_ATTEMPT_AT, firstAttempt.truncatedTo(ChronoUnit.MILLIS).toString());
    put(headers, prefix + GENERATION, Integer.toString(source.past().generation()));
  }

  /** One header in place of all of its name. */
  public static void put(Headers headers, String name, String value) {
    headers.remove(name);
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Nothing where they are missing or damaged: somebody else has written the record.
   *
   * @param ours names of headers that the record did not have in its own topic
   */
  public static Optional<Origin> read(
      ConsumerRecord<byte[], byte[]> read, String prefix, Predicate<String> ours) {
    Headers said = read.headers();
    try {
      var own = new RecordHeaders();
      for (Header header : said) {
        if (!ours.test(header.key())) {
          own.add(header);
        }
      }
      var record =
          new ConsumerRecord<>(
              text(said, prefix + TOPIC),
              Integer.parseInt(text(said, prefix + PARTITION)),
              Long.parseLong(text(said, prefix + OFFSET)),
              Long.parseLong(text(said, prefix + TIMESTAMP)),
              TimestampType.forName(text(said, prefix + TIMESTAMP_TYPE)),
              read.serializedKeySize(),
              read.serializedValueSize(),
              read.key(),
              read.value(),
              own,
              Optional.empty());
      var past =
          new Past(
              Integer.parseInt(text(said, prefix + ATTEMPTS)),
              Optional.of(Instant.parse(text(said, prefix + FIRST_ATTEMPT_AT))),
              Integer.parseInt(text(said, prefix + GENERATION)),
              0);
      return Optional.of(new Origin(record, key(text(said, prefix + IDEMPOTENCY_KEY)), past));
    } catch (IllegalArgumentException | NoSuchElementException | DateTimeException e) {
      return Optional.empty();
    }
  }

  /**
   * Whoever may write to the topic writes this, and it becomes a header of requests: nothing is
   * taken but what {@link IdempotencyKey} makes.
   *
   * @throws IllegalArgumentException if it is something else
   */
  private static String key(String said) {
    String known = UUID.fromString(said).toString();
    if (!known.equals(said)) {
      throw new IllegalArgumentException("no idempotency key of ours");
    }
    return known;
  }

  /**
   * @throws NoSuchElementException if there is none, or it has no value
   */
  private static String text(Headers headers, String name) {
    return HeaderValue.text(headers, name).orElseThrow(() -> new NoSuchElementException(name));
  }
}
