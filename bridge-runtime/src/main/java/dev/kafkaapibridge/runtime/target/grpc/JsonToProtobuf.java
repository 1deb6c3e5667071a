package dev.kafkaapibridge.runtime.target.grpc;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import dev.kafkaapibridge.api.expression.PlainJson;
import dev.kafkaapibridge.runtime.transform.Unfit;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * From JSON to an encoded message by its descriptor, in protobuf's own JSON mapping. What doesn't
 * fit is refused with the field and the reason, and nothing of the value. Pure.
 */
final class JsonToProtobuf {

  private final Descriptor type;
  private final JsonFormat.Parser parser;

  /**
   * @param types that an Any may hold
   */
  JsonToProtobuf(Descriptor type, TypeRegistry types) {
    this.type = type;
    this.parser = JsonFormat.parser().usingTypeRegistry(types);
  }

  byte[] of(byte[] json) throws Unfit {
    try {
      PlainJson.check(json);
    } catch (PlainJson.Malformed e) {
      throw new Unfit(
          "InvalidJSON",
          "its value is to be JSON (spec.target.grpc.payload), and %s".formatted(e.getMessage()));
    }
    DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
    String text = new String(json, StandardCharsets.UTF_8);
    try {
      parser.merge(text, message);
    } catch (InvalidProtocolBufferException | RuntimeException e) {
      // Its sentence quotes the value and doesn't name the place. The latter for numbers that it
      // doesn't expect.
      throw new Misfit(parser, type).in(json);
    }
    List<String> missing = message.findInitializationErrors();
    if (!missing.isEmpty()) {
      throw Misfit.missing(missing.getFirst(), type);
    }
    return message.build().toByteArray();
  }
}
