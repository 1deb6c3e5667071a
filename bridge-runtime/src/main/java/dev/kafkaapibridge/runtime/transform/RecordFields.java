package dev.kafkaapibridge.runtime.transform;

import dev.kafkaapibridge.api.expression.Expression;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * A record's fields as expressions see them, under {@code record.} or, in a URL, without it. Made
 * by {@link Decoding}, which decodes key and value; used by one thread.
 */
public final class RecordFields implements Expression.Values {

  private final ConsumerRecord<byte[], byte[]> record;
  private @Nullable Object key;
  private @Nullable Object value;
  private boolean hasKey;
  private boolean hasValue;

  /** As JSON, by a schema; null: not made. */
  private byte @Nullable [] keyBySchema;

  private byte @Nullable [] valueBySchema;
  private @Nullable Map<String, Object> headers;

  RecordFields(ConsumerRecord<byte[], byte[]> record) {
    this.record = record;
  }

  ConsumerRecord<byte[], byte[]> record() {
    return record;
  }

  byte @Nullable [] keyBySchema() {
    return keyBySchema;
  }

  void keyBySchema(byte[] json) {
    keyBySchema = json;
  }

  byte @Nullable [] valueBySchema() {
    return valueBySchema;
  }

  void valueBySchema(byte[] json) {
    valueBySchema = json;
  }

  boolean lacksKey() {
    return !hasKey;
  }

  boolean lacksValue() {
    return !hasValue;
  }

  /** Decoded. */
  void key(@Nullable Object decoded) {
    key = decoded;
    hasKey = true;
  }

  /** Decoded. */
  void value(@Nullable Object decoded) {
    value = decoded;
    hasValue = true;
  }

  @Override
  public @Nullable Object of(String name) {
    return switch (lastPart(name)) {
      case "key" -> key;
      case "value" -> value;
      case "headers" -> headers();
      case "topic" -> record.topic();
      case "partition" -> (long) record.partition();
      case "offset" -> record.offset();
      case "timestamp" -> time(record);
      default -> throw new IllegalArgumentException("no field of a record: " + name);
    };
  }

  static String lastPart(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /** Null where the record has none. */
  static @Nullable Instant time(ConsumerRecord<byte[], byte[]> record) {
    return record.timestamp() < 0 ? null : Instant.ofEpochMilli(record.timestamp());
  }

  /** The last of each name; text where it is some, else bytes; without a value it isn't there. */
  private Map<String, Object> headers() {
    Map<String, Object> known = headers;
    if (known == null) {
      known = new HashMap<>();
      for (Header header : record.headers()) {
        byte[] value = header.value();
        String text = value == null ? null : Decoding.textOrNull(value);
        if (text != null) {
          known.put(header.key(), text);
        } else if (value != null) {
          known.put(header.key(), value);
        } else {
          known.remove(header.key());
        }
      }
      headers = known;
    }
    return known;
  }
}
