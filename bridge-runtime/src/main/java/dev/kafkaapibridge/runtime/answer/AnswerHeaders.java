package dev.kafkaapibridge.runtime.answer;

import dev.kafkaapibridge.runtime.deliver.Outcome;
import dev.kafkaapibridge.runtime.record.CleanText;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.KeptAnswer;
import dev.kafkaapibridge.runtime.target.Verdict;
import dev.kafkaapibridge.runtime.transform.TraceContext;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * What an answer says beside its value: which record it belongs to, and what became of that. A
 * frozen contract, see docs/contracts/answer-headers.md. Pure.
 */
final class AnswerHeaders {

  /** Version of these headers. */
  static final String VERSION = "1";

  private static final int MAX_REASON = 128;
  private static final int MAX_TYPE = 256;

  private AnswerHeaders() {}

  static Headers of(
      SourceRecord source,
      Verdict last,
      Outcome outcome,
      boolean envelope,
      String correlationHeader) {
    var record = source.record();
    String key = source.idempotencyKey();
    KeptAnswer answer = last.clues().kept();
    var headers = new RecordHeaders();
    put(headers, "kab-answer-version", VERSION);
    put(headers, "kab-topic", record.topic());
    put(headers, "kab-partition", Integer.toString(record.partition()));
    put(headers, "kab-offset", Long.toString(record.offset()));
    put(headers, "kab-idempotency-key", key);
    put(headers, "kab-outcome", outcome.getClass().getSimpleName());
    put(headers, "kab-status", last.code());
    put(headers, "kab-reason", CleanText.of(last.reason(), MAX_REASON));
    String type = envelope ? "application/json" : answer == null ? null : answer.type();
    if (type != null) {
      put(headers, "content-type", CleanText.of(type, MAX_TYPE));
    }
    if (answer != null && answer.truncated()) {
      put(headers, "kab-truncated", "true");
    }
    byte[] parent = last(record.headers(), TraceContext.PARENT);
    if (TraceContext.isParent(parent)) {
      headers.add(TraceContext.PARENT, parent);
      byte[] state = last(record.headers(), TraceContext.STATE);
      if (TraceContext.isState(state)) {
        headers.add(TraceContext.STATE, state);
      }
    }
    byte[] correlation = last(record.headers(), correlationHeader);
    headers.remove(correlationHeader);
    headers.add(
        correlationHeader,
        correlation == null ? key.getBytes(StandardCharsets.UTF_8) : correlation);
    return headers;
  }

  private static byte @Nullable [] last(Headers headers, String name) {
    Header last = headers.lastHeader(name);
    return last == null ? null : last.value();
  }

  private static void put(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
