package dev.kafkaapibridge.runtime.schema;

/** A schema that nothing can be decoded with; the message says why. Costs no stack trace. */
final class UnusableSchema extends Exception {
  UnusableSchema(String message) {
    super(message, null, false, false);
  }
}
