package dev.kafkaapibridge.runtime.deadletter;

import static dev.kafkaapibridge.runtime.record.OriginHeaders.put;

import dev.kafkaapibridge.runtime.deliver.Failure;
import dev.kafkaapibridge.runtime.record.CleanText;
import dev.kafkaapibridge.runtime.record.OriginHeaders;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * What a dead letter says of its cause, in headers beside the record's own: where it came from, how
 * often it was tried, what the target said. Some of it stands there once more under the names that
 * Kafka Connect's dead letters have, for tools that know those. A frozen contract, see
 * docs/contracts/dead-letter-headers.md. Never a request header or a credential; the answer's body
 * only where the spec asks for it. Pure.
 */
public final class DeadLetterHeaders {

  /** Version of these headers. */
  public static final String VERSION = "1";

  private static final int MAX_REASON = 128;
  private static final int MAX_MESSAGE = 1_000;

  private DeadLetterHeaders() {}

  /**
   * The record's own headers, then ours; one of ours that the record brought along is replaced.
   *
   * @param group consumer group of the bridge
   * @param clusterId cluster that the record was read from
   * @param withAnswer whether the beginning of the answer, where it is known, is one of them
   */
  public static Headers of(
      SourceRecord source, Failure failure, String group, String clusterId, boolean withAnswer) {
    ConsumerRecord<byte[], byte[]> record = source.record();
    var headers = new RecordHeaders(record.headers().toArray());
    put(headers, "kab-dead-letter-version", VERSION);
    put(headers, "kab-cluster-id", clusterId);
    OriginHeaders.put(
        headers, OriginHeaders.DEAD_LETTER, source, failure.attempts(), failure.firstAttempt());
    put(headers, "kab-group", group);
    put(headers, "kab-cause", failure.cause().name());
    put(headers, "kab-verdict", failure.last().getClass().getSimpleName());
    put(headers, "kab-status", failure.last().code());
    put(headers, "kab-reason", CleanText.of(failure.last().reason(), MAX_REASON));
    String message = CleanText.of(detail(failure.last()), MAX_MESSAGE);
    put(headers, "kab-message", message);
    put(headers, "kab-failed-at", time(failure.failedAt()));
    put(headers, "__connect.errors.topic", record.topic());
    put(headers, "__connect.errors.partition", Integer.toString(record.partition()));
    put(headers, "__connect.errors.offset", Long.toString(record.offset()));
    put(headers, "__connect.errors.exception.message", message);
    headers.remove("__connect.errors.exception.class.name");
    String exception = failure.last().clues().exception();
    if (exception != null) {
      put(headers, "__connect.errors.exception.class.name", CleanText.of(exception, MAX_REASON));
    }
    headers.remove("kab-pointer");
    String pointer = failure.last().clues().pointer();
    if (pointer != null) {
      put(headers, "kab-pointer", CleanText.of(pointer, MAX_MESSAGE));
    }
    headers.remove("kab-response-body");
    String answer = failure.last().clues().answer();
    if (withAnswer && answer != null) {
      put(headers, "kab-response-body", answer);
    }
    return headers;
  }

  private static String detail(Verdict verdict) {
    return switch (verdict) {
      case Verdict.RecordRefused refused -> refused.detail();
      case Verdict.TargetFailed failed -> failed.detail();
      case Verdict.TargetMisconfigured misconfigured -> misconfigured.detail();
      case Verdict.RateLimited ignored -> "the target asked to slow down";
      case Verdict.Accepted ignored -> "";
      case Verdict.Again ignored -> "it was to be sent again";
      case Verdict.Cut ignored -> "";
    };
  }

  private static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MILLIS).toString();
  }
}
