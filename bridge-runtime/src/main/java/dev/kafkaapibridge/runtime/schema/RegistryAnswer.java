package dev.kafkaapibridge.runtime.schema;

import java.util.List;

/** What the registry says to a question for a schema. */
sealed interface RegistryAnswer {

  /**
   * @param name under which the schema refers to it
   * @param path where the registry has it
   */
  record Reference(String name, List<String> path) {}

  record Found(String text, List<Reference> references) implements RegistryAnswer {}

  /** It is in order, and has no such schema. */
  record NoSuchSchema() implements RegistryAnswer {}

  /**
   * It could not be asked, or says nothing of use.
   *
   * @param reason see {@link Trouble}
   */
  record Failed(String reason, String detail) implements RegistryAnswer {}
}
