package dev.kafkaapibridge.runtime.transform;

import dev.kafkaapibridge.api.expression.Expression;
import dev.kafkaapibridge.api.expression.Expression.Unsound;
import dev.kafkaapibridge.api.expression.PlainJson;
import dev.kafkaapibridge.api.v1alpha1.RecordSpec;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.schema.SchemaFormats;
import dev.kafkaapibridge.runtime.schema.SchemaMissing;
import dev.kafkaapibridge.runtime.schema.Undecodable;
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

  /** How bytes are to be understood, once schemas have made JSON of what names one. */
  public enum Format {
    Raw,
    String,
    JSON
  }

  private final Format key;
  private final Format value;
  private final SchemaFormats schemas;
  private final Filter filter;
  private final Needs needs;
  private final Needs bodyNeeds;

  private Decoding(
      Format key,
      Format value,
      SchemaFormats schemas,
      Filter filter,
      Needs needs,
      Needs bodyNeeds) {
    this.key = key;
    this.value = value;
    this.schemas = schemas;
    this.filter = filter;
    this.needs = needs;
    this.bodyNeeds = bodyNeeds;
  }

  /**
   * @param expressions all that will be evaluated on the fields of a record, but for its filter
   * @param bodyNeeds what the body is made of beside expressions
   */
  public static Decoding of(
      RecordSpec spec, SchemaFormats schemas, Collection<Expression> expressions, Needs bodyNeeds) {
    return of(spec, schemas, Filter.of(spec), Needs.of(expressions), bodyNeeds);
  }

  /** For a filter alone, and not the bridge's own. */
  static Decoding ofReplay(String filter, RecordSpec spec, SchemaFormats schemas) throws Unsound {
    return of(spec, schemas, Filter.of(filter, spec), Needs.NOTHING, Needs.NOTHING);
  }

  private static Decoding of(
      RecordSpec spec, SchemaFormats schemas, Filter filter, Needs needs, Needs bodyNeeds) {
    return new Decoding(
        schemas.ofKeys() ? Format.JSON : Format.valueOf(spec.keyFormat().name()),
        schemas.ofValues() ? Format.JSON : Format.valueOf(spec.valueFormat().name()),
        schemas,
        filter,
        needs,
        bodyNeeds);
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
  public boolean passes(RecordFields fields) throws Unfit, SchemaMissing {
    if (!filter.isAny()) {
      return true;
    }
    decode(fields, filter.needs());
    return filter.passes(fields);
  }

  /** Makes JSON, by their schemas, of what is looked into and of what the body is made of. */
  public void bySchema(RecordFields fields) throws Unfit, SchemaMissing {
    bySchema(fields, needs);
    bySchema(fields, bodyNeeds);
  }

  /** The same, and decodes the rest of what is looked into. */
  public void decode(RecordFields fields) throws Unfit, SchemaMissing {
    bySchema(fields);
    decode(fields, needs);
  }

  private void decode(RecordFields fields, Needs now) throws Unfit, SchemaMissing {
    bySchema(fields, now);
    if (now.key() && fields.lacksKey()) {
      byte[] json = fields.keyBySchema();
      fields.key(decode("key", key, json == null ? fields.record().key() : json));
    }
    if (now.value() && fields.lacksValue()) {
      byte[] json = fields.valueBySchema();
      fields.value(decode("value", value, json == null ? fields.record().value() : json));
    }
  }

  private void bySchema(RecordFields fields, Needs now) throws Unfit, SchemaMissing {
    var record = fields.record();
    byte[] keyBytes = record.key();
    if (now.key() && schemas.ofKeys() && keyBytes != null && fields.keyBySchema() == null) {
      try {
        fields.keyBySchema(schemas.key(keyBytes, record.headers()));
      } catch (Undecodable e) {
        throw unfit("key", e);
      }
    }
    byte[] valueBytes = record.value();
    if (now.value() && schemas.ofValues() && valueBytes != null && fields.valueBySchema() == null) {
      try {
        fields.valueBySchema(schemas.value(valueBytes, record.headers()));
      } catch (Undecodable e) {
        throw unfit("value", e);
      }
    }
  }

  private static Unfit unfit(String what, Undecodable e) {
    return new Unfit(
        e.reason(),
        "its %s %s (spec.record.%sFormat)".formatted(what, e.getMessage(), what),
        e.pointer());
  }

  /**
   * The value's bytes, after {@link #decode}: JSON by its schema, else as they are, and known to be
   * what the spec says.
   */
  public byte @Nullable [] value(RecordFields fields) throws Unfit {
    byte[] json = fields.valueBySchema();
    if (json != null) {
      return json;
    }
    byte[] bytes = fields.record().value();
    check("value", value, bytes);
    return bytes;
  }

  /** The same of the key. */
  byte @Nullable [] key(RecordFields fields) throws Unfit {
    byte[] json = fields.keyBySchema();
    if (json != null) {
      return json;
    }
    byte[] bytes = fields.record().key();
    check("key", key, bytes);
    return bytes;
  }

  /** The value's bytes, unchecked: JSON by its schema, else as they are. */
  public byte @Nullable [] valueUnchecked(RecordFields fields) {
    byte[] json = fields.valueBySchema();
    return json == null ? fields.record().value() : json;
  }

  /** The same of the key. */
  byte @Nullable [] keyUnchecked(RecordFields fields) {
    byte[] json = fields.keyBySchema();
    return json == null ? fields.record().key() : json;
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
        e.isTooLarge() ? "TooLarge" : "InvalidJSON",
        "its %s can't be read as spec.record.%sFormat says: %s"
            .formatted(what, what, e.getMessage()));
  }
}
