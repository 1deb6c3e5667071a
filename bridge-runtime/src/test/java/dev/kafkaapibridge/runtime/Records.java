package dev.kafkaapibridge.runtime;

import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.IdempotencyKey;
import dev.kafkaapibridge.runtime.record.SendFence;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** Records to try things on. */
public final class Records {

  private Records() {}

  public static Assignment assignment(String topic, int partition) {
    return new Assignment(
        new TopicPartition(topic, partition),
        new SendFence(Duration.ofMinutes(5), Duration.ofMinutes(5), System::nanoTime));
  }

  /** Of the replays' group. */
  public static Assignment replayed(String topic, int partition) {
    return Assignment.ofReplay(
        new TopicPartition(topic, partition),
        new SendFence(Duration.ofMinutes(5), Duration.ofMinutes(5), System::nanoTime));
  }

  public static SourceRecord record(Assignment assignment, long offset, String key) {
    return record(assignment, offset, key, "{\"sequence\": " + offset + "}", new RecordHeaders());
  }

  public static SourceRecord record(
      Assignment assignment, long offset, String key, String value, RecordHeaders headers) {
    return record(
        assignment,
        offset,
        key == null ? null : key.getBytes(StandardCharsets.UTF_8),
        value == null ? null : value.getBytes(StandardCharsets.UTF_8),
        headers);
  }

  public static SourceRecord record(
      Assignment assignment, long offset, byte[] key, byte[] value, RecordHeaders headers) {
    return record(assignment, offset, System.currentTimeMillis(), key, value, headers);
  }

  /** Written so long ago. */
  public static SourceRecord old(Assignment assignment, long offset, String key, Duration age) {
    return record(
        assignment,
        offset,
        System.currentTimeMillis() - age.toMillis(),
        key.getBytes(StandardCharsets.UTF_8),
        new byte[] {'1'},
        new RecordHeaders());
  }

  private static SourceRecord record(
      Assignment assignment,
      long offset,
      long timestamp,
      byte[] key,
      byte[] value,
      RecordHeaders headers) {
    var partition = assignment.partition();
    var record =
        new ConsumerRecord<>(
            partition.topic(),
            partition.partition(),
            offset,
            timestamp,
            TimestampType.CREATE_TIME,
            key == null ? -1 : key.length,
            value == null ? -1 : value.length,
            key,
            value,
            headers,
            Optional.of(0));
    return new SourceRecord(
        record,
        assignment,
        new IdempotencyKey("cluster", new Uuid(1, 2), partition.partition(), "group"));
  }

  public static String key(SourceRecord record) {
    return new String(record.record().key(), StandardCharsets.UTF_8);
  }
}
