package dev.kafkaapibridge.runtime.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.deliver.Failure;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DeadLetterHeadersTest {

  private static final Instant BEGUN = Instant.parse("2026-11-22T12:00:00.000999Z");
  private static final Instant FAILED = Instant.parse("2026-11-22T12:00:30.5Z");

  @Test
  void theCauseStandsBesideTheRecordsOwnHeaders() {
    var own = new RecordHeaders();
    own.add("origin", "shop".getBytes(UTF_8));
    own.add("origin", "again".getBytes(UTF_8));
    own.add("kab-topic", "a lie".getBytes(UTF_8));
    var record = Records.record(Records.assignment("orders", 3), 42, "a", "{}", own);
    var refused =
        new Verdict.RecordRefused(
            "422", "Refused", "the target answered 422\r\nX-Forged: yes " + "x".repeat(2_000));

    var headers =
        DeadLetterHeaders.of(
            record,
            new Failure(Failure.Cause.Refused, refused, 1, BEGUN, FAILED),
            "shop.orders",
            "cluster-id",
            true);

    var ours = new LinkedHashMap<String, String>();
    headers.forEach(header -> {
      if (header.key().startsWith("kab-") || header.key().startsWith("__connect.")) {
        assertThat(ours.put(header.key(), new String(header.value(), UTF_8)))
            .as("one of each")
            .isNull();
      }
    });
    assertThat(headers.headers("origin"))
        .extracting(h -> new String(h.value(), UTF_8))
        .containsExactly("shop", "again");
    String message = ours.remove("kab-message");
    assertThat(message)
        .hasSize(1_000)
        .doesNotContain("\r", "\n")
        .startsWith("the target answered 422  X-Forged");
    assertThat(ours.remove("__connect.errors.exception.message")).isEqualTo(message);
    assertThat(ours)
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry("kab-dead-letter-version", "1"),
                Map.entry("kab-cluster-id", "cluster-id"),
                Map.entry("kab-topic", "orders"),
                Map.entry("kab-partition", "3"),
                Map.entry("kab-offset", "42"),
                Map.entry("kab-timestamp", Long.toString(record.record().timestamp())),
                Map.entry("kab-timestamp-type", "CreateTime"),
                Map.entry("kab-group", "shop.orders"),
                Map.entry("kab-idempotency-key", record.idempotencyKey()),
                Map.entry("kab-cause", "Refused"),
                Map.entry("kab-verdict", "RecordRefused"),
                Map.entry("kab-status", "422"),
                Map.entry("kab-reason", "Refused"),
                Map.entry("kab-attempts", "1"),
                Map.entry("kab-first-attempt-at", "2026-11-22T12:00:00Z"),
                Map.entry("kab-failed-at", "2026-11-22T12:00:30.500Z"),
                Map.entry("kab-generation", "0"),
                Map.entry("__connect.errors.topic", "orders"),
                Map.entry("__connect.errors.partition", "3"),
                Map.entry("__connect.errors.offset", "42")));
  }

  @Test
  void anExceptionStandsThereByItsClass() {
    var own = new RecordHeaders();
    own.add("__connect.errors.exception.class.name", "a lie".getBytes(UTF_8));
    var record = Records.record(Records.assignment("orders", 3), 42, "a", "{}", own);
    var clues = new Verdict.Clues("java.net.SocketTimeoutException", null);
    var timeout = new Verdict.TargetFailed("-", "Timeout", "no answer within 10 s", clues);
    var answered = new Verdict.TargetFailed("500", "ServerError", "the target answered 500");

    assertThat(exceptionClass(record, timeout)).isEqualTo("java.net.SocketTimeoutException");
    assertThat(exceptionClass(record, answered)).isNull();
  }

  private static @Nullable String exceptionClass(SourceRecord record, Verdict last) {
    var failure = new Failure(Failure.Cause.AttemptsExhausted, last, 5, BEGUN, FAILED);
    var header =
        DeadLetterHeaders.of(record, failure, "shop.orders", "cluster-id", true)
            .lastHeader("__connect.errors.exception.class.name");
    return header == null ? null : new String(header.value(), UTF_8);
  }

  @Test
  void theAnswersBodyIsThereOnlyWhereItWasAskedForAndNeverTheRecordsOwnWord() {
    var own = new RecordHeaders();
    own.add("kab-response-body", "a lie".getBytes(UTF_8));
    var record = Records.record(Records.assignment("orders", 3), 42, "a", "{}", own);

    assertThat(responseBody(record, Verdict.Clues.NONE)).isNull();
    assertThat(responseBody(record, new Verdict.Clues(null, "{\"error\": \"no stock\"}")))
        .isEqualTo("{\"error\": \"no stock\"}");
  }

  private static @Nullable String responseBody(SourceRecord record, Verdict.Clues clues) {
    var refused = new Verdict.RecordRefused("422", "Refused", "the target answered 422", clues);
    var failure = new Failure(Failure.Cause.Refused, refused, 1, BEGUN, FAILED);
    var header =
        DeadLetterHeaders.of(record, failure, "group", "cluster", true)
            .lastHeader("kab-response-body");
    return header == null ? null : new String(header.value(), UTF_8);
  }
}
