package dev.kafkaapibridge.runtime.transform;

import dev.kafkaapibridge.api.expression.Expression;
import dev.kafkaapibridge.api.expression.PlainJson;
import dev.kafkaapibridge.api.v1alpha1.RecordSpec;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * How keys and values are understood, and which of them anybody looks into: what no expression and
 * no body needs is not decoded. Made once for a bridge. Pure.
 */
public final class Decoding {

  /** Formats that need no schema. */
  public enum Format {
    Raw,
    String,
    JSON
  }

  private final Format key;
  private final Format value;
  private final Filter filter;
  private final Needs needs;

  private Decoding(Format key, Format value, Filter filter, Needs needs) {
    this.key = key;
    this.value = value;
    this.filter = filter;
    this.needs = needs;
  }

  /**
   * @param expressions all that will be evaluated on the fields of a record, but for its filter
   */
  public static Decoding of(RecordSpec spec, Collection<Expression> expressions) {
    return new Decoding(
        Format.valueOf(spec.keyFormat().name()),
        Format.valueOf(spec.valueFormat().name()),
        Filter.of(spec),
        Needs.of(expressions));
  }

  public Format key() {
    return key;
  }

  public Format value() {
    return value;
  }

  /** The record's fields, of which none is decoded yet. */
  public RecordFields open(SourceRecord record) {
    return new RecordFields(record.record());
  }

  /** Whether the record passes the filter; decodes no more than that looks into. */
  public boolean passes(RecordFields fields) throws Unfit {
    if (!filter.isAny()) {
      return true;
    }
    decode(fields, filter.needs());
    return filter.passes(fields);
  }

  /** Decodes the rest of what is looked into. */
  public void decode(RecordFields fields) throws Unfit {
    decode(fields, needs);
  }

  private void decode(RecordFields fields, Needs now) throws Unfit {
    if (now.key() && fields.lacksKey()) {
      fields.key(decode("key", key, fields.record().key()));
    }
    if (now.value() && fields.lacksValue()) {
      fields.value(decode("value", value, fields.record().value()));
    }
  }

  /** That the value is what the spec says it is, although its bytes are passed on as they are. */
  public void checkValue(SourceRecord record) throws Unfit {
    check("value", value, record.record().value());
  }

  /** The same of the key. */
  public void checkKey(SourceRecord record) throws Unfit {
    check("key", key, record.record().key());
  }

  private static @Nullable Object decode(String what, Format format, byte @Nullable [] bytes)
      throws Unfit {
    if (bytes == null) {
      return null;
    }
    return switch (format) {
      case Raw -> bytes;
      case String -> text(what, bytes);
      case JSON -> {
        try {
          yield PlainJson.parse(bytes);
        } catch (PlainJson.Malformed e) {
          throw noJson(what, e);
        }
      }
    };
  }

  private static void check(String what, Format format, byte @Nullable [] bytes) throws Unfit {
    if (bytes == null) {
      return;
    }
    switch (format) {
      case Raw -> {}
      case String -> text(what, bytes);
      case JSON -> {
        try {
          PlainJson.check(bytes);
        } catch (PlainJson.Malformed e) {
          throw noJson(what, e);
        }
      }
    }
  }

  private static String text(String what, byte[] bytes) throws Unfit {
    String text = textOrNull(bytes);
    if (text == null) {
      throw new Unfit(
          "InvalidText", "its %s is no UTF-8 (spec.record.%sFormat)".formatted(what, what));
    }
    return text;
  }

  /** Null where the bytes are no UTF-8. */
  static @Nullable String textOrNull(byte[] bytes) {
    // Twenty times as fast as a decoder that reports; and what it puts in the place of what it
    // can't read is hardly ever in a text.
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (text.indexOf('\uFFFD') < 0) {
      return text;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static Unfit noJson(String what, PlainJson.Malformed e) {
    return new Unfit(
        "InvalidJSON",
        "its %s can't be read as spec.record.%sFormat says: %s"
            .formatted(what, what, e.getMessage()));
  }
}
