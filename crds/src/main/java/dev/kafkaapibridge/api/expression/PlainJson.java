package dev.kafkaapibridge.api.expression;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.cel.common.values.NullValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON (RFC 8259, in UTF-8) as the plain values that an {@link Expression} works on, and back.
 * Numbers that neither a {@code Long} nor a {@code Double} holds exactly stay as they are: they can
 * be passed on but not counted with. Pure.
 */
public final class PlainJson {

  /** Nested more deeply than anybody means it. */
  static final int MAX_DEPTH = 1_000;

  /** More than a value is looked into for; a list or a map of so many takes some 50 MB. */
  static final int MAX_VALUES = 500_000;

  /** Text that is no JSON, or too much of it. Says where, and nothing of the text itself. */
  public static final class Malformed extends Exception {

    private final boolean tooLarge;

    private Malformed(String what, JsonLocation where) {
      this("%s at line %d, column %d".formatted(what, where.getLineNr(), where.getColumnNr()));
    }

    private Malformed(String message) {
      this(message, false);
    }

    private Malformed(String message, boolean tooLarge) {
      super(message, null, false, false);
      this.tooLarge = tooLarge;
    }

    /** It may be JSON, of more values than the bound. */
    public boolean isTooLarge() {
      return tooLarge;
    }
  }

  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          // UTF-8 and nothing else, whatever the first bytes look like.
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          // Names of fields come from outside, too many to keep for ever.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private PlainJson() {}

  /** Whether it is one JSON value and nothing after it; keeps nothing of it. */
  public static void check(byte[] text) throws Malformed {
    var ignored = isOneLine(text);
  }

  /** The same; and whether it is known to stand on one line. */
  public static boolean isOneLine(byte[] text) throws Malformed {
    return switch (SureJson.look(text)) {
      case ONE_LINE -> true;
      case LINES -> false;
      case UNSURE -> {
        parseThrough(text);
        yield false;
      }
    };
  }

  /** The same, at the parser's price. */
  static void parseThrough(byte[] text) throws Malformed {
    read(
        text,
        parser -> {
          parser.skipChildren();
          // A text at the end is read only when somebody asks for it, and may be cut off.
          parser.finishToken();
          return null;
        });
  }

  /**
   * Reads one value, of {@value #MAX_VALUES} values at most; null is JSON's null. Inside lists and
   * maps null is CEL's own.
   */
  public static @Nullable Object parse(byte[] text) throws Malformed {
    // Each value takes a byte and, but for the last, what parts it from the next.
    var left = text.length / 2 < MAX_VALUES ? null : new int[] {MAX_VALUES};
    Object value = read(text, parser -> value(parser, left));
    return value == NullValue.NULL_VALUE ? null : value;
  }

  private interface Reader {
    @Nullable Object of(JsonParser parser) throws IOException;
  }

  private static @Nullable Object read(byte[] text, Reader reader) throws Malformed {
    try (JsonParser parser = FACTORY.createParser(text)) {
      if (parser.nextToken() == null) {
        throw new Malformed("nothing is there, and JSON is expected,", parser.currentLocation());
      }
      Object value = reader.of(parser);
      if (parser.nextToken() != null) {
        throw new Malformed("something follows the JSON value", parser.currentTokenLocation());
      }
      return value;
    } catch (TooManyValues e) {
      throw new Malformed("it has more than %d values".formatted(MAX_VALUES), true);
    } catch (StreamConstraintsException e) {
      throw new Malformed("it is nested too deeply, or a number is too long");
    } catch (NumberFormatException e) {
      // JSON allows any exponent; nothing here can hold one that is no int.
      throw new Malformed("the exponent of a number is too large");
    } catch (JsonProcessingException e) {
      // Its message quotes the text.
      throw new Malformed("it is no JSON", e.getLocation());
    } catch (IOException e) {
      throw new UncheckedIOException("an array of bytes can't fail to be read", e);
    }
  }

  /** Costs no stack trace. */
  private static final class TooManyValues extends RuntimeException {
    TooManyValues() {
      super(null, null, false, false);
    }
  }

  /**
   * @param left how many values there may be still; null: the text is too short for too many
   */
  private static Object value(JsonParser parser, int @Nullable [] left) throws IOException {
    if (left != null && --left[0] < 0) {
      throw new TooManyValues();
    }
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        var map = new LinkedHashMap<String, Object>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String name = parser.currentName();
          parser.nextToken();
          map.put(name, value(parser, left));
        }
        yield map;
      }
      case START_ARRAY -> {
        var list = new ArrayList<Object>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          list.add(value(parser, left));
        }
        yield list;
      }
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT ->
          parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
              ? parser.getBigIntegerValue()
              : (Object) parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> decimal(parser);
      case VALUE_TRUE -> Boolean.TRUE;
      case VALUE_FALSE -> Boolean.FALSE;
      default -> NullValue.NULL_VALUE;
    };
  }

  private static Object decimal(JsonParser parser) throws IOException {
    double number = parser.getDoubleValue();
    BigDecimal exact = parser.getDecimalValue();
    return Double.isFinite(number) && exact.compareTo(BigDecimal.valueOf(number)) == 0
        ? (Object) number
        : exact;
  }

  /** What can't be written as JSON. Costs no stack trace. */
  public static final class Unwritable extends Exception {

    private final boolean tooLarge;

    Unwritable(String message) {
      this(message, false);
    }

    Unwritable(String message, boolean tooLarge) {
      super(message, null, false, false);
      this.tooLarge = tooLarge;
    }

    /** It is JSON, of more bytes than the bound. */
    boolean isTooLarge() {
      return tooLarge;
    }
  }

  /**
   * Writes a value as one line of JSON: times as RFC 3339, bytes as the text that they are in
   * UTF-8.
   *
   * @throws Unwritable for bytes that are no text, half surrogates, NaN and infinity, maps whose
   *     keys aren't text, and what takes more bytes than the bound
   */
  public static byte[] write(@Nullable Object value, int maxBytes) throws Unwritable {
    var out = new BoundedBytes(maxBytes);
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      write(json, value);
    } catch (BoundedBytes.Full e) {
      throw new Unwritable("it takes more than %d bytes".formatted(maxBytes), true);
    } catch (StreamConstraintsException e) {
      throw new Unwritable("it is nested too deeply");
    } catch (JsonProcessingException e) {
      throw new Unwritable("it has half a character");
    } catch (IOException e) {
      throw new UncheckedIOException("an array of bytes can't fail to be written", e);
    }
    return out.toByteArray();
  }

  private static void write(JsonGenerator json, @Nullable Object value)
      throws IOException, Unwritable {
    switch (value) {
      case null -> json.writeNull();
      case NullValue ignored -> json.writeNull();
      case Boolean truth -> json.writeBoolean(truth);
      case Long number -> json.writeNumber(number);
      case BigInteger number -> json.writeNumber(number);
      case BigDecimal number -> json.writeNumber(number);
      case Double number -> {
        if (!Double.isFinite(number)) {
          throw new Unwritable("a number is infinite or none");
        }
        json.writeNumber(number);
      }
      case List<?> list -> {
        json.writeStartArray();
        for (Object item : list) {
          write(json, item);
        }
        json.writeEndArray();
      }
      case Map<?, ?> map -> {
        json.writeStartObject();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          if (!(entry.getKey() instanceof String name)) {
            throw new Unwritable("a map has keys that are no text");
          }
          json.writeFieldName(name);
          write(json, entry.getValue());
        }
        json.writeEndObject();
      }
      default -> json.writeString(PlainText.of(value));
    }
  }

  /** Text as the inside of a JSON string: escaped, without the quotes around it. */
  public static String escaped(String text, int maxBytes) throws Unwritable {
    byte[] quoted = write(text, maxBytes);
    return new String(quoted, 1, quoted.length - 2, StandardCharsets.UTF_8);
  }
}
