package dev.kafkaapibridge.runtime.schema;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.LogicalTypes;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;

/**
 * Avro's binary encoding to JSON, straight from the bytes. What becomes what is in the guide
 * (docs/guide/schemas.md). Bounded: no text and no list takes more memory than the record has
 * bytes, the JSON no more than 64 MiB nor, beyond 1 MiB, a thousand times that, and nothing is
 * nested more than 1,000 deep.
 */
final class AvroCodec implements Codec {

  private static final int MAX_DEPTH = 1_000;
  private static final int MAX_BYTES = 64 * 1024 * 1024;
  private static final int SMALL = 1024 * 1024;

  /** Names of fields are not in the bytes, and values of no bytes can be many. */
  private static final int MAX_GROWTH = 1_000;

  private static final JsonFactory JSON = new JsonFactory();

  /** Costs no stack trace. */
  private static final class Broken extends IOException {
    private final String reason;

    Broken(String reason, String message) {
      super(message);
      this.reason = reason;
    }

    Broken(String message) {
      this("InvalidAvro", message);
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }

  private final Schema schema;

  private AvroCodec(Schema schema) {
    this.schema = schema;
  }

  static Codec of(SchemaText text) throws UnusableSchema {
    // Names and defaults are the producer's business: the registry has accepted them.
    var parser = new Schema.Parser(NameValidator.NO_VALIDATION).setValidateDefaults(false);
    try {
      for (String imported : text.imports().values()) {
        parser.parse(imported);
      }
      return new AvroCodec(parser.parse(text.text()));
    } catch (AvroRuntimeException e) {
      throw new UnusableSchema("it is no Avro schema");
    }
  }

  @Override
  public byte[] json(Framed framed) throws Undecodable {
    int length = framed.length();
    BinaryDecoder in =
        DecoderFactory.get().binaryDecoder(framed.bytes(), framed.from(), length, null);
    var out = new ByteArrayOutputStream(Math.max(64, 2 * length));
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.enable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN);
      var value = new Value(in, json, out, length);
      value.write(schema, 0);
      if (!in.isEnd()) {
        throw new Broken("something follows its last field");
      }
    } catch (Broken e) {
      throw new Undecodable(e.reason, "is not what its schema says: " + e.getMessage());
    } catch (EOFException e) {
      throw new Undecodable("InvalidAvro", "is not what its schema says: it ends too early");
    } catch (IOException | AvroRuntimeException | UnsupportedOperationException e) {
      // Messages of the library may quote the value.
      throw new Undecodable("InvalidAvro", "is not what its schema says");
    }
    return out.toByteArray();
  }

  /** One value on its way from bytes to JSON. Used by one thread. */
  private record Value(
      BinaryDecoder in, JsonGenerator json, ByteArrayOutputStream out, int length) {

    void write(Schema schema, int depth) throws IOException {
      if (depth > MAX_DEPTH) {
        throw new Broken("TooLarge", "it is nested more than %d deep".formatted(MAX_DEPTH));
      }
      if (out.size() > SMALL && out.size() > Math.min(MAX_BYTES, (long) MAX_GROWTH * length)) {
        throw new Broken("TooLarge", "as JSON it has more than %d bytes".formatted(out.size()));
      }
      switch (schema.getType()) {
        case NULL -> json.writeNull();
        case BOOLEAN -> json.writeBoolean(in.readBoolean());
        case INT -> number(schema, in.readInt());
        case LONG -> number(schema, in.readLong());
        case FLOAT -> real(in.readFloat());
        case DOUBLE -> real(in.readDouble());
        case STRING -> json.writeString(text());
        case BYTES -> bytes(schema, bytes());
        case FIXED -> bytes(schema, fixed(schema.getFixedSize()));
        case ENUM -> json.writeString(one(schema.getEnumSymbols(), in.readEnum()));
        case UNION -> write(one(schema.getTypes(), in.readIndex()), depth + 1);
        case RECORD -> {
          json.writeStartObject();
          for (Schema.Field field : schema.getFields()) {
            json.writeFieldName(field.name());
            write(field.schema(), depth + 1);
          }
          json.writeEndObject();
        }
        case ARRAY -> {
          json.writeStartArray();
          for (long n = in.readArrayStart(); n != 0; n = in.arrayNext()) {
            for (long i = 0; i < n; i++) {
              write(schema.getElementType(), depth + 1);
            }
          }
          json.writeEndArray();
        }
        case MAP -> {
          json.writeStartObject();
          for (long n = in.readMapStart(); n != 0; n = in.mapNext()) {
            for (long i = 0; i < n; i++) {
              json.writeFieldName(text());
              write(schema.getValueType(), depth + 1);
            }
          }
          json.writeEndObject();
        }
      }
    }

    private static <T> T one(java.util.List<T> of, int index) throws Broken {
      if (index < 0 || index >= of.size()) {
        throw new Broken("a union or an enum has no member of that number");
      }
      return of.get(index);
    }

    private String text() throws IOException {
      try {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes())).toString();
      } catch (CharacterCodingException e) {
        throw new Broken("InvalidText", "a text in it is no UTF-8");
      }
    }

    private byte[] bytes() throws IOException {
      long size = in.readLong();
      if (size < 0 || size > length) {
        throw new Broken("a text or bytes in it are longer than the record");
      }
      return fixed((int) size);
    }

    private byte[] fixed(int size) throws IOException {
      if (size > length) {
        throw new EOFException();
      }
      byte[] bytes = new byte[size];
      in.readFixed(bytes);
      return bytes;
    }

    private void real(double number) throws IOException {
      if (Double.isFinite(number)) {
        json.writeNumber(number);
      } else {
        json.writeString(Double.toString(number));
      }
    }

    private void real(float number) throws IOException {
      if (Float.isFinite(number)) {
        json.writeNumber(number);
      } else {
        json.writeString(Float.toString(number));
      }
    }

    private void number(Schema schema, long number) throws IOException {
      String time = AvroTimes.text(schema.getLogicalType(), number);
      if (time == null) {
        json.writeNumber(number);
      } else {
        json.writeString(time);
      }
    }

    private void bytes(Schema schema, byte[] bytes) throws IOException {
      switch (schema.getLogicalType()) {
        case LogicalTypes.Decimal decimal when bytes.length > 0 ->
            json.writeNumber(new BigDecimal(new BigInteger(bytes), decimal.getScale()));
        case LogicalTypes.Uuid ignored when bytes.length == 16 ->
            json.writeString(AvroTimes.uuid(bytes));
        case LogicalTypes.Duration ignored when bytes.length == 12 ->
            AvroTimes.duration(json, bytes);
        case null, default -> json.writeBinary(bytes);
      }
    }
  }
}
