package dev.kafkaapibridge.api.validation;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * YAML as Kubernetes reads it: YAML 1.1 with anchors, without timestamps (a date stays the string
 * that was written), a key at most once. SnakeYAML itself, since Jackson's YAML reader resolves no
 * anchors.
 */
public final class YamlText {

  /** Text that is no YAML, with the place where reading stopped. */
  public static final class Unreadable extends Exception {
    Unreadable(String message) {
      super(message);
    }
  }

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION).build();

  private YamlText() {}

  /**
   * The documents of a text that are not empty, as JSON trees. At most 3 MiB, like a request to the
   * API server.
   */
  public static List<JsonNode> documents(String text) throws Unreadable {
    try {
      var documents = new ArrayList<JsonNode>();
      for (Object document : reader().loadAll(text)) {
        if (document != null) {
          documents.add(JSON.valueToTree(document));
        }
      }
      return documents;
    } catch (MarkedYAMLException e) {
      var mark = e.getProblemMark();
      String place =
          mark == null
              ? ""
              : "line %d, column %d: ".formatted(mark.getLine() + 1, mark.getColumn() + 1);
      throw new Unreadable(place + e.getProblem());
    } catch (YAMLException | IllegalArgumentException e) {
      throw new Unreadable(String.valueOf(e.getMessage()).lines().findFirst().orElse("no YAML"));
    }
  }

  private static Yaml reader() {
    var options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    options.setCodePointLimit(3 * 1024 * 1024);
    options.setMaxAliasesForCollections(200);
    var dump = new DumperOptions();
    return new Yaml(
        new SafeConstructor(options),
        new Representer(dump),
        dump,
        options,
        new WithoutTimestamps());
  }

  private static final class WithoutTimestamps extends Resolver {
    @Override
    protected void addImplicitResolvers() {
      addImplicitResolver(Tag.BOOL, BOOL, "yYnNtTfFoO");
      addImplicitResolver(Tag.INT, INT, "-+0123456789");
      addImplicitResolver(Tag.FLOAT, FLOAT, "-+0123456789.");
      addImplicitResolver(Tag.MERGE, MERGE, "<");
      addImplicitResolver(Tag.NULL, NULL, "~nN\0");
      addImplicitResolver(Tag.NULL, EMPTY, null);
    }
  }
}
