package dev.kafkaapibridge.runtime.schema;

import dev.kafkaapibridge.runtime.schema.RegistryAnswer.Failed;
import dev.kafkaapibridge.runtime.schema.RegistryAnswer.NoSuchSchema;
import dev.kafkaapibridge.runtime.schema.RegistryAnswer.Reference;
import dev.kafkaapibridge.runtime.schema.RegistryClient.Answered;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Fetches one schema and all that it refers to, one question after the other. Used by one thread.
 */
final class SchemaFetch {

  /** More than anybody's schema has; a circle ends here as well. */
  private static final int MAX_REFERENCES = 200;

  sealed interface Fetched {
    record Whole(SchemaText schema) implements Fetched {}

    record NotThere() implements Fetched {}

    record InVain(Failed why) implements Fetched {}
  }

  /** Ends a fetch that comes to nothing. Costs no stack trace. */
  private static final class Nothing extends Exception {
    private final Fetched instead;

    Nothing(Fetched instead) {
      super(null, null, false, false);
      this.instead = instead;
    }
  }

  private final RegistryClient client;
  private final Map<String, String> imports = new LinkedHashMap<>();
  private final Set<List<String>> seen = new HashSet<>();

  private SchemaFetch(RegistryClient client) {
    this.client = client;
  }

  static Fetched of(SchemaKey schema, RegistryClient client) {
    return of(client.api().path(schema), client);
  }

  /** The latest of a subject. */
  static Fetched ofSubject(String subject, RegistryClient client) {
    return of(client.api().latest(subject), client);
  }

  private static Fetched of(List<String> path, RegistryClient client) {
    var fetch = new SchemaFetch(client);
    try {
      byte[] body = fetch.get(path, true);
      String text = client.api().text(body);
      fetch.imports(path, body);
      return new Fetched.Whole(new SchemaText(text, fetch.imports, client.api().type(body)));
    } catch (RegistryApi.Nonsense e) {
      return inVain("InvalidAnswer", String.valueOf(e.getMessage()));
    } catch (Nothing e) {
      return e.instead;
    }
  }

  private static Fetched inVain(String reason, String detail) {
    return new Fetched.InVain(new Failed(reason, detail));
  }

  private void imports(List<String> path, byte[] body) throws Nothing, RegistryApi.Nonsense {
    List<Reference> references = client.api().references(body);
    if (references == null) {
      List<String> list = client.api().referencesOf(path);
      references = list == null ? List.of() : client.api().listed(get(list, true));
    }
    for (Reference reference : references) {
      if (!seen.add(reference.path())) {
        continue;
      }
      if (seen.size() > MAX_REFERENCES) {
        throw new Nothing(
            inVain("InvalidSchema", "it refers to more than %d others".formatted(MAX_REFERENCES)));
      }
      byte[] imported = get(reference.path(), false);
      imports(reference.path(), imported);
      imports.put(reference.name(), client.api().text(imported));
    }
  }

  /**
   * @param itself whether it is the schema, or what one refers to: that this is missing is no word
   *     about the schema
   */
  private byte[] get(List<String> path, boolean itself) throws Nothing {
    return switch (client.get(path)) {
      case Answered.Body(var content) -> content;
      case Answered.Instead(NoSuchSchema ignored) ->
          throw new Nothing(
              itself
                  ? new Fetched.NotThere()
                  : inVain("InvalidSchema", "it refers to one that the registry does not have"));
      case Answered.Instead(Failed why) -> throw new Nothing(new Fetched.InVain(why));
      case Answered.Instead(RegistryAnswer.Found ignored) ->
          throw new IllegalStateException("a body is no schema yet");
    };
  }
}
