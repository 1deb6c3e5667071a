/**
 * From a record's bytes to JSON by the schema that they name: how the schema's id stands in a
 * record, the registry that knows the schema, and a codec for each kind of schema.
 */
@org.jspecify.annotations.NullMarked
package dev.kafkaapibridge.runtime.schema;
