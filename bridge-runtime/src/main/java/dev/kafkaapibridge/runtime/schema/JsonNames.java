package dev.kafkaapibridge.runtime.schema;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.squareup.wire.schema.Field;
import com.squareup.wire.schema.MessageType;
import com.squareup.wire.schema.ProtoFile;
import com.squareup.wire.schema.Type;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Adds the {@code json_name}s of a file, which the encoder of schemas leaves out. Pure. */
final class JsonNames {

  private JsonNames() {}

  static FileDescriptorProto declared(ProtoFile file, FileDescriptorProto proto) {
    var named = proto.toBuilder();
    named.getMessageTypeBuilderList().forEach(message -> declare(message, file.getTypes()));
    return named.build();
  }

  private static void declare(DescriptorProto.Builder message, List<Type> among) {
    for (Type type : among) {
      if (type instanceof MessageType written
          && written.getType().getSimpleName().equals(message.getName())) {
        Map<Integer, String> names = new HashMap<>();
        for (Field field : written.getFieldsAndOneOfFields()) {
          if (field.getDeclaredJsonName() != null) {
            names.put(field.getTag(), field.getDeclaredJsonName());
          }
        }
        for (FieldDescriptorProto.Builder field : message.getFieldBuilderList()) {
          String name = names.get(field.getNumber());
          if (name != null) {
            field.setJsonName(name);
          }
        }
        message
            .getNestedTypeBuilderList()
            .forEach(nested -> declare(nested, written.getNestedTypes()));
      }
    }
  }
}
