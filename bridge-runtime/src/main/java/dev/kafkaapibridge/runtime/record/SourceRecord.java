package dev.kafkaapibridge.runtime.record;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A record on its way, with the assignment under which it was read and the key that names it to the
 * API.
 *
 * @param idempotencyKey the same on every attempt, in every process ({@link IdempotencyKey})
 */
public record SourceRecord(
    ConsumerRecord<byte[], byte[]> record, Assignment assignment, String idempotencyKey) {

  /**
   * Of one record, beside key and value: the objects that hold it, its idempotency key, its lane.
   */
  private static final int OVERHEAD = 640;

  public long offset() {
    return record.offset();
  }

  /** What it takes of the heap, roughly. */
  public int bytes() {
    return Math.max(0, record.serializedKeySize())
        + Math.max(0, record.serializedValueSize())
        + OVERHEAD;
  }
}
