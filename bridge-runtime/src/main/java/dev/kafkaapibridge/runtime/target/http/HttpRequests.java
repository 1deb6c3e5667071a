package dev.kafkaapibridge.runtime.target.http;

import dev.kafkaapibridge.api.v1alpha1.HeaderSpec;
import dev.kafkaapibridge.api.v1alpha1.HttpSpec;
import dev.kafkaapibridge.api.v1alpha1.IdempotencyKeySpec;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Verdict.RecordRefused;
import java.nio.charset.StandardCharsets;
import java.util.List;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * From a record to a request. A record that can't be one is refused with the reason. Credentials
 * are not part of it: they are added to each call ({@link SecretHeaders}). Pure.
 */
final class HttpRequests {

  sealed interface Made {
    record Whole(Request request) implements Made {}

    record Impossible(RecordRefused why) implements Made {}
  }

  private static final MediaType OCTETS = MediaType.get("application/octet-stream");

  private final HttpUrl url;
  private final String method;
  private final MediaType contentType;
  private final List<HeaderSpec> headers;
  private final IdempotencyKeySpec idempotencyKey;

  HttpRequests(HttpSpec spec) {
    this.url = HttpUrl.get(spec.url());
    this.method = spec.method().name();
    String type = spec.body().contentType();
    this.contentType = type == null ? OCTETS : MediaType.get(type);
    this.headers = spec.headers().stream().filter(header -> header.secretKeyRef() == null).toList();
    this.idempotencyKey = spec.idempotencyKey();
  }

  HttpUrl url() {
    return url;
  }

  Made make(SourceRecord record) {
    var built = new Headers.Builder();
    // Nothing is decompressed here, and OkHttp would ask for gzip by itself.
    built.add("Accept-Encoding", "identity");
    for (HeaderSpec header : headers) {
      String value = value(header, record);
      if (value == null) {
        continue;
      }
      if (!isHeaderValue(value)) {
        return impossible(
            "the value for header '%s' has control characters".formatted(header.name()));
      }
      built.addUnsafeNonAscii(header.name(), value);
    }
    String key = idempotencyKey(record);
    if (key != null) {
      if (!isHeaderValue(key)) {
        return impossible(
            "the value for header '%s' has control characters".formatted(idempotencyKey.header()));
      }
      built.addUnsafeNonAscii(idempotencyKey.header(), key);
    }
    byte[] value = record.record().value();
    var body = new OneShotBody(contentType, value == null ? new byte[0] : value);
    return new Made.Whole(
        new Request.Builder().url(url).headers(built.build()).method(method, body).build());
  }

  private static @Nullable String value(HeaderSpec header, SourceRecord record) {
    String recordHeader = header.recordHeader();
    return recordHeader != null ? recordHeader(record, recordHeader) : header.value();
  }

  private @Nullable String idempotencyKey(SourceRecord record) {
    return switch (idempotencyKey.source()) {
      case RecordCoordinates -> record.idempotencyKey();
      case RecordHeader -> recordHeader(record, String.valueOf(idempotencyKey.recordHeader()));
      case None -> null;
    };
  }

  private static @Nullable String recordHeader(SourceRecord record, String name) {
    Header header = record.record().headers().lastHeader(name);
    return header == null || header.value() == null
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }

  /**
   * What may stand in a field line, RFC 9110 section 5.5: no control characters, or a record could
   * write headers of its own.
   */
  static boolean isHeaderValue(String value) {
    return value
        .chars()
        .allMatch(c -> c == '\t' || c >= 0x20 && c != 0x7F && !Character.isISOControl(c));
  }

  private static Made impossible(String detail) {
    return new Made.Impossible(new RecordRefused("-", "InvalidHeader", detail));
  }
}
