package dev.kafkaapibridge.runtime.transform;

import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.transform.Decoding.Format;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of a record as a CloudEvent 1.0.
 *
 * <p>A record that is one already, in the binary mode of CloudEvents' Kafka binding ({@code ce_id},
 * {@code ce_source}, {@code ce_type}, {@code ce_specversion: 1.0} among its headers), stays the
 * same event with all its attributes. Any other becomes one:
 *
 * <pre>
 *   id       the idempotency key: the same on every attempt and in every process
 *   source   urn:kafka:topic:TOPIC
 *   type     dev.kafka-api-bridge.record
 *   time     the record's timestamp, if it has one
 *   subject  the record's key, if it is text
 * </pre>
 *
 * Pure.
 */
public final class CloudEvent {

  static final String TYPE = "dev.kafka-api-bridge.record";
  private static final String SPEC_VERSION = "1.0";
  private static final String PREFIX = "ce_";

  /** CloudEvents 1.0, section 3.1. */
  private static final Pattern NAME = Pattern.compile("[a-z0-9]{1,64}");

  /** What the body and its Content-Type say. */
  private static final Set<String> DATA = Set.of("data", "datacontenttype");

  private CloudEvent() {}

  /**
   * Names and values in the order in which they are written, without {@code datacontenttype} and
   * {@code data}.
   *
   * @param id where the record isn't an event already
   * @param key the record's, or what its schema makes of it
   */
  static Map<String, String> attributes(
      SourceRecord record, String id, byte @Nullable [] key, Format keyFormat) {
    Map<String, String> own = ownAttributes(record);
    if (SPEC_VERSION.equals(own.get("specversion"))
        && isSaid(own, "id")
        && isSaid(own, "source")
        && isSaid(own, "type")) {
      return own;
    }
    var of = record.record();
    var attributes = new LinkedHashMap<String, String>();
    attributes.put("specversion", SPEC_VERSION);
    attributes.put("id", id);
    attributes.put("source", "urn:kafka:topic:" + of.topic());
    attributes.put("type", TYPE);
    Instant time = RecordFields.time(of);
    if (time != null) {
      attributes.put("time", time.toString());
    }
    String subject = subject(key, keyFormat);
    if (subject != null) {
      attributes.put("subject", subject);
    }
    return attributes;
  }

  /** The same of a record whose fields are decoded. */
  public static Map<String, String> attributes(
      SourceRecord record, String id, Decoding decoding, RecordFields fields) {
    return attributes(record, id, decoding.keyUnchecked(fields), decoding.key());
  }

  private static boolean isSaid(Map<String, String> attributes, String name) {
    String value = attributes.get(name);
    return value != null && !value.isEmpty();
  }

  private static Map<String, String> ownAttributes(SourceRecord record) {
    var own = new LinkedHashMap<String, String>();
    for (Header header : record.record().headers()) {
      if (header.key().startsWith(PREFIX) && header.value() != null) {
        String name = header.key().substring(PREFIX.length());
        String value = Decoding.textOrNull(header.value());
        if (NAME.matcher(name).matches() && value != null && !DATA.contains(name)) {
          own.put(name, value);
        }
      }
    }
    return own;
  }

  /** A JSON key without the quotes, if it is a string; else as it is. */
  private static @Nullable String subject(byte @Nullable [] key, Format format) {
    String text = key == null ? null : Decoding.textOrNull(key);
    if (text == null || text.isEmpty()) {
      return null;
    }
    return format == Format.JSON
            && text.startsWith("\"")
            && text.endsWith("\"")
            && text.length() > 2
            && text.indexOf('\\') < 0
        ? text.substring(1, text.length() - 1)
        : text;
  }

  /**
   * An attribute as the value of a header, by CloudEvents' HTTP binding, section 3.1.3.2: all but
   * printable ASCII percent-encoded, and space, quote and percent as well.
   */
  public static String headerValue(String attribute) {
    var out = new StringBuilder(attribute.length());
    for (byte b : attribute.getBytes(StandardCharsets.UTF_8)) {
      if (b > 0x20 && b < 0x7F && b != '"' && b != '%') {
        out.append((char) b);
      } else {
        out.append('%')
            .append(Character.toUpperCase(Character.forDigit(b >> 4 & 0xF, 16)))
            .append(Character.toUpperCase(Character.forDigit(b & 0xF, 16)));
      }
    }
    return out.toString();
  }
}
