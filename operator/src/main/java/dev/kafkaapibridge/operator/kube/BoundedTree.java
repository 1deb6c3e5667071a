package dev.kafkaapibridge.operator.kube;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/**
 * Reads JSON of a stranger into a tree that is safe to walk, copy and write: what lies too deep is
 * a sentence instead, and a name that is too long is cut. Neither is ever part of something valid.
 */
public final class BoundedTree {

  static final int DEEPEST = 64;
  static final int LONGEST_NAME = 1024;

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private BoundedTree() {}

  /** {@code parser} stands at the first token of a value, and afterwards at its last. */
  public static JsonNode read(JsonParser parser) throws IOException {
    return read(parser, 0);
  }

  private static JsonNode read(JsonParser parser, int depth) throws IOException {
    JsonToken token = parser.currentToken();
    if (token.isStructStart() && depth >= DEEPEST) {
      parser.skipChildren();
      return NODES.textNode("nested deeper than " + DEEPEST + " levels");
    }
    return switch (token) {
      case START_OBJECT -> {
        ObjectNode object = NODES.objectNode();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          parser.nextToken();
          object.set(
              name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) + "..." : name,
              read(parser, depth + 1));
        }
        yield object;
      }
      case START_ARRAY -> {
        ArrayNode array = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          array.add(read(parser, depth + 1));
        }
        yield array;
      }
      case VALUE_NULL -> NODES.nullNode();
      case VALUE_TRUE, VALUE_FALSE -> NODES.booleanNode(parser.getBooleanValue());
      case VALUE_NUMBER_INT ->
          switch (parser.getNumberType()) {
            case INT -> NODES.numberNode(parser.getIntValue());
            case LONG -> NODES.numberNode(parser.getLongValue());
            default -> NODES.numberNode(parser.getBigIntegerValue());
          };
      case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDoubleValue());
      default -> NODES.textNode(SharedText.of(parser.getText()));
    };
  }
}
