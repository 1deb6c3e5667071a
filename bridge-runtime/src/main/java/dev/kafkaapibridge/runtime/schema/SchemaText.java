package dev.kafkaapibridge.runtime.schema;

import java.util.Map;

/**
 * A schema as the registry tells it.
 *
 * @param imports the schemas that it refers to, and those that they refer to, by the name under
 *     which they are referred to; each after all that it needs itself
 */
record SchemaText(String text, Map<String, String> imports) {}
