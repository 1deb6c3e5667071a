package dev.kafkaapibridge.runtime.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.consume.RetryReading;
import dev.kafkaapibridge.runtime.deliver.Failure;
import dev.kafkaapibridge.runtime.record.IdempotencyKey;
import dev.kafkaapibridge.runtime.record.OriginHeaders;
import dev.kafkaapibridge.runtime.record.Past;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

/** What is put aside comes back as what it was. */
class RetryRecordTest {

  private static final Instant FAILED_AT = Instant.parse("2026-11-29T18:00:00Z");
  private static final Instant FIRST = Instant.parse("2026-11-29T17:59:00Z");
  private static final RetryReading READING =
      new RetryReading(
          List.of(
              new RetryReading.Topic("g.retry.1", Duration.ofMinutes(1)),
              new RetryReading.Topic("g.retry.2", Duration.ofMinutes(1))));

  private final SourceRecord source =
      Records.record(
          Records.assignment("orders", 3),
          42,
          "key",
          "value",
          new RecordHeaders(List.of(new RecordHeader("tenant", "acme".getBytes(UTF_8)))));

  @Test
  void itsHeadersAreAContract() {
    var said = new TreeMap<String, String>();
    for (var header : written(source)) {
      said.put(header.key(), new String(header.value(), UTF_8));
    }
    assertThat(said)
        .containsEntry("tenant", "acme")
        .containsEntry("kab-retry-topic", "orders")
        .containsEntry("kab-retry-partition", "3")
        .containsEntry("kab-retry-offset", "42")
        .containsEntry("kab-retry-attempts", "6")
        .containsEntry("kab-retry-first-attempt-at", "2026-11-29T17:59:00Z")
        .containsEntry("kab-retry-due-at", Long.toString(FAILED_AT.toEpochMilli() + 60_000))
        .containsEntry("kab-retry-cause", "AttemptsExhausted")
        .containsEntry("kab-retry-status", "503")
        .containsEntry("kab-retry-reason", "ServerError")
        .containsEntry("kab-retry-group", "g")
        .containsEntry("kab-retry-cluster-id", "cluster")
        .containsEntry("kab-retry-generation", "0")
        .containsKeys(
            "kab-retry-timestamp", "kab-retry-timestamp-type", "kab-retry-idempotency-key")
        .hasSize(16);
  }

  @Test
  void itIsReadAsTheOneThatItStandsForWithWhatItHasBeenThrough() {
    var assignment = Records.assignment("g.retry.2", 5);
    var read = in("g.retry.2", written(source));

    var again = READING.of(read, assignment, key());

    assertThat(again.offset()).as("where it was read").isEqualTo(77);
    assertThat(again.record().topic()).isEqualTo("orders");
    assertThat(again.record().offset()).isEqualTo(42);
    assertThat(again.record().timestamp()).isEqualTo(source.record().timestamp());
    assertThat(again.idempotencyKey()).isEqualTo(source.idempotencyKey());
    assertThat(again.past()).isEqualTo(new Past(6, Optional.of(FIRST), 0, 2));
    assertThat(again.record().headers())
        .extracting(header -> header.key())
        .containsExactly("tenant");
    assertThat(READING.dueAt(read)).isEqualTo(FAILED_AT.toEpochMilli() + 60_000);
  }

  @Test
  void aDelayThatWasShortenedHoldsForWhatWaitsAlready() {
    var headers = written(source);
    long appended = FAILED_AT.toEpochMilli() + 5;
    var read = in("g.retry.1", appended, headers);
    assertThat(READING.dueAt(read)).isEqualTo(FAILED_AT.toEpochMilli() + 60_000);

    OriginHeaders.put(headers, "kab-retry-due-at", Long.toString(Long.MAX_VALUE));
    assertThat(READING.dueAt(read)).isEqualTo(appended + 60_000);
  }

  @Test
  void whatSomebodyElseHasWrittenThereStandsForItselfAndIsDueAtOnce() {
    var read = in("g.retry.1", new RecordHeaders());

    var foreign = READING.of(read, Records.assignment("g.retry.1", 5), key());

    assertThat(foreign.record()).isSameAs(read);
    assertThat(foreign.past().retryTopic()).isEqualTo(1);
    assertThat(READING.dueAt(read)).isZero();
  }

  private static Headers written(SourceRecord record) {
    var failure =
        new Failure(
            Failure.Cause.AttemptsExhausted,
            new Verdict.TargetFailed("503", "ServerError", "the target answered 503"),
            6,
            FIRST,
            FAILED_AT);
    return RetryTopicWriter.headers(record, failure, "g", "cluster", Duration.ofMinutes(1));
  }

  private static IdempotencyKey key() {
    return new IdempotencyKey("cluster", new Uuid(1, 2), 5, "g.retry");
  }

  private ConsumerRecord<byte[], byte[]> in(String topic, Headers headers) {
    return in(topic, FAILED_AT.toEpochMilli(), headers);
  }

  private ConsumerRecord<byte[], byte[]> in(String topic, long timestamp, Headers headers) {
    var of = source.record();
    return new ConsumerRecord<>(
        topic,
        5,
        77,
        timestamp,
        TimestampType.LOG_APPEND_TIME,
        3,
        5,
        of.key(),
        of.value(),
        headers,
        Optional.empty());
  }
}
