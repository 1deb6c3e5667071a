package dev.kafkaapibridge.runtime.target.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.FieldMask;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.ListValue;
import com.google.protobuf.Message;
import com.google.protobuf.NullValue;
import com.google.protobuf.StringValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.Value;
import java.util.random.RandomGenerator;

/**
 * Random messages of any type, with the numbers that are hard: the ends of each range, NaN. Not -0,
 * which protobuf's reading of JSON takes for 0.
 */
final class AnyMessage {

  private final RandomGenerator random;

  AnyMessage(RandomGenerator random) {
    this.random = random;
  }

  DynamicMessage of(Descriptor type, int depth) {
    DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
    for (FieldDescriptor field : type.getFields()) {
      if (random.nextInt(4) != 0 || isMessage(field) && depth == 0 && isOwn(field)) {
        continue;
      }
      if (field.isMapField()) {
        entry(message, field, depth);
      } else if (field.isRepeated()) {
        for (int i = random.nextInt(3); i > 0; i--) {
          message.addRepeatedField(field, value(field, depth));
        }
      } else {
        message.setField(field, value(field, depth));
      }
    }
    return message.build();
  }

  /** One: with two, their order in the encoding could differ. */
  private void entry(DynamicMessage.Builder message, FieldDescriptor map, int depth) {
    Descriptor type = map.getMessageType();
    FieldDescriptor key = type.findFieldByNumber(1);
    FieldDescriptor value = type.findFieldByNumber(2);
    message.addRepeatedField(
        map,
        DynamicMessage.newBuilder(type)
            .setField(key, value(key, depth))
            .setField(value, value(value, depth))
            .build());
  }

  private static boolean isMessage(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
  }

  private static boolean isOwn(FieldDescriptor field) {
    return !field.getMessageType().getFullName().startsWith("google.");
  }

  private Object value(FieldDescriptor field, int depth) {
    return switch (field.getJavaType()) {
      case INT -> pick(0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, random.nextInt());
      case LONG -> pick(0L, 1L, -1L, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 53, random.nextLong());
      case FLOAT ->
          pick(
              0f,
              Float.NaN,
              Float.NEGATIVE_INFINITY,
              Float.MAX_VALUE,
              Float.MIN_VALUE,
              random.nextFloat());
      case DOUBLE ->
          pick(
              0d,
              Double.NaN,
              Double.POSITIVE_INFINITY,
              Double.MAX_VALUE,
              Double.MIN_VALUE,
              random.nextGaussian());
      case BOOLEAN -> random.nextBoolean();
      case STRING -> pick("", "a", "\u00e4\u20ac\ud83d\ude00", "\"\\\u0000\n", "1e999999999");
      case BYTE_STRING -> bytes();
      case ENUM -> field.getEnumType().findValueByNumber(random.nextInt(2));
      case MESSAGE -> message(field.getMessageType(), depth);
    };
  }

  private ByteString bytes() {
    byte[] bytes = new byte[random.nextInt(5)];
    random.nextBytes(bytes);
    return ByteString.copyFrom(bytes);
  }

  private Object message(Descriptor type, int depth) {
    Message wellKnown =
        switch (type.getFullName()) {
          case "google.protobuf.Timestamp" ->
              Timestamp.newBuilder()
                  .setSeconds(pick(0L, -62_135_596_800L, 253_402_300_799L, 1_700_000_000L))
                  .setNanos(random.nextInt(1_000_000_000))
                  .build();
          case "google.protobuf.Duration" ->
              Duration.newBuilder()
                  .setSeconds(pick(0L, 1L, 315_576_000_000L))
                  .setNanos(random.nextInt(1_000_000_000))
                  .build();
          case "google.protobuf.FieldMask" ->
              FieldMask.newBuilder().addPaths("a.b_c").addPaths("d").build();
          case "google.protobuf.Value" -> json();
          case "google.protobuf.Struct" -> Struct.newBuilder().putFields("a", json()).build();
          case "google.protobuf.ListValue" ->
              ListValue.newBuilder().addValues(json()).addValues(json()).build();
          case "google.protobuf.Any" -> Any.pack(StringValue.of("held"));
          default -> null;
        };
    if (wellKnown == null) {
      return of(type, depth - 1);
    }
    try {
      return DynamicMessage.parseFrom(type, wellKnown.toByteString());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private Value json() {
    return switch (random.nextInt(5)) {
      case 0 -> Value.newBuilder().setNullValue(NullValue.NULL_VALUE).build();
      case 1 -> Value.newBuilder().setNumberValue(random.nextInt() / 8.0).build();
      case 2 -> Value.newBuilder().setStringValue("text").build();
      case 3 -> Value.newBuilder().setBoolValue(random.nextBoolean()).build();
      default ->
          Value.newBuilder()
              .setStructValue(
                  Struct.newBuilder().putFields("b", Value.newBuilder().setBoolValue(true).build()))
              .build();
    };
  }

  @SafeVarargs
  private <T> T pick(T... some) {
    return some[random.nextInt(some.length)];
  }
}
