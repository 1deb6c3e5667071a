package dev.kafkaapibridge.runtime.target.grpc;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;
import java.util.TreeMap;

/**
 * Gathers the files behind a service, from what a server tells of them, until none is lacking that
 * another imports. Owned by whoever asks.
 *
 * <pre>
 *   ask for the service --> ask for a file that is lacking --> ... --> the set
 * </pre>
 */
final class FileSearch {

  /** What a server may make us keep. */
  static final int MOST_FILES = 1_000;

  static final int MOST_BYTES = 16 * 1024 * 1024;

  /** What to ask for next. */
  sealed interface Question {
    record WithSymbol(String name) implements Question {}

    record Named(String name) implements Question {}

    /** Nothing: it is whole. */
    record None() implements Question {}
  }

  private final TreeMap<String, FileDescriptorProto> files = new TreeMap<>();
  private Question next;
  private int bytes;

  FileSearch(String service) {
    this.next = new Question.WithSymbol(service);
  }

  Question next() {
    return next;
  }

  /**
   * The answer to {@link #next}.
   *
   * @throws DescriptorSet.Unusable if it is none, or there are too many of them
   */
  void told(List<byte[]> answer) throws DescriptorSet.Unusable {
    for (byte[] one : answer) {
      bytes += one.length;
      if (files.size() >= MOST_FILES || bytes > MOST_BYTES) {
        throw new DescriptorSet.Unusable(
            "it has more than %d files, or %d MiB".formatted(MOST_FILES, MOST_BYTES >> 20));
      }
      FileDescriptorProto file = parse(one);
      files.putIfAbsent(file.getName(), file);
    }
    if (answer.isEmpty() || next instanceof Question.Named(var name) && !files.containsKey(name)) {
      throw new DescriptorSet.Unusable("the server was asked for a file and told another, or none");
    }
    next = lacking();
  }

  private static FileDescriptorProto parse(byte[] file) throws DescriptorSet.Unusable {
    try {
      return FileDescriptorProto.parseFrom(file);
    } catch (InvalidProtocolBufferException e) {
      throw new DescriptorSet.Unusable("what the server told is no FileDescriptorProto");
    }
  }

  private Question lacking() {
    for (FileDescriptorProto file : files.values()) {
      for (String imported : file.getDependencyList()) {
        if (!files.containsKey(imported) && !DescriptorSet.isWellKnown(imported)) {
          return new Question.Named(imported);
        }
      }
    }
    return new Question.None();
  }

  /** The same bytes for the same files, in whatever order they were told. */
  byte[] set() {
    return FileDescriptorSet.newBuilder().addAllFile(files.values()).build().toByteArray();
  }
}
