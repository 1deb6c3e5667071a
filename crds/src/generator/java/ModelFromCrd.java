import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;
import org.yaml.snakeyaml.Yaml;

/**
 * Writes the Java model of the CRD: one record for each object of its schema, so that a field can't
 * exist in one of the two alone. Fields that are required or have a default are never null; absent
 * lists and maps are empty; all else is {@code @Nullable}. Objects of one name are one type, and
 * must have one shape. Beside it the CRD as JSON, which each start of a pod reads: YAML takes
 * longer to read. Run by the build: {@code java ModelFromCrd.java SOURCES-FOLDER CRD.yaml CRD.json
 * ...}.
 */
class ModelFromCrd {

  private static final String PACKAGE = "dev.kafkaapibridge.api.v1alpha1";

  /**
   * Where the property's own name would be ambiguous, or where one shape serves many places. The
   * longest fitting ending of the path wins.
   */
  static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry(".kafka.authentication", "KafkaAuthenticationSpec"),
          Map.entry(".http.authentication", "TargetAuthenticationSpec"),
          Map.entry(".grpc.authentication", "TargetAuthenticationSpec"),
          Map.entry(".http.compression", "HttpCompressionSpec"),
          Map.entry(".grpc.compression", "GrpcCompressionSpec"),
          Map.entry(".items.rules", "ResponseRuleSpec"),
          Map.entry(".http.headers", "HeaderSpec"),
          Map.entry(".grpc.metadata", "HeaderSpec"),
          Map.entry(".retry.topics", "RetryTopicSpec"),
          Map.entry(".rateLimit.shared", "SharedLimitSpec"),
          Map.entry(".caRefs", "CaRef"),
          Map.entry(".deadLetter.causes", "DeadLetterCauseStatus"),
          Map.entry(".imagePullSecrets", "NameRef"),
          Map.entry("KeyRef", "KeyRef"),
          Map.entry("ecretRef", "NameRef"),
          Map.entry(".conditions", "Condition"));

  /** Type name to source; the same name twice must mean the same source. */
  final Map<String, String> sources = new TreeMap<>();

  final String kind;
  final String packageName;

  ModelFromCrd(String kind) {
    this.kind = kind;
    packageName = PACKAGE + (kind.equals("KafkaApiBridge") ? "" : ".replay");
  }

  public static void main(String[] args) throws IOException {
    for (int i = 1; i < args.length; i += 2) {
      write(Path.of(args[0]), Path.of(args[i]), Path.of(args[i + 1]));
    }
  }

  static void write(Path sources, Path yaml, Path json) throws IOException {
    // SnakeYAML itself, since Jackson's YAML reader doesn't resolve anchors.
    JsonNode crd = new ObjectMapper().valueToTree(new Yaml().<Object>load(Files.readString(yaml)));
    JsonNode root = crd.at("/spec/versions/0/schema/openAPIV3Schema");
    var model = new ModelFromCrd(crd.at("/spec/names/kind").asText());
    model.record("", model.kind, (ObjectNode) root);
    Path folder = Files.createDirectories(sources.resolve(model.packageName.replace('.', '/')));
    model.sources.put(
        "package-info",
        "/** The records of the CRD, written from it by the build. */\n@org.jspecify.annotations.NullMarked\npackage "
            + model.packageName
            + ";\n");
    try (var left = Files.list(folder)) { // a record that left the CRD must not compile on
      for (Path file :
          left.filter(f ->
                  Files.isRegularFile(f)
                      && !model.sources.containsKey(
                          f.getFileName().toString().replace(".java", "")))
              .toList()) {
        Files.delete(file);
      }
    }
    for (var source : model.sources.entrySet()) {
      Path file = folder.resolve(source.getKey() + ".java");
      if (!Files.exists(file) || !Files.readString(file).equals(source.getValue())) {
        Files.writeString(file, source.getValue());
      }
    }
    Files.createDirectories(json.getParent());
    Files.writeString(json, crd.toString());
  }

  /** Writes the record of this object and those below it. */
  String record(String path, String name, ObjectNode schema) {
    var components = new ArrayList<String>();
    var enums = new StringBuilder();
    var absent = new StringBuilder();
    var parameters = new StringBuilder();
    for (var property : schema.path("properties").properties()) {
      String field = property.getKey();
      var fieldSchema = (ObjectNode) property.getValue();
      boolean present = fieldSchema.has("default") || contains(schema.path("required"), field);
      String type = type(path.isEmpty() ? field : path + "." + field, field, fieldSchema, enums);
      if (type.startsWith("List<") || type.startsWith("Map<")) {
        String empty = type.startsWith("List<") ? "List" : "Map";
        absent.append(
            "    %s = %s == null ? %s.of() : %s;\n"
                .formatted(field, field, empty, copyOf(type, field)));
      } else if (!present) {
        type = "@Nullable " + boxed(type);
      }
      components.add("    %s %s".formatted(type, field));
      parameters.append(" * @param %s %s\n".formatted(field, javadoc(fieldSchema, "see the CRD")));
    }
    String constructor = absent.isEmpty() ? "" : "  public %s {\n%s  }\n".formatted(name, absent);
    String source =
        """
        package %s;

        import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
        import java.time.Duration;
        import java.time.OffsetDateTime;
        import java.util.List;
        import java.util.Map;
        import org.jspecify.annotations.Nullable;

        /**
         * %s
         *
        %s */
        @JsonIgnoreProperties(ignoreUnknown = true)
        public record %s(
        %s) {
        %s%s}
        """
            .formatted(
                packageName,
                javadoc(schema, "Part of the CRD: " + path),
                parameters,
                name,
                String.join(",\n", components),
                constructor,
                enums);
    String other = sources.putIfAbsent(name, source);
    if (other != null && !withoutComments(other).equals(withoutComments(source))) {
      throw new IllegalStateException(
          path
              + " would be a second, different "
              + name
              + ": name one of them in ModelFromCrd.NAMES");
    }
    return name;
  }

  String type(String path, String field, ObjectNode schema, StringBuilder enums) {
    if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
      return "String";
    }
    return switch (schema.path("type").asText()) {
      case "integer" -> schema.path("format").asText().equals("int64") ? "long" : "int";
      case "array" ->
          "List<%s>"
              .formatted(
                  boxed(type(path, singular(field), (ObjectNode) schema.get("items"), enums)));
      case "object" -> {
        if (path.equals("metadata")
            || !schema.has("properties") && !schema.has("additionalProperties")) {
          yield "Map<String, Object>";
        }
        if (schema.has("additionalProperties")) {
          yield "Map<String, %s>"
              .formatted(type(path, field, (ObjectNode) schema.get("additionalProperties"), enums));
        }
        yield record(path, nameOf(path, field), schema);
      }
      case "string" -> {
        if (schema.path("format").asText().equals("date-time")) {
          yield "OffsetDateTime";
        }
        if (schema.path("pattern").asText().contains("(h|m|s|ms)")) {
          yield "Duration";
        }
        if (schema.has("enum")
            && schema
                .get("enum")
                .valueStream()
                .allMatch(v -> v.asText().matches("[A-Za-z_][A-Za-z0-9_]*"))) {
          String name = capitalised(field);
          String values =
              String.join(", ", schema.get("enum").valueStream().map(JsonNode::asText).toList());
          String text =
              "\n  /** %s */\n  public enum %s { %s }\n"
                  .formatted(javadoc(schema, "One of the CRD's values."), name, values);
          if (enums.indexOf("enum " + name + " ") < 0) {
            enums.append(text);
          }
          yield name;
        }
        yield "String";
      }
      default ->
          throw new IllegalStateException(path + " has no type that the model knows: " + schema);
    };
  }

  String nameOf(String path, String field) {
    return NAMES.entrySet().stream()
        .filter(entry -> path.endsWith(entry.getKey()))
        .max((a, b) -> Integer.compare(a.getKey().length(), b.getKey().length()))
        .map(Map.Entry::getValue)
        .orElseGet(() -> {
          String name = capitalised(field);
          if (path.equals("spec") || path.equals("status")) {
            return kind + name;
          }
          return name + (path.startsWith("status.") ? "Status" : "Spec");
        });
  }

  static String singular(String field) {
    return field.endsWith("s") ? field.substring(0, field.length() - 1) : field;
  }

  static String capitalised(String field) {
    return Character.toUpperCase(field.charAt(0)) + field.substring(1);
  }

  static String boxed(String type) {
    return type.equals("int") ? "Integer" : type.equals("long") ? "Long" : type;
  }

  static String copyOf(String type, String field) {
    return (type.startsWith("List") ? "List" : "Map") + ".copyOf(" + field + ")";
  }

  static boolean contains(JsonNode list, String value) {
    return list.valueStream().anyMatch(v -> v.asText().equals(value));
  }

  static String javadoc(JsonNode schema, String otherwise) {
    String text = schema.path("description").asText(otherwise).strip().replaceAll("\\s+", " ");
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("*/", "*&#47;")
        .replace("@", "&#64;");
  }

  static String withoutComments(String source) {
    return source.replaceAll("(?s)/\\*\\*.*?\\*/", "");
  }
}
