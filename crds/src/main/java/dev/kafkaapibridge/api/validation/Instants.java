package dev.kafkaapibridge.api.validation;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import java.io.IOException;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;

/** RFC 3339 points in time, the {@code date-time} format of OpenAPI. */
final class Instants {

  /** The API server wants seconds and an offset of hours and minutes; Java would do without. */
  private static final Pattern COMPLETE =
      Pattern.compile(
          "[0-9-]{10}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})");

  private Instants() {}

  static boolean isDateTime(String text) {
    try {
      OffsetDateTime.parse(text);
      return COMPLETE.matcher(text).matches();
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  static final class Deserializer extends StdScalarDeserializer<OffsetDateTime> {
    Deserializer() {
      super(OffsetDateTime.class);
    }

    @Override
    public OffsetDateTime deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      return OffsetDateTime.parse(parser.getText());
    }
  }
}
