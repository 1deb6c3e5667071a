package dev.kafkaapibridge.runtime.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Confluent's API, which Karapace, Redpanda and others have as well. Pure. */
final class ConfluentApi implements RegistryApi {

  private static final JsonMapper JSON = new JsonMapper();

  @Override
  public List<String> path(SchemaKey schema) {
    return switch (schema.kind()) {
      case Id -> List.of("schemas", "ids", schema.id());
      case Guid -> List.of("schemas", "guids", schema.id());
      case GlobalId, ContentId -> throw new IllegalArgumentException("an id of Apicurio's");
    };
  }

  @Override
  public List<String> latest(String subject) {
    return List.of("subjects", subject, "versions", "latest");
  }

  /**
   * 40401 to 40403: no such subject, version, schema; anything else, such as a proxy's page, is no
   * word of the registry's.
   */
  @Override
  public boolean saysNoSuchSchema(byte[] body) {
    try {
      int code = JSON.readTree(body).path("error_code").asInt();
      return code >= 40401 && code <= 40403;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public String text(byte[] body) throws Nonsense {
    JsonNode schema = tree(body).path("schema");
    if (!schema.isTextual()) {
      throw new Nonsense("its answer has no schema in it");
    }
    return schema.asText();
  }

  /** Avro where it says nothing. */
  @Override
  public SchemaText.@Nullable Type type(byte[] body) throws Nonsense {
    return switch (tree(body).path("schemaType").asText("AVRO")) {
      case "AVRO" -> SchemaText.Type.AVRO;
      case "PROTOBUF" -> SchemaText.Type.PROTOBUF;
      case "JSON" -> SchemaText.Type.JSON;
      default -> null;
    };
  }

  @Override
  public List<RegistryAnswer.Reference> references(byte[] body) throws Nonsense {
    var references = new ArrayList<RegistryAnswer.Reference>();
    for (JsonNode reference : tree(body).path("references")) {
      references.add(
          new RegistryAnswer.Reference(
              reference.path("name").asText(),
              List.of(
                  "subjects",
                  reference.path("subject").asText(),
                  "versions",
                  reference.path("version").asText())));
    }
    return references;
  }

  @Override
  public List<String> referencesOf(List<String> path) {
    throw new IllegalStateException("they stand in the answer itself");
  }

  @Override
  public List<RegistryAnswer.Reference> listed(byte[] body) {
    throw new IllegalStateException("they stand in the answer itself");
  }

  private static JsonNode tree(byte[] body) throws Nonsense {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      throw new Nonsense("its answer is no JSON");
    }
  }
}
