package dev.kafkaapibridge.runtime.target.grpc;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import dev.kafkaapibridge.api.expression.PlainJson;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * An encoded answer as expressions see it: by protobuf's JSON mapping, with defaults written out.
 */
final class ProtobufToPlain implements CallAnswer.Reading {

  private final Descriptor type;
  private final JsonFormat.Printer printer;

  ProtobufToPlain(Descriptor type, TypeRegistry types) {
    this.type = type;
    this.printer =
        JsonFormat.printer()
            .usingTypeRegistry(types)
            .alwaysPrintFieldsWithNoPresence()
            .omittingInsignificantWhitespace();
  }

  @Override
  public @Nullable Object of(byte[] message) {
    byte[] json = json(message);
    try {
      return json == null ? null : PlainJson.parse(json);
    } catch (PlainJson.Malformed e) {
      return null; // rules that look into it don't hold then
    }
  }

  /** Null where it is no such message. */
  byte @Nullable [] json(byte[] message) {
    try {
      return printer
          .print(DynamicMessage.parseFrom(type, message))
          .getBytes(StandardCharsets.UTF_8);
    } catch (InvalidProtocolBufferException e) {
      return null;
    }
  }
}
