package dev.kafkaapibridge.runtime.target.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import java.nio.charset.StandardCharsets;

/** {@code google.rpc.Status} and its details, written by their frozen numbers. */
final class Details {

  private Details() {}

  static byte[] status(ByteString... details) {
    var status = UnknownFieldSet.newBuilder();
    var list = Field.newBuilder();
    for (ByteString detail : details) {
      list.addLengthDelimited(detail);
    }
    return status
        .addField(1, Field.newBuilder().addVarint(8).build())
        .addField(3, list.build())
        .build()
        .toByteArray();
  }

  static ByteString retryInfo(long seconds, int nanos) {
    ByteString duration =
        UnknownFieldSet.newBuilder()
            .addField(1, Field.newBuilder().addVarint(seconds).build())
            .addField(2, Field.newBuilder().addVarint(nanos).build())
            .build()
            .toByteString();
    return any("RetryInfo", message(1, duration));
  }

  static ByteString badRequest(String field, String description) {
    return any("BadRequest", message(1, pair(field, description)));
  }

  static ByteString quotaFailure(String subject, String description) {
    return any("QuotaFailure", message(1, pair(subject, description)));
  }

  static ByteString errorInfo(String reason, String domain) {
    return any("ErrorInfo", pair(reason, domain));
  }

  static ByteString any(String type, ByteString value) {
    return UnknownFieldSet.newBuilder()
        .addField(1, text("type.googleapis.com/google.rpc." + type))
        .addField(2, Field.newBuilder().addLengthDelimited(value).build())
        .build()
        .toByteString();
  }

  private static ByteString message(int number, ByteString value) {
    return UnknownFieldSet.newBuilder()
        .addField(number, Field.newBuilder().addLengthDelimited(value).build())
        .build()
        .toByteString();
  }

  private static ByteString pair(String one, String other) {
    return UnknownFieldSet.newBuilder()
        .addField(1, text(one))
        .addField(2, text(other))
        .build()
        .toByteString();
  }

  private static Field text(String text) {
    return Field.newBuilder()
        .addLengthDelimited(ByteString.copyFrom(text, StandardCharsets.UTF_8))
        .build();
  }
}
