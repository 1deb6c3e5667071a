package dev.kafkaapibridge.runtime.record;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * A record on its way, with the assignment under which it was read and the key that names it to the
 * API.
 *
 * @param record as it stands in its own topic, wherever it was read: retry topics and dead letters
 *     bring it with the coordinates, the timestamp and the headers that it had there
 * @param offset where it was read, in the assignment's partition
 * @param idempotency tells the {@link #idempotencyKey}
 * @param timestamp the record's own, milliseconds since 1970; here too, as {@code bytes}, because
 *     it is asked for when what Kafka's record holds has long left the processor's caches
 * @param bytes what it takes of the heap, roughly
 */
public record SourceRecord(
    ConsumerRecord<byte[], byte[]> record,
    Assignment assignment,
    long offset,
    RecordKey idempotency,
    Past past,
    long timestamp,
    int bytes) {

  /** Of one record, beside key, value and headers: the objects that hold it, its lane. */
  private static final int OVERHEAD = 640;

  /** Of one header, beside key and value: the objects that hold it. */
  private static final int HEADER_OVERHEAD = 100;

  /** Read where it was written first. */
  public SourceRecord(
      ConsumerRecord<byte[], byte[]> record, Assignment assignment, RecordKey idempotency) {
    this(record, assignment, record.offset(), idempotency, Past.of(record.headers()));
  }

  /** Read wherever it was. */
  public SourceRecord(
      ConsumerRecord<byte[], byte[]> record,
      Assignment assignment,
      long offset,
      RecordKey idempotency,
      Past past) {
    this(record, assignment, offset, idempotency, past, record.timestamp(), bytes(record));
  }

  /** The same on every attempt, in every process; made anew each time. */
  public String idempotencyKey() {
    return idempotency.of(record.offset());
  }

  /**
   * When it began to age, in milliseconds since 1970; negative: it doesn't, for somebody has asked
   * for it, however old it is, or nobody knows.
   */
  public long agesSince() {
    return past.isReplay() ? -1 : timestamp;
  }

  private static int bytes(ConsumerRecord<byte[], byte[]> record) {
    int headers = 0;
    for (Header header : record.headers()) {
      byte[] value = header.value();
      headers += HEADER_OVERHEAD + header.key().length() + (value == null ? 0 : value.length);
    }
    return Math.max(0, record.serializedKeySize())
        + Math.max(0, record.serializedValueSize())
        + headers
        + OVERHEAD;
  }
}
