package dev.kafkaapibridge.runtime.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.Records;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OriginHeadersTest {

  private static final Instant FIRST = Instant.parse("2026-11-29T17:00:00.123Z");

  private final SourceRecord source =
      Records.record(
          Records.assignment("orders", 7),
          42,
          "key",
          "value",
          new RecordHeaders(
              List.of(
                  new RecordHeader("tenant", new byte[] {1}),
                  new RecordHeader("kab-topic", new byte[] {2}))));

  @ParameterizedTest
  @ValueSource(strings = {"x\r\n\r\nDELETE /v1/orders HTTP/1.1", "1-1-1-1-1", "key", ""})
  void whatCannotBeAKeyOfOursIsNotTaken(String key) {
    var damaged = inAnotherTopic(OriginHeaders.RETRY);
    OriginHeaders.put(damaged.headers(), OriginHeaders.RETRY + "idempotency-key", key);
    assertThat(OriginHeaders.read(damaged, OriginHeaders.RETRY, any -> false)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {OriginHeaders.RETRY, OriginHeaders.DEAD_LETTER})
  void whatIsPutIsReadAgain(String prefix) {
    var read = inAnotherTopic(prefix);

    var origin = OriginHeaders.read(read, prefix, name -> name.startsWith(prefix)).orElseThrow();

    assertThat(origin.idempotencyKey()).isEqualTo(source.idempotencyKey());
    assertThat(origin.past()).isEqualTo(new Past(3, Optional.of(FIRST), 0, 0));
    var record = origin.record();
    assertThat(record.topic()).isEqualTo("orders");
    assertThat(record.partition()).isEqualTo(7);
    assertThat(record.offset()).isEqualTo(42);
    assertThat(record.timestamp()).isEqualTo(source.record().timestamp());
    assertThat(record.timestampType()).isEqualTo(TimestampType.CREATE_TIME);
    assertThat(record.key()).isEqualTo(source.record().key());
    assertThat(record.value()).isEqualTo(source.record().value());
    assertThat(record.headers().lastHeader("tenant").value()).containsExactly(1);
  }

  @Test
  void aHeaderOfTheRecordsOwnThatLooksLikeADeadLettersGoesThroughRetryTopics() {
    var origin =
        OriginHeaders.read(
                inAnotherTopic(OriginHeaders.RETRY),
                OriginHeaders.RETRY,
                name -> name.startsWith(OriginHeaders.RETRY))
            .orElseThrow();
    assertThat(origin.record().headers())
        .extracting(header -> header.key())
        .containsExactly("tenant", "kab-topic");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"topic", "partition", "offset", "timestamp", "idempotency-key", "attempts"})
  void whatIsMissingOrDamagedMakesItSomebodyElses(String name) {
    var missing = inAnotherTopic(OriginHeaders.RETRY);
    missing.headers().remove(OriginHeaders.RETRY + name);
    assertThat(OriginHeaders.read(missing, OriginHeaders.RETRY, any -> false)).isEmpty();

    var empty = inAnotherTopic(OriginHeaders.RETRY);
    empty.headers().remove(OriginHeaders.RETRY + name).add(OriginHeaders.RETRY + name, null);
    assertThat(OriginHeaders.read(empty, OriginHeaders.RETRY, any -> false)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "partition",
        "offset",
        "timestamp",
        "timestamp-type",
        "attempts",
        "first-attempt-at"
      })
  void soDoesANumberOrATimeThatIsNone(String name) {
    var damaged = inAnotherTopic(OriginHeaders.RETRY);
    OriginHeaders.put(damaged.headers(), OriginHeaders.RETRY + name, "none");
    assertThat(OriginHeaders.read(damaged, OriginHeaders.RETRY, any -> false)).isEmpty();
  }

  private ConsumerRecord<byte[], byte[]> inAnotherTopic(String prefix) {
    var headers = new RecordHeaders(source.record().headers().toArray());
    OriginHeaders.put(headers, prefix, source, 3, FIRST);
    var of = source.record();
    return new ConsumerRecord<>(
        "another",
        1,
        5,
        77,
        TimestampType.LOG_APPEND_TIME,
        3,
        5,
        of.key(),
        of.value(),
        headers,
        Optional.empty());
  }
}
