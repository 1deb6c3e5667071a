package dev.kafkaapibridge.runtime.schema;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ValueNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.PathType;
import dev.kafkaapibridge.api.expression.PlainJson;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What JSON must be by a JSON Schema. Drafts by {@code $schema}, 2020-12 where it names none.
 * Nothing is ever fetched that was not told with it. Immutable; any thread may use it.
 */
final class JsonRules {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
          .nodeFactory(new BoundedNumbers())
          .build();

  /** What references are relative to where the schema has no {@code $id}. */
  private static final String BASE = "https://schema.invalid/";

  /** A number whose digits alone would take the memory of the process. Costs no stack trace. */
  private static final class TooLarge extends RuntimeException {
    TooLarge() {
      super("a number is too large", null, false, false);
    }
  }

  /** Nine characters, such as 1e9999999, are a number of ten million digits. */
  private static final class BoundedNumbers extends JsonNodeFactory {
    private static final int MAX_DIGITS = 400;

    @Override
    public ValueNode numberNode(BigDecimal number) {
      if (number != null && Math.abs((long) number.scale()) > MAX_DIGITS) {
        throw new TooLarge();
      }
      return super.numberNode(number);
    }

    @Override
    public ValueNode numberNode(BigInteger number) {
      return number != null && number.bitLength() > 53
          ? new ExactInteger(number)
          : super.numberNode(number);
    }
  }

  /** What no double holds. The library takes it for one otherwise when it looks for a multiple. */
  private static final class ExactInteger extends BigIntegerNode {
    ExactInteger(BigInteger number) {
      super(number);
    }

    @Override
    public boolean isBigDecimal() {
      return true;
    }
  }

  private final Schema schema;

  private JsonRules(Schema schema) {
    this.schema = schema;
  }

  static JsonRules of(SchemaText text) throws UnusableSchema {
    try {
      JsonNode root = JSON.readTree(text.text());
      var known = new HashMap<String, String>();
      String id = root.path("$id").asText(BASE + "schema");
      for (Map.Entry<String, String> imported : text.imports().entrySet()) {
        known.put(
            SchemaLocation.of(id).resolve(imported.getKey()).getAbsoluteIri().toString(),
            imported.getValue());
        known.put(
            SchemaLocation.of(BASE).resolve(imported.getKey()).getAbsoluteIri().toString(),
            imported.getValue());
      }
      SchemaRegistry registry =
          SchemaRegistry.withDefaultDialect(
              SpecificationVersion.DRAFT_2020_12,
              builder ->
                  builder
                      .schemas(known)
                      .dialectRegistry(JsonDrafts.ALL)
                      .schemaRegistryConfig(
                          SchemaRegistryConfig.builder()
                              .pathType(PathType.JSON_POINTER)
                              .failFast(true)
                              .regularExpressionFactory(new BoundedPatterns())
                              .build()));
      Schema schema = registry.getSchema(SchemaLocation.of(BASE + "schema"), root);
      schema.initializeValidators(); // so that references that lead nowhere are found now
      return new JsonRules(schema);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      // The library's own errors are of no one type.
      throw new UnusableSchema("it is no JSON Schema with all that it refers to");
    }
  }

  /** The messages continue "its value ...". */
  void check(byte[] text) throws Undecodable {
    try {
      PlainJson.check(text);
    } catch (PlainJson.Malformed e) {
      throw new Undecodable("InvalidJSON", "can't be read as JSON: " + e.getMessage());
    }
    List<Error> errors;
    try {
      errors = schema.validate(JSON.readTree(new String(text, StandardCharsets.UTF_8)));
    } catch (BoundedPatterns.TooCostly | StackOverflowError e) {
      throw new Undecodable(
          "SchemaTooCostly", "can't be held to its schema: that takes too many steps");
    } catch (TooLarge e) {
      throw new Undecodable("TooLarge", "has a number of more than 400 digits");
    } catch (IOException | RuntimeException e) {
      throw new Undecodable("SchemaViolated", "can't be held to its schema");
    }
    if (!errors.isEmpty()) {
      throw violated(errors.getFirst());
    }
  }

  /** Of the library's message nothing is told: it quotes the value. */
  private static Undecodable violated(Error error) {
    String pointer = error.getInstanceLocation().toString();
    String property = property(error);
    return new Undecodable(
        "SchemaViolated",
        "is not what its schema says: '%s'%s does not hold at '%s'"
            .formatted(
                error.getKeyword(), property == null ? "" : " of '" + property + "'", pointer),
        pointer);
  }

  /** A name that stands in the schema. */
  private static @Nullable String property(Error error) {
    return "required".equals(error.getKeyword()) ? error.getProperty() : null;
  }
}
