package dev.kafkaapibridge.runtime.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Apicurio's own API, versions 2 and 3: a schema is the answer's body. Pure. */
final class ApicurioApi implements RegistryApi {

  private static final JsonMapper JSON = new JsonMapper();

  private final boolean version2;

  ApicurioApi(boolean version2) {
    this.version2 = version2;
  }

  @Override
  public List<String> path(SchemaKey schema) {
    return switch (schema.kind()) {
      case GlobalId -> List.of("ids", "globalIds", schema.id());
      case ContentId -> List.of("ids", "contentIds", schema.id());
      case Id, Guid -> throw new IllegalArgumentException("an id of Confluent's");
    };
  }

  @Override
  public List<String> latest(String subject) {
    var artifact = List.of("groups", "default", "artifacts", subject);
    if (version2) {
      return artifact;
    }
    var content = new ArrayList<>(artifact);
    content.addAll(List.of("versions", "branch=latest", "content"));
    return content;
  }

  /**
   * Its errors are JSON with the name of an exception; a proxy's page is no word of the registry's.
   */
  @Override
  public boolean saysNoSuchSchema(byte[] body) {
    try {
      return JSON.readTree(body).path("name").asText().endsWith("NotFoundException");
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public String text(byte[] body) {
    return new String(body, StandardCharsets.UTF_8);
  }

  @Override
  public SchemaText.@Nullable Type type(byte[] body) {
    return null;
  }

  @Override
  public @Nullable List<RegistryAnswer.Reference> references(byte[] body) {
    return null;
  }

  @Override
  public @Nullable List<String> referencesOf(List<String> path) {
    if (version2 && path.equals(latest(path.getLast()))) {
      return null; // they are told of numbered versions alone
    }
    var references = new ArrayList<String>(path);
    if (references.getLast().equals("content")) {
      references.removeLast();
    }
    references.add("references");
    return references;
  }

  @Override
  public List<RegistryAnswer.Reference> listed(byte[] body) throws Nonsense {
    JsonNode tree;
    try {
      tree = JSON.readTree(body);
    } catch (IOException e) {
      throw new Nonsense("its list of references is no JSON");
    }
    var references = new ArrayList<RegistryAnswer.Reference>();
    for (JsonNode reference : tree) {
      var path =
          new ArrayList<>(
              List.of(
                  "groups",
                  reference.path("groupId").asText("default"),
                  "artifacts",
                  reference.path("artifactId").asText(),
                  "versions",
                  reference.path("version").asText()));
      if (!version2) {
        path.add("content");
      }
      references.add(new RegistryAnswer.Reference(reference.path("name").asText(), path));
    }
    return references;
  }
}
