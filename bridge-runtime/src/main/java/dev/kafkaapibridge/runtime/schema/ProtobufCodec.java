package dev.kafkaapibridge.runtime.schema;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Protobuf's messages to JSON, by the canonical mapping; fields without presence are written also
 * where they have their default.
 */
final class ProtobufCodec implements Codec {

  private final FileDescriptor file;
  private final JsonFormat.Printer printer;

  private ProtobufCodec(FileDescriptor file) {
    this.file = file;
    this.printer =
        JsonFormat.printer()
            .usingTypeRegistry(TypeRegistry.newBuilder().add(file.getMessageTypes()).build())
            .alwaysPrintFieldsWithNoPresence()
            .omittingInsignificantWhitespace();
  }

  static Codec of(SchemaText text) throws UnusableSchema {
    FileDescriptor file = ProtoFiles.link(text);
    if (file.getMessageTypes().isEmpty()) {
      throw new UnusableSchema("it has no message");
    }
    return new ProtobufCodec(file);
  }

  @Override
  public byte[] json(Framed framed) throws Undecodable {
    Descriptor type = type(framed);
    try {
      var message =
          DynamicMessage.newBuilder(type)
              .mergeFrom(framed.bytes(), framed.from(), framed.length())
              .build();
      return printer.print(message).getBytes(StandardCharsets.UTF_8);
    } catch (InvalidProtocolBufferException e) {
      throw new Undecodable(
          "InvalidProtobuf", "is no message " + type.getFullName() + ", as its schema has it");
    } catch (IllegalArgumentException e) {
      // A Timestamp or a Duration beyond what the JSON mapping has words for.
      throw new Undecodable(
          "InvalidProtobuf", "holds something in " + type.getFullName() + " that JSON can't say");
    }
  }

  private Descriptor type(Framed framed) throws Undecodable {
    Descriptor found =
        framed.messageType() != null
            ? named(framed.messageType())
            : at(framed.messageIndexes() == null ? List.of(0) : framed.messageIndexes());
    if (found == null) {
      throw new Undecodable("NoMessageIndex", "names a message that its schema does not have");
    }
    return found;
  }

  private @Nullable Descriptor named(String name) {
    String of = file.getPackage();
    String within = name.startsWith(of + ".") ? name.substring(of.length() + 1) : name;
    Descriptor found = null;
    for (String part : within.split("[.]", -1)) {
      found = found == null ? file.findMessageTypeByName(part) : found.findNestedTypeByName(part);
      if (found == null) {
        return null;
      }
    }
    return found;
  }

  private @Nullable Descriptor at(List<Integer> indexes) {
    Descriptor found = null;
    for (int index : indexes) {
      List<Descriptor> among =
          written(found == null ? file.getMessageTypes() : found.getNestedTypes());
      if (index < 0 || index >= among.size()) {
        return null;
      }
      found = among.get(index);
    }
    return found;
  }

  /** Without those that stand for maps, which nobody has written. */
  private static List<Descriptor> written(List<Descriptor> types) {
    return types.stream().filter(type -> !type.getOptions().getMapEntry()).toList();
  }
}
