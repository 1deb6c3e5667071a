package dev.kafkaapibridge.operator.kube;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.deser.std.StringDeserializer;
import java.io.IOException;

/** Reads texts, and holds a short one once: words of enums, labels, reasons, names of children. */
final class SharedText extends StdScalarDeserializer<String> {

  private static final int SHORT = 64;

  SharedText() {
    super(String.class);
  }

  static String of(String text) {
    return text.length() > SHORT ? text : text.intern();
  }

  @Override
  public String deserialize(JsonParser parser, DeserializationContext context) throws IOException {
    return of(StringDeserializer.instance.deserialize(parser, context));
  }
}
