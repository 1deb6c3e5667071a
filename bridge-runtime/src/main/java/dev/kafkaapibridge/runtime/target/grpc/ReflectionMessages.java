package dev.kafkaapibridge.runtime.target.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import java.util.List;

/**
 * The messages of gRPC's server reflection that are needed here; v1 and v1alpha have the same
 * numbers (grpc/reflection/v1/reflection.proto). By number, since a class for each would bring
 * gRPC's libraries along. Pure.
 */
final class ReflectionMessages {

  private static final int FILE_BY_FILENAME = 3;
  private static final int FILE_CONTAINING_SYMBOL = 4;
  private static final int FILE_DESCRIPTOR_RESPONSE = 4;
  private static final int FILE_DESCRIPTOR_PROTO = 1;
  private static final int ERROR_RESPONSE = 7;
  private static final int ERROR_CODE = 1;
  private static final int ERROR_MESSAGE = 2;

  /** What a server tells. */
  sealed interface Told {
    record Files(List<byte[]> files) implements Told {}

    /** {@code OK} where it says neither of both. */
    record Fault(Code code, String message) implements Told {}
  }

  private ReflectionMessages() {}

  static byte[] fileNamed(String name) {
    return text(FILE_BY_FILENAME, name);
  }

  static byte[] fileWithSymbol(String name) {
    return text(FILE_CONTAINING_SYMBOL, name);
  }

  private static byte[] text(int field, String value) {
    return UnknownFieldSet.newBuilder()
        .addField(
            field, Field.newBuilder().addLengthDelimited(ByteString.copyFromUtf8(value)).build())
        .build()
        .toByteArray();
  }

  static Told read(byte[] response) throws InvalidProtocolBufferException {
    UnknownFieldSet fields = UnknownFieldSet.parseFrom(response);
    List<ByteString> answers = fields.getField(FILE_DESCRIPTOR_RESPONSE).getLengthDelimitedList();
    if (!answers.isEmpty()) {
      return new Told.Files(
          UnknownFieldSet.parseFrom(answers.getLast())
              .getField(FILE_DESCRIPTOR_PROTO)
              .getLengthDelimitedList()
              .stream()
              .map(ByteString::toByteArray)
              .toList());
    }
    List<ByteString> faults = fields.getField(ERROR_RESPONSE).getLengthDelimitedList();
    if (faults.isEmpty()) {
      return new Told.Fault(Code.OK, "");
    }
    UnknownFieldSet fault = UnknownFieldSet.parseFrom(faults.getLast());
    List<Long> code = fault.getField(ERROR_CODE).getVarintList();
    List<ByteString> message = fault.getField(ERROR_MESSAGE).getLengthDelimitedList();
    return new Told.Fault(
        code.isEmpty() ? Code.OK : Code.of(Long.toString(code.getLast())),
        message.isEmpty() ? "" : message.getLast().toStringUtf8());
  }
}
