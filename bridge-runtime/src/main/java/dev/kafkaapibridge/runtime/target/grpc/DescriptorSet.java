package dev.kafkaapibridge.runtime.target.grpc;

import com.google.protobuf.AnyProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.DurationProto;
import com.google.protobuf.EmptyProto;
import com.google.protobuf.FieldMaskProto;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.StructProto;
import com.google.protobuf.TimestampProto;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.WrappersProto;
import dev.kafkaapibridge.api.v1alpha1.GrpcSpec;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The files of a {@code FileDescriptorSet}, as protoc writes it, linked. Immutable. */
final class DescriptorSet {

  /** One that can't be used; the message says why and what to do. */
  static final class Unusable extends Exception {
    Unusable(String message) {
      super(message, null, false, false);
    }
  }

  /** What protoc brings along and people leave out. */
  private static final Map<String, FileDescriptor> WELL_KNOWN =
      Stream.of(
              AnyProto.getDescriptor(),
              DurationProto.getDescriptor(),
              EmptyProto.getDescriptor(),
              FieldMaskProto.getDescriptor(),
              StructProto.getDescriptor(),
              TimestampProto.getDescriptor(),
              WrappersProto.getDescriptor())
          .collect(Collectors.toUnmodifiableMap(FileDescriptor::getName, file -> file));

  private final List<FileDescriptor> files;

  private DescriptorSet(List<FileDescriptor> files) {
    this.files = files;
  }

  static DescriptorSet parse(byte[] bytes) throws Unusable {
    FileDescriptorSet set;
    try {
      set = FileDescriptorSet.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new Unusable("it is no FileDescriptorSet, as protoc --descriptor_set_out writes it");
    }
    if (set.getFileCount() == 0) {
      throw new Unusable("it is empty");
    }
    var protos = new LinkedHashMap<String, FileDescriptorProto>();
    set.getFileList().forEach(file -> protos.put(file.getName(), file));
    var linked = new HashMap<String, FileDescriptor>();
    for (String name : protos.keySet()) {
      link(name, protos, linked, 0);
    }
    return new DescriptorSet(protos.keySet().stream().map(linked::get).toList());
  }

  private static FileDescriptor link(
      String name,
      Map<String, FileDescriptorProto> protos,
      Map<String, FileDescriptor> linked,
      int depth)
      throws Unusable {
    FileDescriptor known = linked.get(name);
    if (known != null) {
      return known;
    }
    FileDescriptorProto proto = protos.get(name);
    if (proto == null) {
      FileDescriptor wellKnown = WELL_KNOWN.get(name);
      if (wellKnown != null) {
        return wellKnown;
      }
      throw new Unusable("it lacks the file '" + name + "': write it with --include_imports");
    }
    if (depth > protos.size()) {
      throw new Unusable("its files import one another in a circle");
    }
    var imports = new FileDescriptor[proto.getDependencyCount()];
    for (int i = 0; i < imports.length; i++) {
      imports[i] = link(proto.getDependency(i), protos, linked, depth + 1);
    }
    try {
      FileDescriptor file = FileDescriptor.buildFrom(proto, imports);
      linked.put(name, file);
      return file;
    } catch (DescriptorValidationException | IllegalArgumentException e) {
      // The second is said of an edition that is newer than this protobuf.
      throw new Unusable("its file '" + name + "' can't be used: " + e.getMessage());
    }
  }

  /** Whether it may be left out. */
  static boolean isWellKnown(String file) {
    return WELL_KNOWN.containsKey(file);
  }

  List<FileDescriptor> files() {
    return files;
  }

  /** A method that is declared as the spec's mode says. */
  MethodDescriptor method(String service, String method, GrpcSpec.Mode mode) throws Unusable {
    for (FileDescriptor file : files) {
      for (ServiceDescriptor candidate : file.getServices()) {
        if (candidate.getFullName().equals(service)) {
          MethodDescriptor found = candidate.findMethodByName(method);
          if (found == null) {
            throw new Unusable("its service '%s' has no method '%s'".formatted(service, method));
          }
          GrpcSpec.Mode declared = mode(found);
          if (declared != mode) {
            throw new Unusable(
                "its method '%s/%s' is declared as %s, and spec.target.grpc.mode is %s"
                    .formatted(service, method, declared, mode));
          }
          return found;
        }
      }
    }
    throw new Unusable("it has no service '" + service + "'");
  }

  private static GrpcSpec.Mode mode(MethodDescriptor method) {
    if (method.isClientStreaming()) {
      return method.isServerStreaming()
          ? GrpcSpec.Mode.BidirectionalStreaming
          : GrpcSpec.Mode.ClientStreaming;
    }
    return method.isServerStreaming() ? GrpcSpec.Mode.ServerStreaming : GrpcSpec.Mode.Unary;
  }

  /** All its messages, which an Any may hold. */
  TypeRegistry types() {
    var types = TypeRegistry.newBuilder();
    files.forEach(file -> types.add(file.getMessageTypes()));
    return types.build();
  }
}
