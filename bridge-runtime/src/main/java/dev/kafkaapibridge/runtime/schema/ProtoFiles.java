package dev.kafkaapibridge.runtime.schema;

import com.google.protobuf.AnyProto;
import com.google.protobuf.DescriptorProtos;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DurationProto;
import com.google.protobuf.EmptyProto;
import com.google.protobuf.FieldMaskProto;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.StructProto;
import com.google.protobuf.TimestampProto;
import com.google.protobuf.WrappersProto;
import com.squareup.wire.schema.CoreLoader;
import com.squareup.wire.schema.ErrorCollector;
import com.squareup.wire.schema.Linker;
import com.squareup.wire.schema.Loader;
import com.squareup.wire.schema.Location;
import com.squareup.wire.schema.ProtoFile;
import com.squareup.wire.schema.Schema;
import com.squareup.wire.schema.internal.SchemaEncoder;
import com.squareup.wire.schema.internal.parser.ProtoParser;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The text of {@code .proto} files, linked to descriptors. Made for one schema, by one thread. */
final class ProtoFiles implements Loader {

  /** A name that no import has. */
  private static final String MAIN = "kafka-api-bridge/schema.proto";

  /** What every parser brings along. */
  private static final Map<String, FileDescriptor> WELL_KNOWN =
      Stream.of(
              AnyProto.getDescriptor(),
              DescriptorProtos.getDescriptor(),
              DurationProto.getDescriptor(),
              EmptyProto.getDescriptor(),
              FieldMaskProto.getDescriptor(),
              StructProto.getDescriptor(),
              TimestampProto.getDescriptor(),
              WrappersProto.getDescriptor())
          .collect(Collectors.toUnmodifiableMap(FileDescriptor::getName, file -> file));

  private final Map<String, String> texts;
  private final Map<String, FileDescriptor> linked = new HashMap<>(WELL_KNOWN);

  private ProtoFiles(Map<String, String> texts) {
    this.texts = texts;
  }

  /** The file's descriptor, linked to those of its imports. */
  static FileDescriptor link(SchemaText schema) throws UnusableSchema {
    var texts = new HashMap<>(schema.imports());
    texts.put(MAIN, schema.text());
    var files = new ProtoFiles(texts);
    try {
      ProtoFile main = files.load(MAIN);
      Schema whole = new Linker(files, new ErrorCollector(), true, true).link(List.of(main));
      return files.descriptor(MAIN, whole, new SchemaEncoder(whole), new HashSet<>());
    } catch (RuntimeException | InvalidProtocolBufferException | DescriptorValidationException e) {
      // The library's own errors are of no one type; they tell where, in lines of the schema.
      throw new UnusableSchema("it is no .proto file with all its imports: " + firstLine(e));
    }
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  @Override
  public ProtoFile load(String path) {
    String text = texts.get(path);
    if (text == null) {
      return CoreLoader.INSTANCE.load(path);
    }
    return ProtoFile.Companion.get(ProtoParser.Companion.parse(Location.Companion.get(path), text));
  }

  @Override
  public Loader withErrors(ErrorCollector errors) {
    return this;
  }

  private FileDescriptor descriptor(
      String path, Schema whole, SchemaEncoder encoder, Set<String> open)
      throws UnusableSchema, InvalidProtocolBufferException, DescriptorValidationException {
    FileDescriptor known = linked.get(path);
    if (known != null) {
      return known;
    }
    ProtoFile file = fileOf(path, whole);
    if (file == null || !open.add(path)) {
      throw new UnusableSchema(
          file == null ? "it imports a file that is missing" : "its imports go round in a circle");
    }
    FileDescriptorProto proto =
        FileDescriptorProto.parseFrom(encoder.encode(file).toByteArray()).toBuilder()
            .setName(path)
            .build();
    proto = JsonNames.declared(file, proto);
    var imports = new ArrayList<FileDescriptor>();
    for (String imported : proto.getDependencyList()) {
      imports.add(descriptor(imported, whole, encoder, open));
    }
    FileDescriptor made = FileDescriptor.buildFrom(proto, imports.toArray(FileDescriptor[]::new));
    linked.put(path, made);
    return made;
  }

  private static @Nullable ProtoFile fileOf(String path, Schema whole) {
    return whole.protoFile(path);
  }
}
