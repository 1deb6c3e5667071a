package dev.kafkaapibridge.runtime.transform;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * The record as a JSON object:
 *
 * <pre>
 *   {"key": .., "value": .., "headers": {..}, "topic": .., "partition": .., "offset": .., "timestamp": ..}
 * </pre>
 *
 * JSON is embedded as it was written, text is a string. What is neither stands as base64 under
 * another name: {@code keyBase64}, {@code valueBase64}, {@code headersBase64}. Pure.
 */
final class Envelope implements RecordBody {

  private final Decoding decoding;

  Envelope(Decoding decoding) {
    this.decoding = decoding;
  }

  @Override
  public byte[] of(SourceRecord record, RecordFields fields) throws Unfit {
    byte[] key = decoding.key(fields);
    byte[] value = decoding.value(fields);
    return JsonDocument.write(json -> write(json, record, key, value));
  }

  private void write(
      JsonGenerator json, SourceRecord record, byte @Nullable [] key, byte @Nullable [] value)
      throws IOException {
    var of = record.record();
    json.writeStartObject();
    JsonDocument.content(json, "key", "keyBase64", decoding.key(), key);
    JsonDocument.content(json, "value", "valueBase64", decoding.value(), value);
    headers(json, of.headers());
    json.writeStringField("topic", of.topic());
    json.writeNumberField("partition", of.partition());
    json.writeNumberField("offset", of.offset());
    Instant time = RecordFields.time(of);
    if (time == null) {
      json.writeNullField("timestamp");
    } else {
      json.writeStringField("timestamp", time.toString());
    }
    json.writeEndObject();
  }

  /** The last of each name. */
  private static void headers(JsonGenerator json, Iterable<Header> headers) throws IOException {
    var last = new LinkedHashMap<String, byte @Nullable []>();
    for (Header header : headers) {
      last.put(header.key(), header.value());
    }
    var binary = new LinkedHashMap<String, byte[]>();
    json.writeObjectFieldStart("headers");
    for (Map.Entry<String, byte @Nullable []> header : last.entrySet()) {
      byte[] value = header.getValue();
      String text = value == null ? null : Decoding.textOrNull(value);
      if (value != null && text == null) {
        binary.put(header.getKey(), value);
      } else {
        json.writeStringField(header.getKey(), text);
      }
    }
    json.writeEndObject();
    if (!binary.isEmpty()) {
      json.writeObjectFieldStart("headersBase64");
      for (Map.Entry<String, byte[]> header : binary.entrySet()) {
        json.writeBinaryField(header.getKey(), header.getValue());
      }
      json.writeEndObject();
    }
  }
}
