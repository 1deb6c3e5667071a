package dev.kafkaapibridge.runtime.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaContext;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.dialect.DefaultDialectRegistry;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.DialectRegistry;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.keyword.AbstractKeyword;
import com.networknt.schema.keyword.KeywordValidator;
import com.networknt.schema.keyword.UniqueItemsValidator;
import com.networknt.schema.path.NodePath;
import java.util.stream.Stream;

/**
 * The drafts of JSON Schema as the library has them, but that {@code uniqueItems} is of lists
 * alone: the library refuses an object of which two fields are the same.
 */
final class JsonDrafts {

  static final DialectRegistry ALL =
      new DefaultDialectRegistry(
          Stream.of(
                  Dialects.getDraft4(),
                  Dialects.getDraft6(),
                  Dialects.getDraft7(),
                  Dialects.getDraft201909(),
                  Dialects.getDraft202012())
              .map(draft -> Dialect.builder(draft).keyword(new UniqueItems()).build())
              .toList());

  private JsonDrafts() {}

  private static final class UniqueItems extends AbstractKeyword {
    UniqueItems() {
      super("uniqueItems");
    }

    @Override
    public KeywordValidator newValidator(
        SchemaLocation location, JsonNode rule, Schema within, SchemaContext context) {
      return new OfLists(location, rule, within, context);
    }
  }

  private static final class OfLists extends UniqueItemsValidator {
    OfLists(SchemaLocation location, JsonNode rule, Schema within, SchemaContext context) {
      super(location, rule, within, context);
    }

    @Override
    public void validate(ExecutionContext run, JsonNode value, JsonNode root, NodePath path) {
      if (value.isArray()) {
        super.validate(run, value, root, path);
      }
    }
  }
}
