package dev.kafkaapibridge.runtime.schema;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A schema as the registry tells it.
 *
 * @param imports the schemas that it refers to, and those that they refer to, by the name under
 *     which they are referred to; each after all that it needs itself
 * @param type what kind of schema it is; null: the registry doesn't say
 */
record SchemaText(String text, Map<String, String> imports, @Nullable Type type) {

  /** As registries call them. */
  enum Type {
    AVRO,
    PROTOBUF,
    JSON
  }
}
