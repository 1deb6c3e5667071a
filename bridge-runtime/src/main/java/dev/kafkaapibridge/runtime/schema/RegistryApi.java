package dev.kafkaapibridge.runtime.schema;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One flavor's paths and answers. Pure. */
interface RegistryApi {

  /** An answer that is none of a registry's. Costs no stack trace. */
  final class Nonsense extends Exception {
    Nonsense(String message) {
      super(message, null, false, false);
    }
  }

  /** Segments below the registry's address. */
  List<String> path(SchemaKey schema);

  /** Where the latest version of a subject is. */
  List<String> latest(String subject);

  /** Whether a 404 with this body is the registry's word that it has no such schema or subject. */
  boolean saysNoSuchSchema(byte[] body);

  /** The schema's text in an answer with status 200. */
  String text(byte[] body) throws Nonsense;

  /** What kind of schema the same answer says it is; null: it doesn't say. */
  SchemaText.@Nullable Type type(byte[] body) throws Nonsense;

  /**
   * What the schema refers to, where the same answer says it; null: {@link #referencesOf} is to be
   * asked.
   */
  @Nullable List<RegistryAnswer.Reference> references(byte[] body) throws Nonsense;

  /** Where the references of what is at {@code path} are told; null: nowhere. */
  @Nullable List<String> referencesOf(List<String> path);

  /** From the answer to that question. */
  List<RegistryAnswer.Reference> listed(byte[] body) throws Nonsense;
}
