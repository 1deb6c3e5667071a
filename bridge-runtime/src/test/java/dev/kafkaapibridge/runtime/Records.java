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

  public static SourceRecord record(Assignment assignment, long offset, String key) {
    return record(assignment, offset, key, "{\"sequence\": " + offset + "}", new RecordHeaders());
  }

  public static SourceRecord record(
      Assignment assignment, long offset, String key, String value, RecordHeaders headers) {
    var partition = assignment.partition();
    byte[] keyBytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
    byte[] valueBytes = value == null ? null : value.getBytes(StandardCharsets.UTF_8);
    var record =
        new ConsumerRecord<>(
            partition.topic(),
            partition.partition(),
            offset,
            System.currentTimeMillis(),
            TimestampType.CREATE_TIME,
            keyBytes == null ? -1 : keyBytes.length,
            valueBytes == null ? -1 : valueBytes.length,
            keyBytes,
            valueBytes,
            headers,
            Optional.of(0));
    return new SourceRecord(
        record,
        assignment,
        new IdempotencyKey("cluster", new Uuid(1, 2), partition.partition(), "group").of(offset));
  }

  public static String key(SourceRecord record) {
    return new String(record.record().key(), StandardCharsets.UTF_8);
  }
}
