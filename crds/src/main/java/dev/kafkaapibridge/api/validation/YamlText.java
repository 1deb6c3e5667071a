package dev.kafkaapibridge.api.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.AbstractConstruct;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * YAML as kubectl reads it: YAML 1.1 with anchors, without timestamps (a date stays the string that
 * was written), whole numbers as integers, a key at most once. SnakeYAML itself, since Jackson's
 * YAML reader resolves no anchors.
 */
public final class YamlText {

  /** Text that is no YAML, with the place where reading stopped. */
  public static final class Unreadable extends Exception {
    Unreadable(String message) {
      super(message);
    }
  }

  private static final JsonMapper JSON = new JsonMapper();

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
          documents.add(new Tree().of(document, 0));
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

  /** Bounded, since aliases can make a small text a huge tree, or one without an end. */
  private static final class Tree {
    private static final int MAX_DEPTH = 100;
    private static final int MAX_NODES = 200_000;

    private int nodes;

    JsonNode of(@Nullable Object value, int depth) throws Unreadable {
      if (depth > MAX_DEPTH || ++nodes > MAX_NODES) {
        throw new Unreadable("it is nested too deeply, or its aliases make it too large");
      }
      return switch (value) {
        case Map<?, ?> map -> {
          var object = JsonNodeFactory.instance.objectNode();
          for (var entry : map.entrySet()) {
            object.set(String.valueOf(entry.getKey()), of(entry.getValue(), depth + 1));
          }
          yield object;
        }
        case Collection<?> list -> {
          var array = JsonNodeFactory.instance.arrayNode();
          for (Object item : list) {
            array.add(of(item, depth + 1));
          }
          yield array;
        }
        case null, default -> JSON.valueToTree(value);
      };
    }
  }

  private static Yaml reader() {
    var options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    options.setCodePointLimit(3 * 1024 * 1024);
    options.setMaxAliasesForCollections(200);
    var dump = new DumperOptions();
    return new Yaml(new Values(options), new Representer(dump), dump, options, new Words());
  }

  /** Which plain words are no strings: YAML 1.1's, with y and n, without times of day and dates. */
  private static final class Words extends Resolver {
    private static final Pattern BOOLEAN =
        Pattern.compile(
            "y|Y|n|N|[yY]es|YES|[nN]o|NO|[tT]rue|TRUE|[fF]alse|FALSE|[oO]n|ON|[oO]ff|OFF");
    private static final Pattern INTEGER =
        Pattern.compile("[-+]?(0b[01_]+|0x[0-9a-fA-F_]+|0[0-7_]+|0|[1-9][0-9_]*)");
    private static final Pattern DECIMAL =
        Pattern.compile(
            "[-+]?([0-9][0-9_]*[.][0-9_]*|[.][0-9][0-9_]*|[0-9][0-9_]*(?=[eE]))([eE][-+]?[0-9]+)?"
                + "|[-+]?[.](inf|Inf|INF)|[.](nan|NaN|NAN)");

    @Override
    protected void addImplicitResolvers() {
      addImplicitResolver(Tag.BOOL, BOOLEAN, "yYnNtTfFoO");
      addImplicitResolver(Tag.INT, INTEGER, "-+0123456789");
      addImplicitResolver(Tag.FLOAT, DECIMAL, "-+0123456789.");
      addImplicitResolver(Tag.MERGE, MERGE, "<");
      addImplicitResolver(Tag.NULL, NULL, "~nN\0");
      addImplicitResolver(Tag.NULL, EMPTY, null);
    }
  }

  /** On its way through JSON a number loses how it was written: 60.0 is 60. */
  private static final class Values extends SafeConstructor {
    Values(LoaderOptions options) {
      super(options);
      yamlConstructors.put(
          Tag.BOOL,
          new AbstractConstruct() {
            @Override
            public Object construct(Node node) {
              String word = ((ScalarNode) node).getValue().toLowerCase(Locale.ROOT);
              return word.startsWith("y") || word.equals("true") || word.equals("on");
            }
          });
      yamlConstructors.put(
          Tag.FLOAT,
          new ConstructYamlFloat() {
            @Override
            public Object construct(Node node) {
              double number = ((Number) super.construct(node)).doubleValue();
              if (Double.isNaN(number) || Double.isInfinite(number)) {
                throw new YAMLException("unsupported value: " + number);
              }
              return number == Math.rint(number) && Math.abs(number) < 1e18
                  ? (Object) (long) number
                  : (Object) number;
            }
          });
    }
  }
}
