package dev.kafkaapibridge.runtime.schema;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of a record, and what is said of them.
 *
 * @param from where the content begins
 * @param messageIndexes which message of a Protobuf file, by position from the outermost in; null:
 *     not said
 * @param messageType the same by its full name, or by its name within the file's package; null: not
 *     said
 */
record Framed(
    SchemaKey schema,
    byte[] bytes,
    int from,
    @Nullable List<Integer> messageIndexes,
    @Nullable String messageType) {

  int length() {
    return bytes.length - from;
  }
}
