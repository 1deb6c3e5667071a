package dev.kafkaapibridge.runtime.schema;

/**
 * The registry has not told the schema yet: nothing is known of the record, which is to be looked
 * at again. Costs no stack trace.
 */
public final class SchemaMissing extends Exception {

  private final String reason;

  SchemaMissing(String reason) {
    super(reason, null, false, false);
    this.reason = reason;
  }

  /** One word: {@code SchemaAsked}, or what is wrong with the registry ({@link Trouble}). */
  public String reason() {
    return reason;
  }
}
