package dev.kafkaapibridge.runtime.schema;

import java.util.Arrays;

/** JSON that must be what its JSON Schema says; it is passed on as it was written. */
final class JsonSchemaCodec implements Codec {

  private final JsonRules rules;

  private JsonSchemaCodec(JsonRules rules) {
    this.rules = rules;
  }

  static Codec of(SchemaText text) throws UnusableSchema {
    return new JsonSchemaCodec(JsonRules.of(text));
  }

  @Override
  public byte[] json(Framed framed) throws Undecodable {
    byte[] text = Arrays.copyOfRange(framed.bytes(), framed.from(), framed.bytes().length);
    rules.check(text);
    return text;
  }
}
