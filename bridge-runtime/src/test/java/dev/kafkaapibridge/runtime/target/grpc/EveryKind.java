package dev.kafkaapibridge.runtime.target.grpc;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MessageOptions;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.OneofDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.DynamicMessage;
import dev.kafkaapibridge.api.v1alpha1.GrpcSpec;
import java.util.List;
import java.util.Locale;

/**
 * A descriptor set whose message has a field of every kind, alone, in a list and in a map, of each
 * well-known type, and itself; and one with required fields. As protoc would write it.
 */
final class EveryKind {

  private static final List<Type> SCALARS =
      List.of(
          Type.TYPE_DOUBLE,
          Type.TYPE_FLOAT,
          Type.TYPE_INT64,
          Type.TYPE_UINT64,
          Type.TYPE_INT32,
          Type.TYPE_FIXED64,
          Type.TYPE_FIXED32,
          Type.TYPE_BOOL,
          Type.TYPE_STRING,
          Type.TYPE_BYTES,
          Type.TYPE_UINT32,
          Type.TYPE_SFIXED32,
          Type.TYPE_SFIXED64,
          Type.TYPE_SINT32,
          Type.TYPE_SINT64);

  private static final List<String> WELL_KNOWN =
      List.of(
          "Timestamp",
          "Duration",
          "FieldMask",
          "Struct",
          "Value",
          "ListValue",
          "DoubleValue",
          "FloatValue",
          "Int64Value",
          "UInt64Value",
          "Int32Value",
          "UInt32Value",
          "BoolValue",
          "StringValue",
          "BytesValue",
          "Empty");

  private EveryKind() {}

  static byte[] set() {
    return set(order());
  }

  /** With another message of orders. */
  static byte[] set(DescriptorProto.Builder order) {
    return FileDescriptorSet.newBuilder()
        .addFile(required())
        .addFile(
            FileDescriptorProto.newBuilder()
                .setName("shop/orders.proto")
                .setPackage("shop.v1")
                .setSyntax("proto3")
                .addDependency("shop/required.proto")
                .addDependency("google/protobuf/timestamp.proto")
                .addDependency("google/protobuf/duration.proto")
                .addDependency("google/protobuf/field_mask.proto")
                .addDependency("google/protobuf/struct.proto")
                .addDependency("google/protobuf/wrappers.proto")
                .addDependency("google/protobuf/empty.proto")
                .addDependency("google/protobuf/any.proto")
                .addEnumType(states())
                .addMessageType(everything())
                .addMessageType(order)
                .addMessageType(
                    DescriptorProto.newBuilder()
                        .setName("Done")
                        .addField(field("ok", 1, Type.TYPE_BOOL)))
                .addService(
                    ServiceDescriptorProto.newBuilder()
                        .setName("Orders")
                        .addMethod(method("Put", ".shop.v1.Order"))
                        .addMethod(method("PutEverything", ".shop.v1.Everything"))
                        .addMethod(method("PutRequired", ".shop.v1.Required"))
                        .addMethod(method("Watch", ".shop.v1.Order").setServerStreaming(true))
                        .addMethod(method("Stream", ".shop.v1.Order").setClientStreaming(true))))
        .build()
        .toByteArray();
  }

  /**
   * {@code message Order { string id = 1; double total = 2; repeated Line lines = 3; State state =
   * 4; }}
   */
  static DescriptorProto.Builder order() {
    return DescriptorProto.newBuilder()
        .setName("Order")
        .addField(field("id", 1, Type.TYPE_STRING))
        .addField(field("total_price", 2, Type.TYPE_DOUBLE))
        .addField(
            field("lines", 3, Type.TYPE_MESSAGE)
                .setLabel(Label.LABEL_REPEATED)
                .setTypeName(".shop.v1.Order.Line"))
        .addField(field("state", 4, Type.TYPE_ENUM).setTypeName(".shop.v1.State"))
        .addNestedType(
            DescriptorProto.newBuilder()
                .setName("Line")
                .addField(field("sku", 1, Type.TYPE_STRING))
                .addField(field("pieces", 2, Type.TYPE_INT32)));
  }

  static FieldDescriptorProto.Builder field(String name, int number, Type type) {
    return FieldDescriptorProto.newBuilder()
        .setName(name)
        .setNumber(number)
        .setType(type)
        .setLabel(Label.LABEL_OPTIONAL);
  }

  private static FileDescriptorProto required() {
    return FileDescriptorProto.newBuilder()
        .setName("shop/required.proto")
        .setPackage("shop.v1")
        .setSyntax("proto2")
        .addMessageType(
            DescriptorProto.newBuilder()
                .setName("Required")
                .addField(field("id", 1, Type.TYPE_STRING).setLabel(Label.LABEL_REQUIRED))
                .addField(field("inner", 2, Type.TYPE_MESSAGE).setTypeName(".shop.v1.Required")))
        .build();
  }

  private static EnumDescriptorProto.Builder states() {
    return EnumDescriptorProto.newBuilder()
        .setName("State")
        .addValue(EnumValueDescriptorProto.newBuilder().setName("NEW").setNumber(0))
        .addValue(EnumValueDescriptorProto.newBuilder().setName("PAID").setNumber(1));
  }

  private static DescriptorProto.Builder everything() {
    var message = DescriptorProto.newBuilder().setName("Everything");
    int number = 1;
    for (Type type : SCALARS) {
      String name = type.name().substring("TYPE_".length()).toLowerCase(Locale.ROOT);
      message.addField(field("one_" + name, number++, type));
      message.addField(field("many_" + name, number++, type).setLabel(Label.LABEL_REPEATED));
      boolean isKey =
          type != Type.TYPE_DOUBLE && type != Type.TYPE_FLOAT && type != Type.TYPE_BYTES;
      map(
          message,
          "by_" + name,
          number++,
          field("key", 1, isKey ? type : Type.TYPE_STRING),
          field("value", 2, type));
    }
    message.addField(field("state", number++, Type.TYPE_ENUM).setTypeName(".shop.v1.State"));
    message.addField(
        field("states", number++, Type.TYPE_ENUM)
            .setLabel(Label.LABEL_REPEATED)
            .setTypeName(".shop.v1.State"));
    map(
        message,
        "states_by_name",
        number++,
        field("key", 1, Type.TYPE_STRING),
        field("value", 2, Type.TYPE_ENUM).setTypeName(".shop.v1.State"));
    for (String type : WELL_KNOWN) {
      String name = type.toLowerCase(Locale.ROOT);
      String full = ".google.protobuf." + type;
      message.addField(field("one_" + name, number++, Type.TYPE_MESSAGE).setTypeName(full));
      message.addField(
          field("many_" + name, number++, Type.TYPE_MESSAGE)
              .setLabel(Label.LABEL_REPEATED)
              .setTypeName(full));
    }
    message.addField(field("any", number++, Type.TYPE_MESSAGE).setTypeName(".google.protobuf.Any"));
    message.addField(
        field("itself", number++, Type.TYPE_MESSAGE).setTypeName(".shop.v1.Everything"));
    message.addField(
        field("others", number++, Type.TYPE_MESSAGE)
            .setLabel(Label.LABEL_REPEATED)
            .setTypeName(".shop.v1.Everything"));
    map(
        message,
        "others_by_name",
        number++,
        field("key", 1, Type.TYPE_STRING),
        field("value", 2, Type.TYPE_MESSAGE).setTypeName(".shop.v1.Everything"));
    message.addOneofDecl(OneofDescriptorProto.newBuilder().setName("choice"));
    message.addField(field("choice_text", number++, Type.TYPE_STRING).setOneofIndex(0));
    message.addField(field("choice_number", number++, Type.TYPE_INT32).setOneofIndex(0));
    message.addOneofDecl(OneofDescriptorProto.newBuilder().setName("_maybe"));
    message.addField(
        field("maybe", number, Type.TYPE_INT32).setOneofIndex(1).setProto3Optional(true));
    return message;
  }

  private static void map(
      DescriptorProto.Builder message,
      String name,
      int number,
      FieldDescriptorProto.Builder key,
      FieldDescriptorProto.Builder value) {
    String entry = camel(name) + "Entry";
    message.addNestedType(
        DescriptorProto.newBuilder()
            .setName(entry)
            .setOptions(MessageOptions.newBuilder().setMapEntry(true))
            .addField(key)
            .addField(value));
    message.addField(
        field(name, number, Type.TYPE_MESSAGE)
            .setLabel(Label.LABEL_REPEATED)
            .setTypeName(".shop.v1.Everything." + entry));
  }

  private static String camel(String name) {
    var camel = new StringBuilder();
    for (String part : name.split("_", -1)) {
      camel.append(part.substring(0, 1).toUpperCase(Locale.ROOT)).append(part.substring(1));
    }
    return camel.toString();
  }

  private static MethodDescriptorProto.Builder method(String name, String input) {
    return MethodDescriptorProto.newBuilder()
        .setName(name)
        .setInputType(input)
        .setOutputType(".shop.v1.Done");
  }

  /** What {@code Put} answers where it has taken the order. */
  static byte[] accepted() throws Exception {
    var done =
        DescriptorSet.parse(set())
            .method("shop.v1.Orders", "Put", GrpcSpec.Mode.Unary)
            .getOutputType();
    return DynamicMessage.newBuilder(done)
        .setField(done.findFieldByName("ok"), true)
        .build()
        .toByteArray();
  }
}
